"""Control charts as Plotly's JSON: points, their limits, the baseline, and what is beyond.

What belongs here: reading a chart's record and drawing it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import Record, items, number, numbers
from dmaic_assets.reports.page.markup import Figure
from dmaic_assets.reports.page.plots import BLUE, GREY, ORANGE, RED, layout_of, short

# Points that make a course: one shows nothing that its figure does not.
FEWEST_SHOWN = 2


@dataclass(frozen=True, slots=True)
class ChartPoints:
    """A control chart with n points; limits have n values, signals are positions of points.

    The first `baseline` points are those that the limits come from.
    """

    labels: tuple[str, ...]
    shares: tuple[float | None, ...]
    limits: tuple[float | None, ...]
    signals: tuple[int, ...]
    baseline: int


def read_chart(record: Record) -> ChartPoints | None:
    """Reads a chart of Control; None below two points, which show no course."""
    shares = numbers(record.get("shares"))
    if len(shares) < FEWEST_SHOWN:
        return None
    size = len(shares)
    files = [str(item)[:16] for item in items(record.get("files"))]
    told = (numbers(record.get("limits")) + [None] * size)[:size]
    # A limit that every share is within would only flatten the course: it is a gap.
    limits = [None if limit is None or limit >= 1 else limit for limit in told]
    places = [int(place) for place in numbers(record.get("signals")) if place is not None]
    return ChartPoints(
        labels=tuple(files if len(files) == size else (str(n + 1) for n in range(size))),
        shares=tuple(shares),
        limits=tuple(limits),
        signals=tuple(sorted(place for place in places if 0 <= place < size)),
        baseline=min(size, int(number(record.get("baseline")) or 0)),
    )


def control_figure(record: Record) -> Figure | None:
    """Draws one control chart; None when `read_chart` gives none."""
    chart = read_chart(record)
    if chart is None:
        return None
    title = f"{record.get('ctq', '')} ({record.get('chart', 'chart')})"
    places: list[Json] = list(range(1, len(chart.shares) + 1))
    shares, limits = _percents(chart.shares), _percents(chart.limits)
    line: dict[str, Json] = {"color": ORANGE, "dash": "dash", "shape": "hvh", "width": 1.2}
    drawn: list[dict[str, Json]] = [
        {**_points("limit", places, limits, chart.labels), "mode": "lines", "line": line},
        {
            **_points("share", places, shares, chart.labels),
            "mode": "lines+markers",
            "line": {"color": BLUE, "width": 1.5},
            "marker": {"size": 6},
        },
    ]
    if chart.signals:
        marks = [places[s] for s in chart.signals], [shares[s] for s in chart.signals]
        labels = [chart.labels[s] for s in chart.signals]
        ring: dict[str, Json] = {"color": RED, "size": 12, "symbol": "circle-open"}
        drawn.append({**_points("signal", *marks, labels), "mode": "markers", "marker": ring})
    axis: dict[str, Json] = {"ticksuffix": " %", "rangemode": "tozero"}
    layout = layout_of(short(title), height=300, x={"title": {"text": "file"}}, y=axis)
    shapes: list[Json] = [_baseline(chart.baseline)] if chart.baseline else []
    label = f"{title}: {len(chart.shares)} points, {len(chart.signals)} beyond their limit"
    return Figure(drawn, {**layout, "shapes": shapes}, label)


def _points(name: str, x: list[Json], y: list[Json], labels: Sequence[str]) -> dict[str, Json]:
    return {"type": "scatter", "name": name, "x": x, "y": y, "hovertext": [*labels]}


def _percents(shares: Sequence[float | None]) -> list[Json]:
    return [None if share is None else 100 * share for share in shares]


def _baseline(size: int) -> dict[str, Json]:
    return {
        "type": "rect",
        "x0": 0.5,
        "x1": size + 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": GREY,
        "opacity": 0.12,
    }
