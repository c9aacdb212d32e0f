"""Figures of a key column and of what indexes make of it, as Plotly's JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dmaic_assets.model import Json
from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.chart import Chart, layout_of
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, ORANGE, PURPLE

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.regimes import Regime
    from dmaic_assets.hashmaps.view.survey import Survey

COLOURS: Mapping[str, str] = {
    "swiss": BLUE,
    "robinhood": ORANGE,
    "linear": GREEN,
    "chaining": GREY,
    "direct": PURPLE,
}
# The legend lies at the bottom of the figure, where it has room on a phone too.
_BELOW: Mapping[str, Json] = {
    "orientation": "h",
    "x": 0,
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
}
# Height of figures beside each other, in pixels.
HEIGHT = 360


def lines_figure(
    question: str,
    lines: Mapping[str, Sequence[tuple[float, float]]],
    *,
    x: str,
    y: str,
    is_log: bool = False,
) -> Chart:
    """One line of (x, y) for each kind of index."""
    data: list[dict[str, Json]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": NAMES[kind],
            "x": [place for place, _ in points],
            "y": [value for _, value in points],
            "line": {"color": COLOURS[kind], "width": 2},
            "marker": {"size": 6},
        }
        for kind, points in lines.items()
    ]
    axis: dict[str, Json] = {"title": {"text": x}}
    if is_log:
        axis |= {"type": "log", "dtick": 1}
    layout = with_legend(axis, {"title": {"text": y}, "rangemode": "tozero"})
    return Chart(question, data, layout, f"{y} by {x}, one line for each kind of index")


def with_legend(
    x: Mapping[str, Json], y: Mapping[str, Json], height: int = HEIGHT
) -> dict[str, Json]:
    """The layout of a figure with its legend below it."""
    layout = layout_of(height=height, x=x, y=y)
    margin: dict[str, Json] = {"l": 8, "r": 24, "t": 16, "b": 96}
    return {**layout, "legend": {**_BELOW}, "margin": margin}


def rank_figure(survey: "Survey") -> Chart:
    """How often the key of each rank comes, and the Zipf law that fits."""
    points = survey.ranks
    data: list[dict[str, Json]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "keys",
            "x": [rank for rank, _ in points],
            "y": [times for _, times in points],
            "marker": {"color": BLUE, "size": 6},
        }
    ]
    told = "Operations on a key by its rank, both axes logarithmic"
    if zipf := survey.dna.zipf:
        # The sum of 1/rank^s over all ranks brings the line to the right height.
        total = sum(rank**-zipf.exponent for rank in range(1, survey.dna.distinct + 1))
        top = survey.dna.operations / total
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"Zipf law, exponent {zipf.exponent:.2f}",
                "x": [points[0][0], points[-1][0]],
                "y": [top * rank**-zipf.exponent for rank in (points[0][0], points[-1][0])],
                "line": {"color": ORANGE, "width": 2, "dash": "dash"},
            }
        )
    axis: dict[str, Json] = {"type": "log", "dtick": 1}
    x: dict[str, Json] = {**axis, "title": {"text": "rank of the key"}}
    y: dict[str, Json] = {**axis, "title": {"text": "operations on it"}}
    return Chart("How often does which key come?", data, with_legend(x, y), told)


def costs_figure(survey: "Survey") -> Chart:
    """Expected and measured nanoseconds an operation, for each kind of index."""
    names: list[Json] = [NAMES[standing.kind] for standing in survey.standings]
    expected: list[Json] = [round(standing.expected, 1) for standing in survey.standings]
    measured: list[Json] = [round(standing.played.ns_each, 1) for standing in survey.standings]
    data: list[dict[str, Json]] = [
        {"type": "bar", "name": "measured", "x": names, "y": measured, "marker": {"color": BLUE}},
        {"type": "bar", "name": "expected", "x": names, "y": expected, "marker": {"color": GREY}},
    ]
    told = "Nanoseconds an operation, measured and expected, for each kind of index"
    y: dict[str, Json] = {"title": {"text": "ns"}, "rangemode": "tozero"}
    layout = with_legend({"type": "category"}, y)
    return Chart("How many nanoseconds does an operation take?", data, layout, told)


def regime_figure(regimes: "Sequence[Regime]") -> Chart:
    """The fastest kind by load and share of hits; the stronger the colour, the wider the margin."""
    loads = sorted({regime.load for regime in regimes})
    hits = sorted({regime.hits for regime in regimes})
    known = {(regime.load, regime.hits): regime for regime in regimes}
    kinds = [kind for kind in NAMES if any(regime.kind == kind for regime in regimes)]
    data: list[dict[str, Json]] = []
    for kind in kinds:
        rows: list[Json] = [[_margin(known[load, share], kind) for load in loads] for share in hits]
        data.append(_layer(kind, [*loads], [100 * share for share in hits], rows))
        data.append(_legend_entry(kind))
    told = "The fastest index by load and share of hits: the stronger the colour, the surer"
    x: dict[str, Json] = {"title": {"text": "share of places in use"}, "showgrid": False}
    y: dict[str, Json] = {"title": {"text": "searches that hit, %"}, "showgrid": False}
    question = "Which index is fastest for searches?"
    return Chart(question, data, with_legend(x, y, height=420), told)


def _layer(kind: str, x: list[Json], y: list[Json], rows: list[Json]) -> dict[str, Json]:
    colour = COLOURS[kind]
    return {
        "type": "heatmap",
        "name": NAMES[kind],
        "x": x,
        "y": y,
        "z": rows,
        "zmin": 0,
        "zmax": 50,
        "showscale": False,
        "colorscale": [[0, f"{colour}40"], [1, colour]],
        "hovertemplate": f"{NAMES[kind]}: the next takes %{{z:.0f}} % longer<extra></extra>",
    }


def _legend_entry(kind: str) -> dict[str, Json]:
    """A mark without points: heat maps have no entry in a legend."""
    marker: dict[str, Json] = {"color": COLOURS[kind], "symbol": "square", "size": 11}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": NAMES[kind],
        "x": [None],
        "y": [None],
        "marker": marker,
    }


def _margin(regime: "Regime", kind: str) -> Json:
    """The margin in percent where a kind wins; beyond every other's load it wins by far."""
    if regime.kind != kind:
        return None
    return 50.0 if regime.margin is None else round(100 * regime.margin, 1)
