"""Control charts as Plotly's JSON: points, centre line, limits, and the points that signal.

What belongs here: reading a chart's record, whatever it calls its limits, and drawing it. Limits
may be one number or one per point.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import Record, items, mapping, number, numbers, records
from dmaic_assets.reports.markup import Figure
from dmaic_assets.reports.plots import BLUE, GREY, ORANGE, RED, layout_of, short

_VALUES = ("values", "statistics", "value", "statistic", "share")
_CENTRES = ("centre", "center", "centre_line", "center_line")
_LOWERS = ("lower", "lcl", "lower_limit")
_UPPERS = ("upper", "ucl", "upper_limit")
_LABELS = ("labels", "names", "files", "label", "name", "file")


@dataclass(frozen=True, slots=True)
class ChartPoints:
    """A control chart with n points; lines have n values, signals are positions of points."""

    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    centre: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    signals: tuple[int, ...]


def read_chart(record: Record) -> ChartPoints | None:
    """Reads a chart from lists beside each other, or from a list of points; None without any."""
    points = records(record.get("points"))
    if points:
        names = (_VALUES, _LABELS, _CENTRES, _LOWERS, _UPPERS)
        whole: dict[str, Json] = {
            group[0]: [_first(point, group) for point in points] for group in names
        }
        found: Record = {**record, **{k: v for k, v in whole.items() if _is_known(v)}}
    else:
        found = record
    values = numbers(_first(found, _VALUES))
    if not values:
        return None
    labels = [str(item) for item in items(_first(found, _LABELS))]
    size = len(values)
    return ChartPoints(
        labels=tuple(labels if len(labels) == size else (str(n + 1) for n in range(size))),
        values=tuple(values),
        centre=_line(_first(found, _CENTRES), size),
        lower=_line(_first(found, _LOWERS), size),
        upper=_line(_first(found, _UPPERS), size),
        signals=_signals(found, points, size),
    )


def control_figure(record: Record) -> Figure | None:
    """Draws one control chart; None when its record has no points."""
    chart = read_chart(record)
    if chart is None:
        return None
    kind = str(record.get("chart") or record.get("kind") or "")
    title = f"{record.get('ctq') or record.get('id') or ''} ({kind})" if kind else "Control chart"
    places: list[Json] = list(range(1, len(chart.values) + 1))
    hover: list[Json] = list(chart.labels)
    lines: list[dict[str, Json]] = [
        _limit(places, chart.upper, "limits", ORANGE, is_first=True),
        _limit(places, chart.lower, "limits", ORANGE, is_first=False),
        _limit(places, chart.centre, "centre", GREY, is_first=True),
    ]
    points: dict[str, Json] = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "value",
        "x": places,
        "y": list(chart.values),
        "hovertext": hover,
        "line": {"color": BLUE, "width": 1.5},
        "marker": {"size": 6},
    }
    signals: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "name": "signal",
        "x": [places[s] for s in chart.signals],
        "y": [chart.values[s] for s in chart.signals],
        "hovertext": [hover[s] for s in chart.signals],
        "marker": {"color": RED, "size": 12, "symbol": "circle-open", "line": {"width": 2}},
    }
    drawn = [line for line in lines if _is_known(line["y"])] + [points]
    if chart.signals:
        drawn.append(signals)
    layout = layout_of(short(title), height=300, x={"title": {"text": "file"}}, y={})
    label = f"{title}: {len(chart.values)} points, {len(chart.signals)} signal"
    return Figure(drawn, layout, label)


def _limit(
    places: list[Json], line: Sequence[float | None], name: str, colour: str, *, is_first: bool
) -> dict[str, Json]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": name,
        "showlegend": is_first,
        "x": places,
        "y": list(line),
        "hoverinfo": "y",
        "line": {"color": colour, "dash": "dash", "shape": "hvh", "width": 1.2},
    }


def _signals(record: Record, points: Sequence[Record], size: int) -> tuple[int, ...]:
    marked = [n for n, point in enumerate(points) if _is_signal(point)]
    listed = [_place(item) for item in items(record.get("signals"))]
    found = {*marked, *(place for place in listed if place is not None)}
    return tuple(sorted(place for place in found if 0 <= place < size))


def _is_signal(point: Record) -> bool:
    return bool(point.get("signals") or point.get("rules") or point.get("is_signal"))


def _place(item: Json) -> int | None:
    found = mapping(item)
    value = found.get("point", found.get("index", found.get("position"))) if found else item
    place = number(value)
    return None if place is None else int(place)


def _first(record: Record, names: Sequence[str]) -> Json:
    return next((record[name] for name in names if record.get(name) is not None), None)


def _is_known(value: Json) -> bool:
    return any(item is not None for item in items(value))


def _line(value: Json, size: int) -> tuple[float | None, ...]:
    if isinstance(value, list):
        found = numbers(value)
        return tuple((found + [None] * size)[:size])
    return (number(value),) * size
