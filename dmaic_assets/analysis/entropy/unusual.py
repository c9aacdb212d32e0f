"""Uncertainty of values that are unlike the others: outliers, first digits, drift, slices, cycles.

What belongs here: detectors that read what other analyses found unusual (R79).
"""

import math

import numpy as np

from dmaic_assets.analysis.entropy.detector import Detector, Said
from dmaic_assets.analysis.entropy.facts import ColumnFacts, TableFacts
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue
from dmaic_assets.analysis.values.slicing import SlicingValue
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.values.validation import ValidationValue
from dmaic_assets.table.spelled_numbers import percent, plural

# Shares of far values and the scores that they have (R79), with straight lines between.
_OUTLIERS = ((0.0, 0.01, 0.05, 0.10, 0.20), (0.0, 0.15, 0.40, 0.65, 1.0))
# Effect of first digits, as V, that is a score of 1 (R79).
_DIGITS = 0.5
# What completion and kept checks weigh in the health of a cycle (R63).
_COMPLETION, _KEPT = 0.6, 0.4


def _outlier_rate(facts: ColumnFacts) -> Said:
    known = facts.value(StatisticalQualityValue)
    column = known.columns.get(facts.name) if known else None
    if known is None or column is None or column.outliers is None or not known.rows:
        return None
    share = column.outliers.far / known.rows
    words = f"{percent(share)} of the values are outliers" if share else "no value is an outlier"
    return float(np.interp(share, *_OUTLIERS)), words


def _benford(facts: ColumnFacts) -> Said:
    known = facts.value(StatisticalQualityValue)
    column = known.columns.get(facts.name) if known else None
    if column is None or column.benford.aside:
        return None
    effect = column.benford.effect
    return effect / _DIGITS, f"its first digits are away from Benford's law by V {effect:.2f}"


def _drift(facts: ColumnFacts) -> Said:
    """How far a file, or the second half of the time, is from the rest."""
    known, slicing = facts.value(StatisticalQualityValue), facts.value(SlicingValue)
    shifts = [s for s in known.shifts if s.column == facts.name] if known else []
    mixes = [d for d in slicing.drifts if d.column == facts.name] if slicing else []
    found = [(max(s.distance, abs(s.nulls)), f"it differs in {s.part}") for s in shifts]
    found += [
        (d.divergence / math.log(2), "its mix differs between the halves of the time")
        for d in mixes
    ]
    return max(found, default=None)


def _slice_variance(facts: ColumnFacts) -> Said:
    """How much the share of nulls depends on the slice that one looks at."""
    known = facts.value(SlicingValue)
    own = [n for n in known.nulls if n.column == facts.name] if known else []
    if not own:
        return None
    widest = max(own, key=lambda n: abs(n.null_share - n.elsewhere))
    apart = abs(widest.null_share - widest.elsewhere)
    return apart, f"its share of nulls depends on {widest.by} by up to {percent(apart)}"


def _cycle_health(facts: TableFacts) -> Said:
    """How unhealthy the table's cycle is: cases without completion, and checks that fail (R63)."""
    known, declared = facts.value(BusinessCyclesValue), facts.value(ValidationValue)
    own = [cycle for cycle in known.cycles if cycle.table == facts.name] if known else []
    if not own:
        return None
    cycle = max(own, key=lambda one: one.cases)
    done = cycle.completion_rate
    words = f"{percent(done)} of {plural(cycle.cases, 'case')} are completed"
    worked = [c for c in declared.checks if facts.name in c.tables] if declared else []
    told = [not c.broken for c in worked if c.status in ("passed", "failed")]
    if told:
        kept = sum(told) / len(told)
        words += f", {sum(told)} of {plural(len(told), 'check')} are kept"
        done = _COMPLETION * done + _KEPT * kept
    return (1 - done) * cycle.confidence, words


DETECTORS = (
    Detector("outlier_rate", "value", "statistical_quality", column=_outlier_rate),
    Detector("benford", "value", "statistical_quality", column=_benford),
    Detector("drift", "value", "statistical_quality", column=_drift),
    Detector("slice_variance", "computational", "slicing", column=_slice_variance),
    Detector("cycle_health", "computational", "business_cycles", table=_cycle_health),
)
