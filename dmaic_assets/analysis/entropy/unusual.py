"""Uncertainty of values that are unlike the others: outliers, first digits, drift, slices, cycles.

What belongs here: detectors that read what other analyses found unusual (R79).
"""

import math

import numpy as np

from dmaic_assets.analysis.entropy.detector import Detector, Said, root
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
    lost = max((s.nulls for s in shifts), default=0.0)
    mixes = [d for d in slicing.drifts if d.column == facts.name] if slicing else []
    found = [(max(s.distance, abs(s.nulls)), f"it differs in {s.part}") for s in shifts]
    found += [
        (d.divergence / math.log(2), "its mix differs between the halves of the time")
        for d in mixes
    ]
    score, words = max(found, default=(0.0, ""))
    # A mix may change; values that no longer come are missing where they used to be.
    return (score, words, max(lost, 0.0)) if found else None


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
    turned = cycle.out_of_order / cycle.cases if cycle.form != "status" and cycle.cases else 0.0
    if turned:
        words += f", {percent(turned)} meet stages the other way round"
    score = max((1 - done) * cycle.confidence, root(turned))
    return score, words, root(turned)


def _checks(facts: ColumnFacts) -> Said:
    """The declared check with this column that most rows, groups or gaps break."""
    return _worst_check(facts.table, facts.name)


def _checks_of_table(facts: TableFacts) -> Said:
    return _worst_check(facts, None)


def _worst_check(facts: TableFacts, column: str | None) -> Said:
    known = facts.value(ValidationValue)
    if known is None:
        return None
    shares = {
        f"{check.unit} break the check {check.name}": check.broken / check.checked
        for check in known.checks
        if facts.name in check.tables and check.checked
        if column is None or (len(check.tables) == 1 and column in check.columns)
    }
    shares |= {
        f"rows break {rule.name} of the filter {one.name}": rule.broken / rule.asked
        for one in known.filters
        if one.is_declared and one.table == facts.name
        for rule in one.rules
        if rule.asked and (column is None or column in rule.columns)
    }
    if not shares:
        return None
    worst = max(shares, key=lambda words: shares[words])
    if not shares[worst]:
        return 0.0, f"{plural(len(shares), 'declared check')} of it hold"
    return root(shares[worst]), f"{percent(shares[worst])} of the {worst}"


DETECTORS = (
    Detector("outlier_rate", "value", "statistical_quality", column=_outlier_rate, is_fault=True),
    Detector("benford", "value", "statistical_quality", column=_benford),
    Detector("drift", "value", "statistical_quality", column=_drift),
    Detector("slice_variance", "computational", "slicing", column=_slice_variance),
    Detector("checks", "computational", "validation", column=_checks, is_fault=True),
    Detector("table_checks", "computational", "validation", table=_checks_of_table, is_fault=True),
    Detector("cycle_health", "computational", "business_cycles", table=_cycle_health),
)
