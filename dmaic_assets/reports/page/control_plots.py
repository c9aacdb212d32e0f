"""Control charts as Plotly's JSON: points, their limits, the baseline, and what is beyond.

What belongs here: drawing one chart of Control.
"""

from collections.abc import Sequence

from dmaic_assets.model import Json
from dmaic_assets.phase_values.control import ChartCourse
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.palette import BLUE, GREY, ORANGE, RED
from dmaic_assets.reports.page.plots import layout_of, short

# Points that make a course: one shows nothing that its figure does not.
FEWEST_SHOWN = 2


def control_figure(course: ChartCourse) -> Chart | None:
    """Draws one control chart; None below two points, which show no course."""
    if len(course.shares) < FEWEST_SHOWN:
        return None
    labels = [file[:16] for file in course.files]
    places: list[Json] = list(range(1, len(course.shares) + 1))
    # A limit that every share is within would only flatten the course: it is a gap.
    limits = _percents([None if limit >= 1 else limit for limit in course.limits])
    shares, signals = _percents(course.shares), sorted(course.signals)
    line: dict[str, Json] = {"color": ORANGE, "dash": "dash", "shape": "hvh", "width": 1.2}
    drawn: list[dict[str, Json]] = [
        {**_points("limit", places, limits, labels), "mode": "lines", "line": line},
        {
            **_points("share", places, shares, labels),
            "mode": "lines+markers",
            "line": {"color": BLUE, "width": 1.5},
            "marker": {"size": 6},
        },
    ]
    if signals:
        marks = [places[s] for s in signals], [shares[s] for s in signals]
        beyond = [labels[s] for s in signals]
        ring: dict[str, Json] = {"color": RED, "size": 12, "symbol": "circle-open"}
        drawn.append({**_points("signal", *marks, beyond), "mode": "markers", "marker": ring})
    axis: dict[str, Json] = {"ticksuffix": " %", "rangemode": "tozero"}
    layout = layout_of(height=280, x={"title": {"text": "file"}}, y=axis)
    shapes: list[Json] = [_baseline(course.baseline)] if course.baseline else []
    told = (
        f"{course.ctq} ({course.chart} chart): {len(course.shares)} files,"
        f" {len(signals)} beyond their limit"
    )
    return Chart(f"Is {short(course.ctq)} stable?", drawn, {**layout, "shapes": shapes}, told)


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
