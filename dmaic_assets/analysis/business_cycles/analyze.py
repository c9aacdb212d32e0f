"""The analysis `business_cycles`: stages that cases of a table go through, and how far they get.

What belongs here: the order of its parts, and findings in words.
"""

from collections.abc import Iterator

from dmaic_assets.analysis.business_cycles.course import cycle_of
from dmaic_assets.analysis.business_cycles.forms import find_cases
from dmaic_assets.analysis.business_cycles.words import packaged
from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue, Cycle
from dmaic_assets.settings.analyses import ColumnOverride
from dmaic_assets.table.spelled_numbers import percent

# Shares of cases from which people should hear of skipped, disordered and stalled ones.
_SOME = 0.01
_DAY_S = 86_400.0


def analyze(study: Study) -> Outcome:
    """Looks for a cycle in a table and measures it."""
    vocabulary = {**packaged(), **study.settings.cycles}
    table = study.table
    overrides = study.settings.columns
    sensitive = [c for c in table.columns() if _is_sensitive(overrides.get(f"{table.name}.{c}"))]
    cases = find_cases(table, vocabulary, sensitive)
    cycles = (cycle_of(study.table.name, cases),) if cases is not None else ()
    found = [f for cycle in cycles for f in _findings(cycle)]
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return Outcome(BusinessCyclesValue(cycles), tuple(found))


def _is_sensitive(told: ColumnOverride | None) -> bool:
    return told is not None and bool(told.is_sensitive)


def _findings(cycle: Cycle) -> Iterator[Finding]:
    rate = cycle.completion_rate
    weight: Weight = "low" if cycle.health == "warning" else "info"
    kind = cycle.kind.replace("_", " ") if cycle.kind else "a cycle"
    took = ""
    if cycle.cycle_median_s is not None:
        took = f", in {cycle.cycle_median_s / _DAY_S:,.3g} days at the median"
    where = ", ".join(cycle.columns)
    text = (
        f"{cycle.table} ({where}) goes through {kind}: {cycle.completed:,} of {cycle.cases:,} cases"
        f" are completed ({percent(rate)}{took}), {cycle.abandoned:,} abandoned."
    )
    stages = {stage.label: stage.reached for stage in cycle.stages}
    yield Finding(cycle.table, cycle.columns, "completion_rate", rate, "1", text, weight, stages)
    yield from _of_cases(cycle)


def _of_cases(cycle: Cycle) -> Iterator[Finding]:
    counted: tuple[tuple[str, int, str, Weight], ...] = (
        ("stalled_rate", cycle.stalled, "wait in a stage for longer than 99 of 100 did", "low"),
        ("skipped_rate", cycle.skipped, "left out a stage that most go through", "low"),
        ("disorder_rate", cycle.out_of_order, "met stages the other way round", "medium"),
        ("rework_rate", cycle.reworked, "came back to a stage", "info"),
    )
    for metric, count, what, weight in counted:
        if not count:
            continue
        share = count / cycle.cases
        text = f"{count:,} of {cycle.cases:,} cases of {cycle.table} {what}{_where(cycle, metric)}."
        asked: Weight = "info" if share < _SOME else weight
        yield Finding(cycle.table, cycle.columns, metric, share, "1", text, asked)


def _where(cycle: Cycle, metric: str) -> str:
    """The stages that it happens in most, by name."""
    of_stage = {
        "stalled_rate": {s.label: s.stalled for s in cycle.stages},
        "skipped_rate": {s.label: s.skipped for s in cycle.stages if s.is_usual},
    }.get(metric, {})
    worst = sorted((n, label) for label, n in of_stage.items() if n)[::-1][:3]
    return f": {', '.join(f'{label} {n:,}' for n, label in worst)}" if worst else ""
