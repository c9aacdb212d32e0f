"""What the page says of Measure: stages and yields, CTQs with defects, capability, the checker."""

from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.phase_values.measure import (
    CheckerValue,
    ColumnCapability,
    IndexFound,
    MeasureValue,
    ShareFound,
)
from dmaic_assets.reports.facts import Record, fields_of
from dmaic_assets.reports.page.chart import drawn
from dmaic_assets.reports.page.markup import cards, example, paragraph, part, record_table
from dmaic_assets.reports.page.plots import yields_figure
from dmaic_assets.reports.wording import NOTHING, declare_limits, figure
from dmaic_assets.table.spelled_numbers import percent

_CAPABILITY = (
    *("column", "files", "mean", "lower_spec", "upper_spec", "method", "label"),
    *("cp", "cpk", "pp", "ppk", "observed_share", "expected_share", "reason"),
)

_SPREAD = (
    *("column", "files", "values", "median", "quartile_low", "quartile_high", "sd_within"),
    *("least_file_mean", "greatest_file_mean", "newest_file_mean"),
)


_STAGE = ("stage", "unit", "units", "defective", "first_time_yield")
_CTQ = ("id", "units", "defective", "is_within_limit")
_LEVEL = ("dpmo", "sigma_level", "sigma_lower", "sigma_upper")


def measure_section(value: MeasureValue) -> Markup:
    """Stages with their yields, the CTQs that have defects, capability, and the checker."""
    judged = [(c, c.figures) for c in value.ctqs if c.figures is not None and c.defective]
    judged.sort(key=lambda pair: (-pair[1].share, pair[0].id))
    rows = [{**fields_of(c, _CTQ), **fields_of(figures, _LEVEL)} for c, figures in judged]
    parts = (
        drawn(yields_figure(value.stages)),
        record_table(value.stages, _STAGE),
        part("CTQs with defects", record_table(rows, (*_CTQ[:3], *_LEVEL, _CTQ[3])), level=4),
        part("Capability", _capability(value.capability), level=4),
        part("Location and spread", _spread(value), level=4),
        part("The checker as a gauge", _checker(value.checker) if value.checker else "", level=4),
    )
    return part("Measure: defects and yields", *parts)


def _capability(found: Sequence[ColumnCapability]) -> Markup:
    """One line per column: the indices of the method that suits it, with their intervals."""
    return record_table([_capability_row(column) for column in found], _CAPABILITY)


def _capability_row(column: ColumnCapability) -> Record:
    known = fields_of(column, ("column", "files", "lower_spec", "upper_spec", "reason"))
    figures = column.figures
    if figures is None:
        return known
    indices: dict[str, Json] = {
        "cp": _index(figures.cp),
        "cpk": _index(figures.cpk),
        "pp": _index(figures.pp),
        "ppk": _index(figures.ppk),
    }
    if figures.method == "percentiles":
        indices = {
            "cp": NOTHING,
            "cpk": NOTHING,
            "pp": figures.percentile_pp,
            "ppk": figures.percentile_ppk,
        }
    told = ("mean", "method", "label", "observed_share", "expected_share")
    return {**known, **fields_of(figures, told), **indices}


def _spread(value: MeasureValue) -> Markup:
    """Where values without declared limits lie, and how limits are declared."""
    if not value.spread:
        return Markup()
    sentence, entry = declare_limits(value.source, value.spread[0].ctq)
    return record_table(value.spread, _SPREAD) + paragraph(sentence) + example(entry)


def _index(found: IndexFound | None) -> Json:
    if found is None:
        return None
    shown, low, high = (figure(bound) for bound in (found.value, found.lower, found.upper))
    return f"{shown} ({low} to {high})"


def _checker(checker: CheckerValue) -> Markup:
    decisions, differing = figure(checker.engine_decisions), figure(checker.engine_disagreements)
    return cards(
        [
            (figure(checker.repeat_disagreements), "decisions differ when repeated"),
            (f"{differing} of {decisions}", "decisions differ from a second appraiser"),
            (_share(checker.miss), "of seeded defects missed"),
            (_share(checker.false_alarm), "of clean rows blamed"),
            (figure(checker.kappa), "kappa against seeded defects"),
        ]
    )


def _share(share: ShareFound | None) -> str:
    if share is None:
        return NOTHING
    bound = "" if share.upper is None else f" (at most {percent(share.upper)})"
    return percent(share.value) + bound
