"""Small pictures inside metadata: SVG that Dagster's UI shows as images in Markdown.

What belongs here: drawing numbers. The UI's Markdown allows images as `data:` addresses and no
inline SVG; it shows up to a thousand characters in place and hides what is longer behind a link,
so the drawings spend no character on looks.
"""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape

# Characters of a picture that Dagster's page still shows in place.
SHOWN_IN_PLACE = 1000
_GOOD, _BAD, _EMPTY, _MARK = "#2e9e6b", "#d9822b", "#ccd2d9", "#345"
# Pixels, as all below: the width of a value in Dagster's metadata table.
_WIDTH = 420
# Height of a bar.
_BAR = 14
# From one line to the next: a bar and the gap below it.
_LINE = 20
# Room for names left of the bars.
_NAME_WIDTH = 130
# Characters that fit into that room.
_LONGEST_NAME = 18


def score_bar(score: float, threshold: float) -> str:
    """Draws a score on its scale, with the least score that passes marked.

    Args:
        score: In [0, 1].
        threshold: The least overall score, in percent.

    Returns:
        Markdown.
    """
    percent = 100 * score
    words = f"score {percent:.1f}, at least {threshold:g} to pass"
    mark = _WIDTH * threshold / 100 - 1
    parts = [
        _path([_bar(0, 4, _WIDTH)], _EMPTY),
        _path([_bar(0, 4, _WIDTH * score)], _GOOD if percent >= threshold else _BAD),
        _path([f"M{mark:.0f},0v22h2v-22z"], _MARK),
        _text(0, 38, words),
    ]
    return _picture(parts, 44, words)


def row_split(accepted: int, quarantined: int) -> str:
    """Draws how many rows were accepted and how many were not.

    Returns:
        Markdown.
    """
    rows = accepted + quarantined
    share = accepted / rows if rows else 0.0
    words = f"{accepted:,} rows accepted, {quarantined:,} in quarantine"
    parts = [
        _path([_bar(0, 4, _WIDTH)], _BAD if rows else _EMPTY),
        _path([_bar(0, 4, _WIDTH * share)], _GOOD),
        _text(0, 38, words),
    ]
    return _picture(parts, 44, words)


def passed_bars(shares: Sequence[tuple[str, float]]) -> str:
    """Draws shares in [0, 1] that are good, each as a bar with its words below.

    Returns:
        Markdown.
    """
    places = [2 * _LINE * line for line in range(len(shares))]
    widths = [_WIDTH * share for _, share in shares]
    parts = [
        _path([_bar(0, y, _WIDTH) for y in places], _BAD),
        _path([_bar(0, y, width) for y, width in zip(places, widths, strict=True)], _GOOD),
        *(_text(0, y + 30, words) for y, (words, _) in zip(places, shares, strict=True)),
    ]
    return _picture(parts, 2 * _LINE * len(shares), ", ".join(words for words, _ in shares))


def share_bars(title: str, shares: Sequence[tuple[str, float]]) -> str:
    """Draws one bar per name, each a share in [0, 1]; as many of the first as fit in place.

    Returns:
        Markdown.
    """
    picture = _picture([], 1, title)
    for count in range(1, len(shares) + 1):
        larger = _drawn_shares(title, shares[:count])
        if len(larger) >= SHOWN_IN_PLACE:
            break
        picture = larger
    return picture


def _drawn_shares(title: str, shares: Sequence[tuple[str, float]]) -> str:
    width = _WIDTH - _NAME_WIDTH - 50
    places = [_LINE * line for line in range(len(shares))]
    bars = [
        _bar(_NAME_WIDTH, y, width * min(max(share, 0.0), 1.0))
        for y, (_, share) in zip(places, shares, strict=True)
    ]
    parts = [
        _path([_bar(_NAME_WIDTH, y, width) for y in places], _EMPTY),
        _path(bars, _BAD),
        *(_text(0, y + 12, _short(n)) for y, (n, _) in zip(places, shares, strict=True)),
        *(_text(375, y + 12, f"{100 * s:.1f}%") for y, (_, s) in zip(places, shares, strict=True)),
    ]
    return _picture(parts, _LINE * len(shares), title)


def _bar(x: float, y: float, width: float) -> str:
    return f"M{x:.0f},{y:.0f}h{width:.0f}v{_BAR}h-{width:.0f}z"


def _path(steps: Sequence[str], colour: str) -> str:
    return f"<path d='{''.join(steps)}' fill='{colour}'/>"


def _text(x: float, y: float, words: str) -> str:
    place = f"x='{x:.0f}' y='{y:.0f}'" if x else f"y='{y:.0f}'"
    return f"<text {place}>{escape(words)}</text>"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _picture(parts: Sequence[str], height: int, alternative: str) -> str:
    frame = f"xmlns='http://www.w3.org/2000/svg' width='{_WIDTH}' height='{height}'"
    style = "font-family='sans-serif' font-size='12' fill='#789'"
    drawing = f"<svg {frame} {style}>{''.join(parts)}</svg>"
    encoded = base64.b64encode(drawing.encode()).decode("ascii")
    words = "".join(c if c.isalnum() or c in " ,.%" else " " for c in alternative)
    return f"![{words}](data:image/svg+xml;base64,{encoded})"
