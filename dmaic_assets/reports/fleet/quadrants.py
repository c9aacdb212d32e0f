"""The chart of the fleet: stability across, capability upwards, one dot for each CTQ.

What belongs here: drawing it. CTQs at one place share a dot, which names them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, ORANGE, RED
from dmaic_assets.reports.views.fleet import LEAST_CAPABLE, MOST_STABLE, FleetCtq, Quadrant

# What each quadrant is drawn as: the shape says what the colour says.
_LOOKS: Mapping[Quadrant, tuple[str, str]] = {
    "unstable and not capable": (RED, "x"),
    "not capable": (ORANGE, "diamond"),
    "unstable": (BLUE, "triangle-up"),
    "too few to tell": (GREY, "circle-open"),
    "stable and capable": (GREEN, "circle"),
}
# Names on the hover of one dot.
_MOST_NAMED = 6
# Dots drawn: beyond, a browser takes seconds; what asks most is drawn first.
_MOST_DOTS = 1_500
# Where a CTQ without a defect is drawn: nothing varies.
_STILL = 1.0


def quadrant_chart(ctqs: Sequence[FleetCtq]) -> Markup:
    """Draws the CTQs whose stability and capability are known; nothing without any."""
    data = [_trace(quadrant, ctqs) for quadrant in _LOOKS]
    known = [trace for trace in data if trace["x"]]
    if not known:
        return Markup()
    shown = drawn(ctqs)
    worst = sum(c.quadrant == "unstable and not capable" for c in shown)
    told = (
        f"{len(shown)} CTQs by stability index and Ppk: {worst} unstable and not capable; stable"
        f" up to {MOST_STABLE}, capable from {LEAST_CAPABLE} on"
    )
    return Chart(
        "Is it stable (left), and is it capable (above)?", known, _layout(shown), told
    ).html()


def drawn(ctqs: Sequence[FleetCtq]) -> list[FleetCtq]:
    """The CTQs that the chart has: of the others stability or capability is not known."""
    return [c for c in ctqs if c.ppk is not None and c.is_stable is not None]


def _trace(quadrant: Quadrant, ctqs: Sequence[FleetCtq]) -> dict[str, Json]:
    places: defaultdict[tuple[float, float], list[FleetCtq]] = defaultdict(list)
    for ctq in drawn(ctqs):
        if ctq.quadrant == quadrant and ctq.ppk is not None:
            at = _STILL if ctq.stability is None else round(ctq.stability, 2)
            places[at, round(ctq.ppk, 2)].append(ctq)
    dots = list(places.items())[:_MOST_DOTS]
    colour, symbol = _LOOKS[quadrant]
    sizes: list[Json] = [min(22, 8 + 2 * len(members)) for _, members in dots]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": quadrant,
        "x": [x for (x, _), _ in dots],
        "y": [y for (_, y), _ in dots],
        "hovertext": [_names(members) for _, members in dots],
        "marker": {"color": colour, "symbol": symbol, "size": sizes, "line": {"width": 1.5}},
    }


def _names(members: Sequence[FleetCtq]) -> str:
    named = "; ".join(f"{c.source}: {c.ctq}" for c in members[:_MOST_NAMED])
    more = len(members) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _layout(ctqs: Sequence[FleetCtq]) -> dict[str, Json]:
    furthest = max((c.stability or _STILL for c in ctqs), default=_STILL)
    best = max((c.ppk or 0.0 for c in ctqs), default=0.0)
    right, top = max(2.0, 1.1 * furthest), max(2.0, 1.1 * best)
    line: dict[str, Json] = {"color": GREY, "dash": "dot", "width": 1}
    across: dict[str, Json] = {
        "type": "line",
        "x0": 0,
        "x1": right,
        "y0": LEAST_CAPABLE,
        "y1": LEAST_CAPABLE,
        "line": line,
    }
    up: dict[str, Json] = {
        "type": "line",
        "x0": MOST_STABLE,
        "x1": MOST_STABLE,
        "y0": 0,
        "y1": top,
        "line": line,
    }
    return {
        "height": 420,
        "xaxis": {"title": {"text": "stability index"}, "range": [0, right]},
        "yaxis": {
            "title": {"text": "Ppk"},
            "range": [min(0.0, *(c.ppk or 0.0 for c in ctqs)), top],
        },
        "shapes": [across, up],
        "annotations": [
            _corner("stable and capable", x=0, y=1),
            _corner("unstable", x=1, y=1),
            _corner("not capable", x=0, y=0),
            _corner("unstable and not capable", x=1, y=0),
        ],
    }


def _corner(words: str, *, x: int, y: int) -> dict[str, Json]:
    """What a corner of the chart means."""
    return {
        "text": words,
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "right" if x else "left",
        "yanchor": "top" if y else "bottom",
        "showarrow": False,
        "font": {"color": GREY},
    }
