"""Charts of sources as Plotly's JSON: levels, Pareto charts, yields, causes, uplifts.

What belongs here: traces and axes, written by hand, which needs no import of Plotly. Control
charts are in `control_plots`.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.model import Json
from dmaic_assets.phase_values.analyze import Cause, ParetoBar
from dmaic_assets.phase_values.measure import StageYield
from dmaic_assets.reports.page.chart import Chart, layout_of, short
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, INK, ORANGE, RED
from dmaic_assets.table.spelled_numbers import percent

# Bars in one plot: as many names as fit beside them.
_SHOWN = 12
# Sources beside each other: one has nothing to be compared with, and beyond forty none is read.
_FEWEST_COMPARED, _MOST_COMPARED = 2, 40
# Percent: an axis of yields spans no less, so that a defect in ten thousand rows stays small.
_LEAST_SPAN = 1.0
# The upper axis of a Pareto chart, for the running share.
_RUNNING: Mapping[str, Json] = {
    "overlaying": "x",
    "side": "top",
    "range": [0, 105],
    "tickvals": [0, 50, 100],
    "ticktext": ["0 %", "50 %", "100 %"],
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
    lost = 100 - min(100 * product, *(100 * share for _, share in known))
    # Points, not bars: the axis may begin where something is to be seen.
    floor = max(0.0, 100 - max(_LEAST_SPAN, 1.5 * lost))
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
    axis: dict[str, Json] = {"range": [floor, 100 + (100 - floor) / 12], "ticksuffix": " %"}
    layout = layout_of(height=220, x={"type": "category"}, y=axis)
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


def levels_figure(levels: Sequence[tuple[str, float | None, float | None]]) -> Chart | None:
    """The sigma level of each source beside its target, the lowest first; None below two sources.

    Args:
        levels: (source, level, target) each; what was not measured is left out.
    """
    known = sorted((level, name, target) for name, level, target in levels if level is not None)
    if len(known) < _FEWEST_COMPARED:
        return None
    shown = known[:_MOST_COMPARED][::-1]
    names: list[Json] = [short(name) for _, name, _ in shown]
    bars: dict[str, Json] = {
        "type": "bar",
        "orientation": "h",
        "name": "sigma level",
        "y": names,
        "x": [round(level, 3) for level, _, _ in shown],
        "marker": {
            "color": [ORANGE if target and level < target else BLUE for level, _, target in shown]
        },
        "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
    }
    targets: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "name": "target",
        "y": names,
        "x": [target for _, _, target in shown],
        "marker": {"symbol": "line-ns-open", "size": 16, "color": INK, "line": {"width": 2}},
        "hovertemplate": "target %{x}<extra></extra>",
    }
    layout = layout_of(
        height=90 + 24 * len(shown),
        x={"rangemode": "tozero", "title": {"text": "sigma level"}},
        y={"type": "category"},
    )
    lowest = known[0]
    told = f"Sigma levels of {len(shown)} sources, the lowest first: {lowest[1]}, {lowest[0]:.2f}"
    return Chart("How far are sources from their target?", [bars, targets], layout, told)


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
        (
            name,
            100 * value,
            100 * (value if low is None else low),
            100 * (value if high is None else high),
        )
        for name, value, low, high in points
        if value is not None
    ][:_SHOWN]
    if not known:
        return None
    x: dict[str, Json] = {"title": {"text": f"{unit}, %"}, "rangemode": "tozero"}
    layout = layout_of(height=100 + 30 * len(known), x=x, y={"type": "category"})
    shapes: list[Json] = [{**vertical(0.0), "line": {"color": RED, "dash": "dot"}}] if zero else []
    told = f"{unit} with its 95 % interval; {known[0][0]}: {percent(known[0][1] / 100)}"
    whole = {**layout, "shapes": shapes, "showlegend": False}
    return Chart(question, [intervals(unit, known)], whole, told)


def intervals(name: str, known: Sequence[tuple[str, float, float, float]]) -> dict[str, Json]:
    """The trace of estimates with intervals, lying down, the first on top.

    Args:
        name: What is estimated.
        known: (name, estimate, lower, upper) each.
    """
    rows = known[::-1]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [value for _, value, _, _ in rows],
        "y": [short(label) for label, _, _, _ in rows],
        "hovertext": [label for label, _, _, _ in rows],
        "marker": {"color": BLUE, "size": 9},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, high - value) for _, value, _, high in rows],
            "arrayminus": [max(0.0, value - low) for _, value, low, _ in rows],
            "color": BLUE,
        },
    }


def vertical(x: float) -> dict[str, Json]:
    """A line from the bottom to the top at `x`."""
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
