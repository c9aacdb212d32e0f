"""What the page says of Measure: stages and yields, CTQs with defects, capability, the checker."""

from markupsafe import Markup

from dmaic_assets.phase_values.measure import (
    CheckerValue,
    CtqFigures,
    MeasureValue,
    ShareFound,
)
from dmaic_assets.reports.dmaic.capability import capability_part
from dmaic_assets.reports.dmaic.plots import yields_figure
from dmaic_assets.reports.facts import fields_of
from dmaic_assets.reports.page.chart import drawn
from dmaic_assets.reports.page.markup import (
    cards,
    example,
    folded,
    paragraph,
    part,
    phase,
    record_table,
)
from dmaic_assets.reports.wording import NOTHING, declare_limits, figure, sigma
from dmaic_assets.table.spelled_numbers import percent

_SPREAD = (
    *("column", "files", "values", "median", "quartile_low", "quartile_high", "sd_within"),
    *("least_file_mean", "greatest_file_mean", "newest_file_mean"),
)


# CTQs that are seen at once, the worst; the others unfold.
_FIRST = 8
_STAGE = ("stage", "unit", "units", "defective", "first_time_yield")


def measure_section(value: MeasureValue) -> Markup:
    """Stages with their yields, the CTQs that have defects, capability, and the checker."""
    judged = [(c, c.figures) for c in value.ctqs if c.figures is not None and c.defective]
    judged.sort(key=lambda pair: (-pair[1].share, pair[0].id))
    rows = [
        {
            **fields_of(ctq, ("id", "units", "defective")),
            "dpmo": figures.dpmo,
            "sigma level (95 %)": _level(figures),
            **fields_of(ctq, ("is_within_limit",)),
        }
        for ctq, figures in judged
    ]
    return phase(
        "measure",
        "Measure: how many defects?",
        drawn(yields_figure(value.stages)),
        folded("Stages", record_table(value.stages, _STAGE)),
        part("CTQs with defects", record_table(rows, [*rows[0]] if rows else (), most=_FIRST)),
        part("Capability", capability_part(value.capability)) if value.capability else "",
        folded("Location and spread of columns without declared limits", _spread(value)),
        folded("The checker as a gauge", _checker(value.checker)) if value.checker else "",
    )


def _level(figures: CtqFigures) -> str:
    level, low, high = (
        sigma(found) for found in (figures.sigma_level, figures.sigma_lower, figures.sigma_upper)
    )
    return NOTHING if level == low == high == NOTHING else f"{level} ({low} to {high})"


def _spread(value: MeasureValue) -> Markup:
    """Where values without declared limits lie, and how limits are declared."""
    if not value.spread:
        return Markup()
    sentence, entry = declare_limits(value.source, value.spread[0].ctq)
    return record_table(value.spread, _SPREAD) + paragraph(sentence) + example(entry)


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
