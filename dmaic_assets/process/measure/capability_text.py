"""What measure.md says of values: capability where a person declared limits, else where they lie.

What belongs here: the two sections, and how limits are declared.
"""

from collections.abc import Sequence

from dmaic_assets.model import Json
from dmaic_assets.phase_values.measure import ColumnCapability, ColumnSpread, MeasureValue
from dmaic_assets.process.cycle.phase import Table
from dmaic_assets.process.measure.record_cells import record_cells
from dmaic_assets.reports.facts import Record, fields_of
from dmaic_assets.reports.markdown import md_text
from dmaic_assets.reports.wording import declare_limits

_SPREAD = (
    *("column", "values", "median", "quartile_low", "quartile_high", "sd_within"),
    *("least_file_mean", "greatest_file_mean", "newest_file_mean"),
)


def capability_text(value: MeasureValue) -> list[str]:
    """The sections of a Measure value; none where no column has values to tell of."""
    return [*_capability(value.capability), *_spread(value)]


def _capability(found: Sequence[ColumnCapability]) -> list[str]:
    names = ("column", "values", "lower_spec", "upper_spec", "ppk", "percentile_ppk", "label")
    rows = tuple(record_cells(_capability_row(c), names) for c in found)
    return ["## Capability of values\n" + Table(names, rows).markdown()] if rows else []


def _capability_row(column: ColumnCapability) -> Record:
    known = {
        **fields_of(column, ("column", "lower_spec", "upper_spec")),
        "values": _counted(column),
    }
    figures = column.figures
    if figures is None:
        return {**known, "label": column.reason}
    return {
        **known,
        "ppk": figures.ppk.value if figures.ppk else None,
        "percentile_ppk": figures.percentile_ppk,
        "label": figures.label,
    }


def _spread(value: MeasureValue) -> list[str]:
    if not value.spread:
        return []
    rows = tuple(
        record_cells({**fields_of(s, _SPREAD), "values": _counted(s)}, _SPREAD)
        for s in value.spread
    )
    headings = tuple(name.replace("_", " ") for name in _SPREAD)
    sentence, entry = declare_limits(value.source, value.spread[0].ctq)
    told = f"{md_text(sentence)}\n\n```yaml\n{entry}```\n"
    return [f"## Location and spread of values\n{Table(headings, rows).markdown()}\n{told}"]


def _counted(column: ColumnCapability | ColumnSpread) -> Json:
    if not column.sampled_from:
        return column.values
    return f"{column.values:,} of {column.sampled_from:,}"
