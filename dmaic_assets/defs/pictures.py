"""Small pictures inside metadata: SVG that Dagster's UI shows as images in Markdown.

What belongs here: drawing numbers. The UI's Markdown allows images as `data:` addresses and no
inline SVG, so a picture is one image without scripts, fonts or links.
"""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

_GOOD, _BAD, _EMPTY, _MARK, _TEXT = "#2e9e6b", "#d9822b", "#c9ced6", "#30404d", "#7a8794"
_FONT = "font-family='system-ui, sans-serif' font-size='12'"
_WIDTH = 420
_LINE = 20
_NAME_WIDTH = 150


def score_bar(score: float, threshold: float) -> str:
    """Draws a score on its scale, with the least score that passes marked.

    Args:
        score: In [0, 1].
        threshold: The least overall score, in percent.

    Returns:
        Markdown.
    """
    percent = 100 * score
    at = _WIDTH * threshold / 100 - 1
    colour = _GOOD if percent >= threshold else _BAD
    parts = [
        _bar(0, 4, _WIDTH, _EMPTY),
        _bar(0, 4, _WIDTH * score, colour),
        f"<rect x='{at:.1f}' y='0' width='2' height='22' fill='{_MARK}'/>",
        _text(0, 38, f"score {percent:.1f}, at least {threshold:g} to pass"),
    ]
    return _picture(parts, 44, f"score {percent:.1f} of 100, at least {threshold:g} to pass")


def row_split(accepted: int, quarantined: int) -> str:
    """Draws how many rows were accepted and how many were not.

    Returns:
        Markdown.
    """
    rows = accepted + quarantined
    share = accepted / rows if rows else 0.0
    words = f"{accepted:,} rows accepted, {quarantined:,} in quarantine"
    parts = [
        _bar(0, 4, _WIDTH, _BAD if rows else _EMPTY),
        _bar(0, 4, _WIDTH * share, _GOOD),
        _text(0, 38, words),
    ]
    return _picture(parts, 44, words)


def share_bars(title: str, shares: Sequence[tuple[str, float]]) -> str:
    """Draws one bar per name, each a share in [0, 1]; the order is kept.

    Returns:
        Markdown.
    """
    parts = [_text(0, 14, title)]
    width = _WIDTH - _NAME_WIDTH - 60
    for line, (name, share) in enumerate(shares):
        y = 24 + line * _LINE
        parts += [
            _text(0, y + 11, _short(name)),
            _bar(_NAME_WIDTH, y, width, _EMPTY),
            _bar(_NAME_WIDTH, y, width * min(max(share, 0.0), 1.0), _BAD),
            _text(_NAME_WIDTH + width + 8, y + 11, f"{100 * share:.1f} %"),
        ]
    return _picture(parts, 28 + len(shares) * _LINE, title)


def _bar(x: float, y: float, width: float, colour: str) -> str:
    return f"<rect x='{x:.1f}' y='{y}' width='{width:.1f}' height='14' rx='2' fill='{colour}'/>"


def _text(x: float, y: float, words: str) -> str:
    return f"<text x='{x:.1f}' y='{y}' {_FONT} fill='{_TEXT}'>{escape(words)}</text>"


def _short(name: str, longest: int = 22) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _picture(parts: Sequence[str], height: int, alternative: str) -> str:
    size = f"width='{_WIDTH}' height='{height}' viewBox='0 0 {_WIDTH} {height}'"
    label = f"role='img' aria-label={quoteattr(alternative)}"
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' {size} {label}>{''.join(parts)}</svg>"
    encoded = base64.b64encode(drawing.encode()).decode("ascii")
    words = "".join(c if c.isalnum() or c in " ,.%" else " " for c in alternative)
    return f"![{words}](data:image/svg+xml;base64,{encoded})"
