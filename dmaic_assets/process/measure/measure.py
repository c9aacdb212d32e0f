"""Measure: defects and opportunities per CTQ and per stage, yields, sigma level, the gauge.

What belongs here: the figures of the phase and their report. How rows are counted is in
`defects`, how the checker is measured in `checker`.
"""

from collections.abc import Sequence

import polars as pl

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phase_values.measure import (
    CheckerValue,
    ColumnCapability,
    ColumnSpread,
    CtqFigures,
    DefectFigures,
    MeasuredCtq,
    MeasureValue,
    SamplingPlan,
    StageYield,
)
from dmaic_assets.process.cycle.phase import Document, PhaseOutput, Table
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.measure.capability_text import capability_text
from dmaic_assets.process.measure.defects import Count, FileDefects
from dmaic_assets.process.measure.dimensions import quality_by_dimension
from dmaic_assets.process.measure.record_cells import record_cells
from dmaic_assets.process.measure.sigma_metrics import (
    count_of,
    defects_and_opportunities,
    sigma_metrics,
)
from dmaic_assets.process.measure.spot_checks import plan_words, sampling_plan
from dmaic_assets.reports.facts import fields_of
from dmaic_assets.reports.markdown import md_list, md_text
from dmaic_assets.sixsigma.capability.attribute import attribute_capability
from dmaic_assets.sixsigma.defects.defects import DefectMetrics, defect_metrics
from dmaic_assets.sixsigma.defects.yields import normalised_yield, rolled_throughput_yield
from dmaic_assets.table.text_table import ROW

_STAGE = ("stage", "unit", "units", "defective", "first_time_yield")
_DIMENSION = ("dimension", "ctqs", "units", "defective", "share", "worst")
_CTQ = ("id", "units", "defective", "is_within_limit")
_LEVEL = ("dpmo", "sigma_level", "sigma_lower")


def measure(
    evidence: SourceEvidence,
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    study: CheckerValue | None,
    capabilities: Sequence[ColumnCapability] = (),
    spreads: Sequence[ColumnSpread] = (),
) -> PhaseOutput[MeasureValue]:
    """Measures a source.

    Args:
        evidence: The judged files; at least one.
        ctqs: What Define fixed.
        history: The defects of all judged files, in arrival order.
        study: How good the checker is; None when no row could be studied.
        capabilities: Capability of columns that have a specification.
        spreads: Location and spread of measures without one.
    """
    stages = stages_of(evidence, history)
    counts = {ctq.id: count_of(ctq.id, history) for ctq in ctqs}
    defects, opportunities = defects_and_opportunities(ctqs, history)
    total = defect_metrics(defects, opportunities) if opportunities else None
    repaired = sum(f.repaired for f in evidence.files)
    rty = rolled_throughput_yield([s.first_time_yield for s in stages])
    dimensions = quality_by_dimension(ctqs, counts)
    value = MeasureValue(
        source=evidence.source,
        files=len(evidence.files),
        rows=evidence.rows,
        stages=stages,
        rolled_throughput_yield=rty,
        normalised_yield=normalised_yield(rty, len(stages)),
        dimensions=dimensions,
        ctqs=tuple(_measured(ctq, counts[ctq.id]) for ctq in ctqs),
        total=_figures(total) if total else None,
        repaired_cells=repaired,
        checker=study,
        capability=tuple(capabilities),
        spread=tuple(spreads),
        sampling_plan=sampling_plan(ctqs, rows=evidence.rows),
    )
    metrics = _metrics(total, rty, repaired, stages, study)
    metrics |= {f"quality_{d.dimension}": d.share for d in dimensions}
    return PhaseOutput(value, (Document("measure.md", _text(evidence, value)),), metrics)


def stages_of(evidence: SourceEvidence, history: Sequence[FileDefects]) -> tuple[StageYield, ...]:
    """Counts each stage: files landed, records read, rows typed, rows judged, rows joined."""
    files = evidence.files
    unreadable = sum(not f.is_readable for f in files)
    malformed = sum(f.malformed for f in files)
    readable = sum(f.verdict.rows - f.malformed for f in files if f.is_readable)
    typed = sum(_rows_failing(f.failing, f.type_rules) for f in files)
    joined = [f for f in files if f.inclusion_rules]
    orphans = sum(_rows_failing(f.failing, f.inclusion_rules) for f in joined)
    defective = sum(d.defective_rows for d in history)
    stages = [
        _stage("landed", "files", Count(len(files), unreadable)),
        _stage("read", "records", Count(readable + malformed, malformed)),
        _stage("typed", "rows", Count(readable, typed)),
        _stage("judged", "rows", Count(readable, max(0, defective - typed - orphans))),
    ]
    if joined:
        units = sum(f.verdict.rows - f.malformed for f in joined)
        stages.append(_stage("joined", "rows", Count(units, orphans)))
    return tuple(stages)


def _rows_failing(failing: pl.DataFrame, rules: Sequence[str]) -> int:
    return failing.filter(pl.col("rule").is_in(list(rules)))[ROW].n_unique() if rules else 0


def _stage(name: str, unit: str, count: Count) -> StageYield:
    return StageYield(name, unit, count.units, count.defective, 1.0 - count.share)


def _figures(found: DefectMetrics) -> DefectFigures:
    """The figures of defect metrics; bounds that the data cannot give are None."""
    return DefectFigures(
        defects=found.defects,
        opportunities=found.opportunities,
        dpmo=found.dpmo,
        dpmo_lower=found.dpmo_interval.lower,
        dpmo_upper=found.dpmo_interval.upper,
        z_long_term=found.sigma.z_long_term,
        sigma_level=found.sigma.sigma_level,
        sigma_lower=found.sigma.sigma_lower,
        sigma_upper=found.sigma.sigma_upper,
    )


def _measured(ctq: Ctq, count: Count) -> MeasuredCtq:
    if not count.units:
        return MeasuredCtq(ctq.id, 0, 0, is_within_limit=None)
    found = defect_metrics(count.defective, count.units, opportunities_per_unit=ctq.opportunities)
    total = _figures(found)
    figures = CtqFigures(
        defects=total.defects,
        opportunities=total.opportunities,
        dpmo=total.dpmo,
        dpmo_lower=total.dpmo_lower,
        dpmo_upper=total.dpmo_upper,
        z_long_term=total.z_long_term,
        sigma_level=total.sigma_level,
        sigma_lower=total.sigma_lower,
        sigma_upper=total.sigma_upper,
        unit=ctq.unit,
        is_critical=ctq.is_critical,
        share=count.share,
        share_lower=found.dpo_interval.lower,
        share_upper=found.dpo_interval.upper,
        upper_limit=ctq.upper_limit,
        ppk_equivalent=attribute_capability(count.defective, count.units).ppk_equivalent,
    )
    within = count.share <= ctq.upper_limit
    return MeasuredCtq(ctq.id, count.units, count.defective, within, figures)


def _metrics(
    total: DefectMetrics | None,
    rty: float,
    repaired: int,
    stages: Sequence[StageYield],
    study: CheckerValue | None,
) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        "rolled_throughput_yield": rty,
        "repaired_cells": float(repaired),
        "repeat_disagreements": float(study.repeat_disagreements) if study else None,
        **{f"yield_{stage.stage}": stage.first_time_yield for stage in stages},
    }
    if total is None:
        return found
    counted = {"defects": float(total.defects), "opportunities": float(total.opportunities)}
    return {**found, **sigma_metrics(total.defects, total.opportunities), **counted}


def _text(evidence: SourceEvidence, value: MeasureValue) -> str:
    total = value.total
    headline = "No row was judged."
    if total is not None:
        level = total.sigma_level if total.sigma_level is not None else total.sigma_lower
        at_least = "" if total.sigma_level is not None else "at least "
        z = total.z_long_term
        long_term = f" (Z.LT {z:.3f})" if z is not None else ""
        headline = (
            f"{total.defects:,} defects in {total.opportunities:,} opportunities: "
            f"{total.dpmo:,.1f} DPMO, sigma level {at_least}{level:.2f}{long_term}."
        )
    return "\n".join(
        [
            f"# Measure: {md_text(evidence.source)}\n",
            f"{headline} Rolled throughput yield {100 * value.rolled_throughput_yield:.2f} %.\n",
            "## Stages\n" + _table(value.stages, _STAGE).markdown(),
            "## Quality by dimension\n" + _table(value.dimensions, _DIMENSION).markdown(),
            "## CTQs with defects\n" + _ctq_table(value.ctqs).markdown(),
            *capability_text(value),
            "## Spot checks\n" + _spot_checks(value.sampling_plan),
            "## The checker as a gauge\n" + _checker_text(value.checker),
        ]
    )


def _table(records: Sequence[object], names: Sequence[str]) -> Table:
    return Table(tuple(names), tuple(record_cells(record, names) for record in records))


def _ctq_table(ctqs: Sequence[MeasuredCtq]) -> Table:
    found = [(c, c.figures) for c in ctqs if c.figures is not None and c.defective]
    found.sort(key=lambda pair: (-pair[1].share, pair[0].id))
    rows = [{**fields_of(c, _CTQ), **fields_of(figures, _LEVEL)} for c, figures in found]
    return _table(rows, ("id", "units", "defective", *_LEVEL, "is_within_limit"))


def _spot_checks(plan: SamplingPlan) -> str:
    rows, share = plan.rows_for_a_spot_check, plan.share_that_it_excludes
    lines = [
        f"Every row is judged. {rows:,} rows without a defect exclude a share of {100 * share:g} %."
    ]
    return md_list([*lines, *(plan_words(p) for p in plan.plans)])


def _checker_text(checker: CheckerValue | None) -> str:
    if checker is None:
        return "No accepted row to study it on.\n"
    pairs = (
        ("missed seeded defects", checker.miss),
        ("false alarms on clean rows", checker.false_alarm),
    )
    shares = [f"- {w}: {100 * s.value:.2f} % of {s.trials:,}\n" for w, s in pairs if s is not None]
    return (
        f"{checker.rules} row rules on {checker.rows:,} accepted rows.\n"
        f"- repeatability: {checker.repeat_disagreements} decisions differ when judged twice\n"
        f"- reproducibility: {checker.engine_disagreements} of "
        f"{checker.engine_decisions:,} decisions differ from a second appraiser\n" + "".join(shares)
    )
