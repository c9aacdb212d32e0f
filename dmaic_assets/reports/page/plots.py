"""Charts of one source as Plotly's JSON: Pareto charts, yields, causes, uplifts.

What belongs here: traces and axes, written by hand, which needs no import of Plotly. Control
charts are in `control_plots`.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.model import Json
from dmaic_assets.phase_values.analyze import Cause, ParetoBar
from dmaic_assets.phase_values.measure import StageYield
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, ORANGE, RED
from dmaic_assets.table.spelled_numbers import percent

# Bars in one plot: as many names as fit beside them.
_SHOWN = 12
# Characters of a label; longer ones lose their middle.
_LABEL = 44
# The upper axis of a Pareto chart, for the running share.
_RUNNING: Mapping[str, Json] = {
    "overlaying": "x",
    "side": "top",
    "range": [0, 105],
    "tickvals": [0, 50, 100],
    "ticksuffix": " %",
    "tickfont": {"color": ORANGE},
    "showgrid": False,
    "zeroline": False,
}


def pareto_figure(bars: Sequence[ParetoBar], of: str) -> Chart | None:
    """Counts by falling size from the top, with the running share; None without bars.

    The bars lie down, so that long names can be read.
    """
    if not bars:
        return None
    shown = bars[:_SHOWN][::-1]
    names: list[Json] = [short(bar.name) for bar in shown]
    counts: dict[str, Json] = {
        "type": "bar",
        "orientation": "h",
        "name": "defects",
        "y": names,
        "x": [bar.count for bar in shown],
        "hovertext": [bar.name for bar in shown],
        "marker": {"color": BLUE},
    }
    running: dict[str, Json] = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "running share",
        "y": names,
        "x": [100 * bar.cumulative for bar in shown],
        "xaxis": "x2",
        "line": {"color": ORANGE},
    }
    height = 120 + 28 * len(shown)
    x: dict[str, Json] = {"rangemode": "tozero", "nticks": 5}
    layout = layout_of(height=height, x=x, y={"type": "category"})
    told = (
        f"Pareto chart: {of} by falling number of defects, with the running share; {bars[0].name}"
        f" has {percent(bars[0].cumulative)}"
    )
    whole = {**layout, "xaxis2": {**_RUNNING}, "showlegend": False}
    return Chart(f"Which {of} have most of the defects?", [counts, running], whole, told)


def yields_figure(stages: Sequence[StageYield]) -> Chart | None:
    """First-time yield of each stage and their product on the way; None when nothing failed."""
    known = [(s.stage, s.first_time_yield) for s in stages]
    if all(share == 1 for _, share in known):
        return None
    rolled: list[Json] = []
    product = 1.0
    for _, share in known:
        product *= share
        rolled.append(100 * product)
    names: list[Json] = [name for name, _ in known]
    low = min(100 * product, *(100 * share for _, share in known))
    floor = max(0.0, 10 * ((low - 2) // 10))
    bars: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "name": "first-time yield",
        "x": names,
        "y": [100 * share for _, share in known],
        "marker": {"color": GREEN, "size": 11},
    }
    line: dict[str, Json] = {
        "type": "scatter",
        "mode": "lines",
        "name": "rolled so far",
        "x": names,
        "y": rolled,
        "line": {"color": GREY, "shape": "hv", "dash": "dot"},
    }
    axis: dict[str, Json] = {"range": [floor, 100.5], "ticksuffix": " %"}
    layout = layout_of(height=280, x={"type": "category"}, y=axis)
    told = f"Yield by stage: {percent(product)} pass all of them at the first time"
    return Chart("At which stage is it lost?", [bars, line], layout, told)


def causes_figure(causes: Sequence[Cause], ctq: str) -> Chart | None:
    """The contribution of each cause with its 95 % interval; None without causes."""
    points = [(c.words, c.contribution, c.contribution_low, c.contribution_high) for c in causes]
    question = f"Which groups of rows have the defects of {ctq}?"
    return interval_figure(points, question, unit="share of all defects")


def uplift_figure(pilots: Sequence[tuple[str, Estimate]]) -> Chart | None:
    """The uplift of each pilot with its 95 % interval; None without pilots that changed a cell.

    Args:
        pilots: (name, uplift) each.
    """
    points = [(name, uplift.estimate, uplift.low, uplift.high) for name, uplift in pilots]
    question = "How much does each pilot gain?"
    return interval_figure(points, question, unit="share of cells", zero=True)


def interval_figure(
    points: Sequence[tuple[str, float | None, float | None, float | None]],
    question: str,
    *,
    unit: str,
    zero: bool = False,
) -> Chart | None:
    """Estimates with intervals, one line each from the top; None when nothing is known.

    Args:
        points: (name, estimate, lower, upper) each, as shares.
        question: The question that it answers.
        unit: What the shares are of.
        zero: Whether zero is marked, below which nothing is gained.
    """
    known = [
        (n, v, v if a is None else a, v if b is None else b)
        for n, v, a, b in points
        if v is not None
    ]
    known = known[:_SHOWN][::-1]
    if not known:
        return None
    bars: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "x": [100 * v for _, v, _, _ in known],
        "y": [short(name) for name, _, _, _ in known],
        "hovertext": [name for name, _, _, _ in known],
        "marker": {"color": BLUE, "size": 9},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * max(0.0, high - v) for _, v, _, high in known],
            "arrayminus": [100 * max(0.0, v - low) for _, v, low, _ in known],
            "color": BLUE,
        },
    }
    x: dict[str, Json] = {"title": {"text": f"{unit}, %"}, "rangemode": "tozero"}
    layout = layout_of(height=100 + 30 * len(known), x=x, y={"type": "category"})
    shapes: list[Json] = [{**vertical(0.0), "line": {"color": RED, "dash": "dot"}}] if zero else []
    best = known[-1]
    told = f"{unit} with its 95 % interval; {best[0]}: {percent(best[1])}"
    return Chart(question, [bars], {**layout, "shapes": shapes, "showlegend": False}, told)


def vertical(x: float) -> dict[str, Json]:
    """A line from the bottom to the top at `x`."""
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}


def layout_of(*, height: int, x: Mapping[str, Json], y: Mapping[str, Json]) -> dict[str, Json]:
    """The layout of a chart with two axes; its look is in library/page.js."""
    return {
        "height": height,
        "xaxis": {**x},
        "yaxis": {**y},
        "bargap": 0.35,
    }


def short(text: str) -> str:
    """Cuts a label in the middle: what it starts and what it ends with tell it apart."""
    if len(text) <= _LABEL:
        return text
    return f"{text[: _LABEL // 2]}…{text[-_LABEL // 2 + 1 :]}"
