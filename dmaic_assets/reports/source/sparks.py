"""Pictures small enough for a cell of a table: a distribution, and a course over files.

What belongs here: SVG written by hand, without a script. Each has its meaning as text in its label.
"""

from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.model import Histogram
from dmaic_assets.reports.wording import figure
from dmaic_assets.table.spelled_numbers import percent, plural

# The picture's own units; the style sheet decides how large it is.
_WIDTH, _HEIGHT = 96, 20
# Bars of a distribution: one of 4 units can still be told from its neighbour.
_MOST_BARS = 24
# Room for bars of values, also where there are fewer.
_FEWEST_BARS = 5
# A bar without the gap behind it, as a share of the room that it has.
_BAR = 0.8
# Height of the lowest bar: a value that occurs is never invisible.
_LOWEST = 0.6
# Least top of a course of shares: 1 % of missing values must not look like a mountain.
_LEAST_TOP = 0.05
_NONE = Markup("–")
_FILLED = Markup(
    '<svg class="spark" viewBox="0 0 96 20" preserveAspectRatio="none" role="img"'
    ' aria-label="{0}"><title>{0}</title><path d="{1}" fill="var(--blue)"></path></svg>'
)
_DRAWN = Markup(
    '<svg class="spark" viewBox="0 0 96 20" preserveAspectRatio="none" role="img"'
    ' aria-label="{0}"><title>{0}</title><path d="{1}" fill="none" stroke="var(--orange)"'
    ' stroke-width="1.5"></path></svg>'
)


def histogram_spark(histogram: Histogram | None) -> Markup:
    """A distribution as bars from its least to its greatest value; a dash without one."""
    if histogram is None or not histogram.counts or not max(histogram.counts):
        return _NONE
    counts = _joined(histogram.counts)
    told = f"distribution from {figure(histogram.edges[0])} to {figure(histogram.edges[-1])}"
    return _FILLED.format(told, _bars(counts, len(counts)))


def bars_spark(counts: Sequence[int], rows: int) -> Markup:
    """The most frequent values as bars by falling size; a dash without any."""
    if not counts or not rows:
        return _NONE
    told = f"the most frequent value is in {percent(max(counts) / rows)} of the rows"
    return _FILLED.format(told, _bars(counts, max(len(counts), _FEWEST_BARS)))


def course_spark(shares: Sequence[float | None]) -> Markup:
    """A share from file to file, the newest at the right; a dash below two files."""
    known = [share for share in shares if share is not None]
    if len(known) < 2:
        return _NONE
    top = max(_LEAST_TOP, *known)
    step = _WIDTH / (len(shares) - 1)
    parts: list[str] = []
    is_pen_up = True
    for at, share in enumerate(shares):
        if share is not None:
            y = _HEIGHT - 1 - (_HEIGHT - 2) * share / top
            parts.append(f"{'M' if is_pen_up else 'L'}{step * at:.1f} {y:.1f}")
        is_pen_up = share is None
    least, most = percent(min(known)), percent(max(known))
    told = f"missing in {least} to {most} over {plural(len(known), 'file')}"
    return _DRAWN.format(told, "".join(parts))


def _bars(counts: Sequence[int], places: int) -> str:
    """Bars from the bottom up as one path; a count of 0 leaves a gap."""
    step, top = _WIDTH / places, max(counts)
    bars = [(step * at, max(_LOWEST, _HEIGHT * n / top)) for at, n in enumerate(counts) if n]
    return " ".join(f"M{x:.1f} {_HEIGHT}v{-h:.1f}h{step * _BAR:.1f}V{_HEIGHT}z" for x, h in bars)


def _joined(counts: Sequence[int]) -> list[int]:
    """Neighbouring bins added up until they fit."""
    size = -(-len(counts) // _MOST_BARS)
    return [sum(counts[at : at + size]) for at in range(0, len(counts), size)]
