"""Capability on a page: how much room values have within their limits, column by column.

What belongs here: which index of a column is told, and in which words. How it is computed is
Measure's.
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.phase_values.measure import CapabilityFigures, ColumnCapability, IndexFound
from dmaic_assets.reports.dmaic.plots import intervals, vertical
from dmaic_assets.reports.facts import Record, fields_of
from dmaic_assets.reports.page.chart import Chart, drawn, layout_of
from dmaic_assets.reports.page.markup import badge, folded, record_table, table
from dmaic_assets.reports.page.palette import GREEN, RED
from dmaic_assets.reports.wording import NOTHING, figure
from dmaic_assets.table.spelled_numbers import percent

# At 1 the spread of values fills their limits; 4/3 is the least that industry asks of a process
# that runs (AIAG, Statistical Process Control, 2nd edition; ISO 22514-2).
_FILLED, _ROOMY = 1.0, 4 / 3
# What Measure calls the indices of a process that is in control.
_STABLE = "capability"
_PROCESS = {_STABLE: "stable", "performance of an unstable process": "unstable"}
# Columns in the picture, those with the least room; the table has all.
_SHOWN = 12
_ALL = (
    *("column", "files", "mean", "lower_spec", "upper_spec", "method", "label"),
    *("cp", "cpk", "pp", "ppk", "observed_share", "expected_share", "reason"),
)


def capability_part(found: Sequence[ColumnCapability]) -> Markup:
    """The picture, a line a column, and all indices, folded; nothing without columns."""
    rows = [_line(column) for column in sorted(found, key=_room)]
    names = ("column", "room", "limits", "index", "95 % interval", "outside now", "process")
    whole = record_table([_indices(column) for column in found], _ALL)
    picture = drawn(_figure(found))
    return picture + table(names, rows) + folded("All indices", whole)


def _figure(found: Sequence[ColumnCapability]) -> Chart | None:
    """The index of each column with its interval, and the two values that it is held against."""
    known = [
        (
            column.column,
            index.value,
            index.value if index.lower is None else index.lower,
            index.value if index.upper is None else index.upper,
        )
        for column in sorted(found, key=_room)
        if (index := _told(column.figures)[1]) is not None
    ][:_SHOWN]
    if not known:
        return None
    lines: list[Json] = [
        {**vertical(_FILLED), "line": {"color": RED, "dash": "dot"}},
        {**vertical(_ROOMY), "line": {"color": GREEN, "dash": "dash"}},
    ]
    words = ((_FILLED, "limits filled", "right"), (_ROOMY, "room", "left"))
    notes: list[Json] = [_note(at, text, side) for at, text, side in words]
    layout = layout_of(
        height=90 + 30 * len(known),
        x={"rangemode": "tozero", "title": {"text": "capability index"}},
        y={"type": "category"},
    )
    whole = {**layout, "shapes": lines, "annotations": notes, "showlegend": False}
    told = f"Capability of {len(known)} columns, the least first: {known[0][0]}, {known[0][1]:.2f}"
    question = "Do values keep within their limits with room to spare?"
    return Chart(question, [intervals("capability index", known)], whole, told)


def _note(x: float, text: str, side: str) -> dict[str, Json]:
    place: dict[str, Json] = {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {**place, "text": text, "xanchor": side, "showarrow": False}


def _told(figures: CapabilityFigures | None) -> tuple[str, IndexFound | None]:
    """The name and the value of the index that suits a column: the smaller side is what counts."""
    if figures is None:
        return "", None
    if figures.method == "percentiles":
        value = figures.percentile_ppk
        name = "Ppk (percentiles)"
        if value is None:
            value, name = figures.percentile_pp, "Pp (percentiles)"
        return name, None if value is None else IndexFound(value, None, None)
    capability = (("Cpk", figures.cpk), ("Cp", figures.cp))
    performance = (("Ppk", figures.ppk), ("Pp", figures.pp))
    # What files have in common says nothing of a process that moves between them.
    is_stable = figures.label == _STABLE
    pairs = (*capability, *performance) if is_stable else (*performance, *capability)
    return next(((name, found) for name, found in pairs if found is not None), ("", None))


def _room(column: ColumnCapability) -> tuple[float, str]:
    """Columns with the least room come first, those without an index last."""
    index = _told(column.figures)[1]
    return (float("inf") if index is None else index.value, column.column)


def _line(column: ColumnCapability) -> tuple[str, ...]:
    name, index = _told(column.figures)
    low, high = figure(column.lower_spec), figure(column.upper_spec)
    observed = column.figures.observed_share if column.figures else None
    if index is None:
        told, bounds = column.reason or NOTHING, NOTHING
    else:
        told, bounds = f"{name} {index.value:.2f}", _interval(index)
    limits = f"{low} to {high}"
    label = column.figures.label if column.figures else ""
    process = _PROCESS.get(label, label)
    cells = (limits, told, bounds, percent(observed), process or NOTHING)
    return column.column, _judged(index), *cells


def _judged(index: IndexFound | None) -> Markup:
    if index is None:
        return badge("not known", "quiet")
    if index.value >= _ROOMY:
        return badge("enough", "good")
    return badge("tight", "warn") if index.value >= _FILLED else badge("too little", "bad")


def _interval(index: IndexFound) -> str:
    if index.lower is None and index.upper is None:
        return NOTHING
    return f"{figure(index.lower)} to {figure(index.upper)}"


def _indices(column: ColumnCapability) -> Record:
    """One line of all indices: those of the method that suits it, with their intervals."""
    known = fields_of(column, ("column", "files", "lower_spec", "upper_spec", "reason"))
    figures = column.figures
    if figures is None:
        return known
    indices = dict(_spelled(figures))
    told = ("mean", "method", "label", "observed_share", "expected_share")
    return {**known, **fields_of(figures, told), **indices}


def _spelled(figures: CapabilityFigures) -> Iterator[tuple[str, Json]]:
    if figures.method == "percentiles":
        yield from (("cp", NOTHING), ("cpk", NOTHING))
        yield from (("pp", figures.percentile_pp), ("ppk", figures.percentile_ppk))
        return
    for name in ("cp", "cpk", "pp", "ppk"):
        found: IndexFound | None = getattr(figures, name)
        is_known = found is not None
        yield name, f"{figure(found.value)} ({_interval(found)})" if is_known else None
