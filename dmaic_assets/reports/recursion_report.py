"""The report of a recursion: its runs with their figures as a table, a text chart, a drawing.

What belongs here: Markdown and a small SVG beside it. Whether a recursion goes on is decided
elsewhere and only told here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dmaic_assets.phase_values.key_metrics import KeyMetrics
from dmaic_assets.reports.markdown import md_table, md_text
from dmaic_assets.reports.wording import NOTHING, figure
from dmaic_assets.table.spelled_numbers import percent

DRAWING = "recursion.svg"
# Characters of the longest bar: a line stays below 80.
_WIDTH = 40
_WIDE, _HIGH, _EDGE = 640, 280, 48


@dataclass(frozen=True, slots=True)
class RecursionReport:
    """A recursion's runs by id, oldest first, and why it ended or goes on."""

    recursion_id: str
    runs: Mapping[str, KeyMetrics]
    reason: str
    is_stopped: bool

    @property
    def levels(self) -> list[float | None]:
        """The sigma levels of the runs."""
        return [key.sigma for key in self.runs.values()]


def recursion_markdown(report: RecursionReport) -> str:
    """Builds recursion.md, which shows the drawing that lies beside it."""
    word = "ended" if report.is_stopped else "goes on"
    names = ("", "run", "sigma level", "DPMO", "rolled yield", "promoted", "alarms")
    rows = [
        (
            str(place),
            run_id,
            _level(key.sigma),
            figure(key.dpmo),
            percent(key.rolled_throughput_yield, digits=2),
            figure(key.promoted),
            figure(key.alarms),
        )
        for place, (run_id, key) in enumerate(report.runs.items(), 1)
    ]
    table = md_table(names, rows)
    heading = f"# Recursion {md_text(report.recursion_id)}"
    return (
        f"{heading}\n\nIt {word}: {md_text(report.reason)}.\n\n{table}\n"
        f"```text\n{sigma_chart(report)}```\n\n![sigma level and DPMO per run]({DRAWING})\n"
    )


def sigma_chart(report: RecursionReport) -> str:
    """Draws the sigma level of each run as a bar of ASCII; bars start a little below the least."""
    known = [level for level in report.levels if level is not None]
    if not known:
        return "no sigma level was measured\n"
    low, high = _range(known)
    lines: list[str] = []
    for place, level in enumerate(report.levels, 1):
        share = 0.0 if level is None else (level - low) / (high - low)
        lines.append(f"{place:>3}  {_level(level):>6}  {'#' * round(share * _WIDTH)}\n")
    return f"sigma level, bars from {low:.2f} to {high:.2f}\n" + "".join(lines)


def recursion_drawing(report: RecursionReport) -> str:
    """Draws sigma level (line, left) and DPMO (bars, right) per run as an SVG of its own."""
    bars = _bars([key.dpmo for key in report.runs.values()])
    line = _line(report.levels)
    size = len(report.runs)
    names = "".join(
        f'<text x="{_x(place, size):.1f}" y="{_HIGH - 18}" text-anchor="middle">{place + 1}</text>'
        for place in range(size)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img"'
        ' font-family="system-ui,sans-serif" font-size="12" fill="#5b6778">'
        f"<title>{escape(report.recursion_id)}</title>"
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#fff"/>'
        f'<text x="{_EDGE}" y="20" fill="#1f5fbf">sigma level</text>'
        f'<text x="{_WIDE - _EDGE}" y="20" text-anchor="end">DPMO (bars)</text>'
        f"{bars}{line}{names}"
        f'<text x="{_WIDE / 2}" y="{_HIGH - 2}" text-anchor="middle">run</text></svg>\n'
    )


def _bars(values: Sequence[float | None]) -> str:
    most = max((v for v in values if v is not None), default=0.0)
    if most <= 0:
        return ""
    width = min(40.0, 0.5 * (_WIDE - 2 * _EDGE) / len(values))
    drawn: list[str] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        height = (_HIGH - 2 * _EDGE) * value / most
        x, top = _x(place, len(values)), _HIGH - _EDGE - height
        drawn.append(
            f'<rect x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}"'
            f' height="{height:.1f}" fill="#dde2ea"><title>{figure(value)} DPMO</title></rect>'
        )
    return "".join(drawn)


def _line(values: Sequence[float | None]) -> str:
    known = [(place, v) for place, v in enumerate(values) if v is not None]
    if not known:
        return ""
    low, high = _range([v for _, v in known])
    points = [
        (_x(p, len(values)), _HIGH - _EDGE - (_HIGH - 2 * _EDGE) * (v - low) / (high - low), v)
        for p, v in known
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f5fbf"/>'
        f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle" fill="#1f5fbf">{v:.2f}</text>'
        for x, y, v in points
    )
    return f'<polyline points="{path}" fill="none" stroke="#1f5fbf" stroke-width="2"/>{dots}'


def _x(place: int, size: int) -> float:
    return _EDGE + (_WIDE - 2 * _EDGE) * (place + 0.5) / size


def _range(known: Sequence[float]) -> tuple[float, float]:
    low, high = min(known), max(known)
    room = 0.1 * (high - low) or 0.1
    return low - room, high + room


def _level(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
