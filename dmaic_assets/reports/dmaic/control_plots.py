"""Control charts as Plotly's JSON: points, their limits, the baseline, and what is beyond.

What belongs here: drawing one chart of Control.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.phase_values.control import ChartCourse
from dmaic_assets.reports.page.chart import Chart, layout_of, short
from dmaic_assets.reports.page.palette import BLUE, GREY, ORANGE, RED

# Points that make a course: one shows nothing that its figure does not.
FEWEST_SHOWN = 2
# Digits of a content's hash that stand for a file whose name nobody told.
_DIGITS = 8
# Files beyond their limit that the words beside the picture name.
_NAMED = 5
# Marks of an axis of files.
_MARKS = 8


def control_figure(course: ChartCourse, names: Mapping[str, str]) -> Chart | None:
    """Draws one control chart; None below two points, which show no course.

    Args:
        course: The chart.
        names: Names of files by their SHA-256, as far as they are known.
    """
    if len(course.shares) < FEWEST_SHOWN:
        return None
    labels = [names.get(file, f"file {file[:_DIGITS]}") for file in course.files]
    traces = _traces(course, labels)
    layout = layout_of(
        height=280,
        x={"title": {"text": "files, oldest first"}, **_whole_numbers(len(labels))},
        y={"ticksuffix": " %", "rangemode": "tozero"},
    )
    beyond = [labels[place] for place in sorted(course.signals)]
    told = (
        f"{course.ctq} ({course.chart} chart): {len(labels)} files, {len(beyond)} beyond their"
        f" limit{': ' if beyond else ''}{', '.join(beyond[:_NAMED])}"
    )
    question = f"Is {short(course.ctq)} stable?"
    return Chart(question, traces, {**layout, **_baseline(course.baseline)}, told)


def _traces(course: ChartCourse, labels: Sequence[str]) -> list[dict[str, Json]]:
    """The limit, the shares, and the points beyond their limit."""
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
        ring: dict[str, Json] = {"color": RED, "size": 13, "symbol": "diamond-open"}
        ring["line"] = {"width": 2}
        beyond = _points("beyond its limit", *marks, [labels[s] for s in signals])
        drawn.append({**beyond, "mode": "markers", "marker": ring})
    return drawn


def _points(name: str, x: list[Json], y: list[Json], labels: Sequence[str]) -> dict[str, Json]:
    return {
        "type": "scatter",
        "name": name,
        "x": x,
        "y": y,
        "hovertext": [*labels],
        "hovertemplate": f"%{{hovertext}}<br>{name}: %{{y:.3g}} %<extra></extra>",
    }


def _whole_numbers(points: int) -> dict[str, Json]:
    """Marks of an axis of files: whole ones, not more than can be read."""
    return {"dtick": max(1, -(-points // _MARKS)), "range": [0.4, points + 0.6]}


def _percents(shares: Sequence[float | None]) -> list[Json]:
    return [None if share is None else 100 * share for share in shares]


def _baseline(size: int) -> dict[str, Json]:
    """A grey ground under the points that the limits come from, and its name."""
    if not size:
        return {}
    ground: dict[str, Json] = {
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
    name: dict[str, Json] = {
        "x": 0.5,
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "text": "baseline",
        "showarrow": False,
        "font": {"color": GREY},
    }
    return {"shapes": [ground], "annotations": [name]}
