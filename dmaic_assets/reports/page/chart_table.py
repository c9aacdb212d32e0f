"""The figures of a chart as a table: what a picture shows, for those who cannot see it.

What belongs here: reading Plotly's traces. One line for each place on the chart's axis of names,
one column for each trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.reports.wording import NOTHING, spelled

# Lines of the table: more are read by a program, which has the artifacts.
_MOST_LINES = 60
# Columns of the table, that of the names left out.
_MOST_COLUMNS = 12

Trace = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Figures:
    """A table: headings, lines of texts, and how many lines there are in all."""

    headings: Sequence[str]
    lines: Sequence[Sequence[str]]
    total: int


def figures_of(data: Sequence[Trace]) -> Figures | None:
    """The table of a chart; None where its traces name no figures."""
    columns: list[tuple[str, dict[str, str]]] = []
    for trace in data:
        columns += _columns_of(trace)
    names = list(dict.fromkeys(name for _, cells in columns for name in cells))
    if not names:
        return None
    shown = columns[:_MOST_COLUMNS]
    lines = [
        (name, *(cells.get(name, NOTHING) for _, cells in shown)) for name in names[:_MOST_LINES]
    ]
    return Figures(("", *(heading for heading, _ in shown)), lines, len(names))


def _columns_of(trace: Trace) -> list[tuple[str, dict[str, str]]]:
    """The columns that a trace gives: its heading, and the cell of each name."""
    if "z" in trace:
        return _columns_of_heat(trace)
    # Labels of a sunburst stand in many of its parts; ids tell them apart.
    labels = "ids" if "ids" in trace else "labels"
    keys = (labels, "values") if labels in trace else ("x", "y")
    names, values = (_items(trace, key) for key in keys)
    if any(isinstance(value, str) for value in values):
        names, values = values, names
    # Names that had to be cut for the picture stand in full beside it.
    names = _items(trace, "hovertext") or names
    if not names or not values:
        return []
    heading = trace.get("name")
    cells = {
        name: spelled(value)
        for name, value in zip(_distinct(names), values, strict=False)
        if value is not None
    }
    return [(heading if isinstance(heading, str) else "value", cells)]


def _distinct(names: Sequence[Json]) -> list[str]:
    """Names as texts, those that stand twice numbered: each keeps its line."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for name in map(_name, names):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _columns_of_heat(trace: Trace) -> list[tuple[str, dict[str, str]]]:
    """The columns of a heat map; none where they are too many to be read one by one."""
    across, down, rows = (_items(trace, key) for key in ("x", "y", "z"))
    if len(across) > _MOST_COLUMNS:
        return []
    return [
        (
            _name(place),
            {
                _name(name): spelled(row[at])
                for name, row in zip(down, rows, strict=False)
                if isinstance(row, list) and at < len(row)
            },
        )
        for at, place in enumerate(across)
    ]


def _items(trace: Trace, key: str) -> Sequence[Json]:
    found = trace.get(key)
    return found if isinstance(found, list) else ()


def _name(value: Json) -> str:
    return value if isinstance(value, str) else spelled(value)
