"""Figures of one play from its beginning to its end: latencies, load, kinds, as Plotly's JSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dmaic_assets.model import Json
from dmaic_assets.reports.hashmap.figures import COLOURS, with_legend
from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.chart import Chart, layout_of
from dmaic_assets.reports.page.palette import BLUE, GREEN, HEAT, ORANGE, RED

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.survey import Survey

_OPS: Mapping[str, tuple[str, str]] = {
    "get": ("searches", BLUE),
    "put": ("insertions", ORANGE),
    "del": ("deletions", GREEN),
}


def latency_figure(survey: "Survey") -> Chart | None:
    """The share of each operation by latency; None when nothing was timed."""
    first, last = _span(survey)
    data: list[dict[str, Json]] = []
    for op, counts in survey.latencies.items():
        name, colour = _OPS[op]
        total = sum(counts)
        shares: list[Json] = [
            round(100 * count / total, 3) if count else None for count in counts[first:last]
        ]
        line: dict[str, Json] = {"color": colour, "width": 2}
        trace: dict[str, Json] = {"type": "scatter", "mode": "lines+markers", "name": name}
        data.append(
            {
                **trace,
                "x": [*survey.bins[first:last]],
                "y": shares,
                "line": line,
                "connectgaps": True,
            }
        )
    if not data:
        return None
    question = "How long do operations take?"
    told = "The share of each sort of operation by its latency, both axes logarithmic"
    x: dict[str, Json] = {"type": "log", "title": {"text": "ns"}, "dtick": 1}
    y: dict[str, Json] = {"type": "log", "title": {"text": "share of operations, %"}, "dtick": 1}
    return Chart(question, data, with_legend(x, y), told)


def heat_figure(survey: "Survey") -> Chart | None:
    """Latencies over the course of the play: the darker, the more operations; None without any."""
    first, last = _span(survey)
    slices = [one for one in survey.slices if sum(one.counts)]
    if not slices:
        return None
    rows: list[Json] = [
        [_shade(one.counts[b], sum(one.counts)) for one in slices] for b in range(first, last)
    ]
    trace: dict[str, Json] = {
        "type": "heatmap",
        "x": [one.operations for one in slices],
        "y": [*survey.bins[first:last]],
        "z": rows,
        "colorscale": [*HEAT],
        "showscale": False,
        "hovertemplate": "%{y:.0f} ns, after %{x:,} operations<extra></extra>",
    }
    question = "Do latencies change on the way?"
    told = "Latencies from the first operation to the last: the darker, the more operations"
    x: dict[str, Json] = {"title": {"text": "operations"}, "showgrid": False}
    y: dict[str, Json] = {"type": "log", "title": {"text": "ns"}, "showgrid": False, "dtick": 1}
    return Chart(question, [trace], layout_of(height=300, x=x, y=y), told)


def load_figure(survey: "Survey") -> Chart:
    """How full the index is, by kind, with every decision as a line."""
    data: list[dict[str, Json]] = []
    kinds = list(dict.fromkeys(one.kind for one in survey.slices))
    for kind in kinds:
        loads: list[Json] = [
            round(one.load, 3) if one.kind == kind else None for one in survey.slices
        ]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": NAMES[kind],
                "x": [one.operations for one in survey.slices],
                "y": loads,
                "line": {"color": COLOURS[kind], "width": 2},
                "marker": {"size": 5},
            }
        )
    shapes: list[Json] = [_moment(event.operation) for event in survey.adaptive.events]
    told = f"The load of the index, with {len(shapes)} decisions of the map as lines"
    x: dict[str, Json] = {"title": {"text": "operations"}}
    y: dict[str, Json] = {"title": {"text": "share of places in use"}, "range": [0, 1]}
    layout = {**with_legend(x, y), "shapes": shapes, "showlegend": True}
    return Chart("How full is the index?", data, layout, told)


def _moment(operation: int) -> Json:
    line: dict[str, Json] = {"color": RED, "dash": "dot", "width": 1}
    return {
        "type": "line",
        "x0": operation,
        "x1": operation,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
    }


def _span(survey: "Survey") -> tuple[int, int]:
    """The bins between the shortest and the longest operation, with one more on either side."""
    rows = [*survey.latencies.values()]
    held = [b for row in rows for b, count in enumerate(row) if count]
    if not held:
        return 0, 1
    return max(min(held) - 1, 0), min(max(held) + 2, len(rows[0]))


def _shade(count: int, total: int) -> Json:
    """The square root of a share: rare latencies are seen beside frequent ones."""
    return round((count / total) ** 0.5, 3) if count else None
