"""The analysis `business_cycles`: stages that cases go through, and how far they get.

What belongs here: the order of its parts, and findings in words.
"""

from collections.abc import Iterator

from dmaic_assets.analysis.business_cycles.chains import find_chains
from dmaic_assets.analysis.business_cycles.course import cycle_of
from dmaic_assets.analysis.business_cycles.forms import find_cases
from dmaic_assets.analysis.business_cycles.words import packaged
from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue, Cycle
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.semantic import sensitive_columns
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.table.spelled_numbers import percent

# Shares of cases from which people should hear of skipped, disordered and stalled ones.
_SOME = 0.01
_DAY_S = 86_400.0
# Pairs of stages in the wrong order that are named: the value has all.
_MOST_PAIRS = 3


def analyze(study: Study) -> Outcome:
    """Looks for a cycle in every table and over tables that refer to each other."""
    vocabulary = {**packaged(), **study.settings.cycles}
    sensitive = {f"{table}.{column}" for table, column in sensitive_columns(study)}
    cycles: list[Cycle] = []
    for name, table in study.tables.items():
        own = [c for c in table.columns() if f"{name}.{c}" in sensitive]
        cases = find_cases(table, vocabulary, own)
        cycles.extend([cycle_of(name, cases)] if cases is not None else [])
    links = study.value(RelationshipsValue)
    chains = find_chains(study.tables, links, vocabulary, sensitive)
    wide = [cycle_of(name, cases) for name, cases in chains]
    # What a table tells of its own cases is part of what several tell of them.
    wider = {(cycle.table, cycle.kind) for cycle in wide}
    cycles = [c for c in cycles if c.form != "stamps" or (c.table, c.kind) not in wider] + wide
    found = [f for cycle in cycles for f in _findings(cycle)]
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return Outcome(BusinessCyclesValue(tuple(cycles)), tuple(found))


def _findings(cycle: Cycle) -> Iterator[Finding]:
    rate = cycle.completion_rate
    weight: Weight = "low" if cycle.health == "warning" else "info"
    kind = cycle.kind.replace("_", " ") if cycle.kind else "a cycle"
    took = ""
    if cycle.cycle_median_s is not None:
        took = f", in {cycle.cycle_median_s / _DAY_S:,.3g} days at the median"
    where = ", ".join([*cycle.tables, *cycle.columns])
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
        is_order = metric == "disorder_rate"
        columns = _disordered(cycle) if is_order else cycle.columns
        evidence: dict[str, Json] = {"cases": cycle.cases, "met": count}
        if is_order:
            evidence["pairs"] = to_json(cycle.disorder[:_MOST_PAIRS])
        yield Finding(cycle.table, columns, metric, share, "1", text, asked, evidence)


def _disordered(cycle: Cycle) -> tuple[str, ...]:
    """Columns of the pair that most cases met the other way round; another table's with its name.

    Those of the cycle where its stages are no columns.
    """
    if cycle.form == "events" or not cycle.disorder:
        return cycle.columns
    own = f"{cycle.table}."
    return tuple(n.removeprefix(own) for n in (cycle.disorder[0].first, cycle.disorder[0].then))


def _where(cycle: Cycle, metric: str) -> str:
    """The stages that it happens in most, by name."""
    if metric == "disorder_rate":
        told = (f"{d.then} before {d.first} {d.cases:,}" for d in cycle.disorder[:_MOST_PAIRS])
        return f": {', '.join(told)}"
    of_stage = {
        "stalled_rate": {s.label: s.stalled for s in cycle.stages},
        "skipped_rate": {s.label: s.skipped for s in cycle.stages if s.is_usual},
    }.get(metric, {})
    worst = sorted((n, label) for label, n in of_stage.items() if n)[::-1][:3]
    return f": {', '.join(f'{label} {n:,}' for n, label in worst)}" if worst else ""
