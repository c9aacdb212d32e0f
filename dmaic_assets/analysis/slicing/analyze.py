"""The analysis `slicing`: columns worth cutting by, and what differs between their slices.

What belongs here: the order of the work, and findings in words.
"""

from collections.abc import Iterator

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.measures import measures
from dmaic_assets.analysis.slicing.cuts import cuts_of
from dmaic_assets.analysis.slicing.drivers import drivers_of, nulls_of
from dmaic_assets.analysis.slicing.over_time import followed
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import as_time
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.slicing import (
    Compensation,
    Cut,
    Driver,
    MixDrift,
    Movement,
    NullsBySlice,
    SlicingValue,
)
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.analysis.values.temporal import TemporalValue
from dmaic_assets.table.spelled_numbers import percent

# Measures that are looked at, in the order of the table.
_MOST_MEASURES = 12
# Effects from which drivers are told: Cohen's medium effect of an ANOVA.
_DRIVER = 0.06
# Cramer's V of nulls from which they are told; and the share of rows up to which a slice that is
# null as a whole is a rule with exceptions, which asks for nothing.
_NULLS, _EXCEPTIONS = 0.3, 0.01
# Difference of null shares without which a strong V is one of few rows.
_NULL_DIFFERENCE = 0.2
# Divergence of two halves from which a mix has drifted (R53), and asks for a look.
_DRIFTED, _FAR = 0.1, 0.2
# Movements and drivers that are told of one table; all are in the value.
_MOST_TOLD = 10


def analyze(study: Study) -> Outcome:
    """Cuts a table by every column worth it, and compares slices, as a whole and over time."""
    table = study.table
    facts = study.value(StatisticsValue, table.name)
    meaning = study.value(SemanticValue, table.name)
    main = study.value(TemporalValue, table.name).main
    measured = measures(table, facts, meaning, most=_MOST_MEASURES)
    cuts, aside = cuts_of(table, facts, meaning, measured)
    movements: list[Movement] = []
    compensations: list[Compensation] = []
    drifts: list[MixDrift] = []
    if main is not None:
        time = as_time(main, table.scan().collect_schema()[main])
        for cut in cuts:
            moved, hidden, drift = followed(table, time, cut, measured)
            movements.extend(moved)
            compensations.extend(hidden)
            drifts.extend([drift] if drift is not None else [])
    value = SlicingValue(
        facts.rows,
        cuts,
        tuple(drivers_of(table, cuts, measured)),
        tuple(nulls_of(cuts, facts.rows)),
        tuple(movements),
        tuple(compensations),
        tuple(drifts),
        aside,
    )
    return Outcome(value, _findings(table.name, value))


def _findings(table: str, value: SlicingValue) -> tuple[Finding, ...]:
    found = [_of_cut(table, cut) for cut in value.cuts]
    strong = [d for d in value.drivers if d.corrected >= _DRIVER]
    found.extend(_of_driver(table, driver) for driver in strong[:_MOST_TOLD])
    found.extend(_of_nulls(table, n) for n in _strongest(value.nulls))
    found.extend(_of_compensation(table, c) for c in value.compensations)
    found.extend(_of_movement(table, m) for m in value.movements[:_MOST_TOLD])
    found.extend(f for drift in value.drifts for f in _of_drift(table, drift))
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return tuple(found)


def _strongest(nulls: tuple[NullsBySlice, ...]) -> Iterator[NullsBySlice]:
    """The strongest dependence of each column's nulls, where it is worth telling."""
    told: set[str] = set()
    for one in nulls:
        is_far = abs(one.null_share - one.elsewhere) >= _NULL_DIFFERENCE
        if one.cramers_v >= _NULLS and is_far and one.column not in told:
            told.add(one.column)
            yield one


def _signed(change: float) -> str:
    return ("+" if change > 0 else "-" if change < 0 else "") + percent(abs(change))


def _what(table: str, measure: str) -> str:
    return f"the mean of {table}.{measure}" if measure else f"the number of rows of {table}"


def _of_cut(table: str, cut: Cut) -> Finding:
    text = f"{table} is worth cutting by {cut.column}: {cut.reason}."
    return Finding(table, (cut.column,), "cut_score", cut.score, "1", text)


def _of_driver(table: str, d: Driver) -> Finding:
    text = (
        f"{table}.{d.column} tells {percent(d.corrected)} of the variance of {table}.{d.measure}."
    )
    evidence = {"eta_squared": d.eta_squared, "groups": d.groups, "rows": d.rows}
    return Finding(
        table, (d.measure, d.column), "variance_driver", d.corrected, "1", text, "info", evidence
    )


def _of_nulls(table: str, n: NullsBySlice) -> Finding:
    where = "is null" if n.value is None else f"is {n.value}"
    text = (
        f"{percent(n.null_share)} of {table}.{n.column} are null where {n.by} {where}, "
        f"{percent(n.elsewhere)} elsewhere."
    )
    is_rule = n.null_share >= 1 - _EXCEPTIONS and n.elsewhere <= _EXCEPTIONS
    weight: Weight = "info" if is_rule else "low"
    return Finding(table, (n.column, n.by), "nulls_by_slice", n.cramers_v, "1", text, weight)


def _of_movement(table: str, m: Movement) -> Finding:
    way = "rises" if m.change > 0 else "falls"
    size, total = percent(abs(m.change)), _signed(m.total_change)
    text = (
        f"Where {m.column} is {m.value}, {_what(table, m.measure)} {way} by {size} over the span "
        f"against a total that stays ({total})."
    )
    columns = (m.column, m.measure) if m.measure else (m.column,)
    return Finding(table, columns, "hidden_trend", m.change, "1", text, "low")


def _of_compensation(table: str, c: Compensation) -> Finding:
    ups, downs = ", ".join(sorted(c.rising)), ", ".join(sorted(c.falling))
    what = _what(table, c.measure)
    text = (
        f"{what[0].upper()}{what[1:]} stays ({_signed(c.total_change)}) while slices of {c.column} "
        f"compensate: {ups} rise, {downs} fall."
    )
    columns = (c.column, c.measure) if c.measure else (c.column,)
    return Finding(table, columns, "compensating_slices", c.total_change, "1", text, "medium")


def _of_drift(table: str, d: MixDrift) -> Iterator[Finding]:
    if d.divergence >= _DRIFTED:
        weight: Weight = "medium" if d.divergence >= _FAR else "low"
        text = f"The mix of {table}.{d.column} differs between the halves of the time."
        yield Finding(table, (d.column,), "mix_drift", d.divergence, "nat", text, weight)
    for values, metric, word in (
        (d.new, "value_new", "comes up in"),
        (d.vanished, "value_gone", "is gone from"),
    ):
        for value in values:
            text = f"{table}.{d.column} has the value {value}, which {word} the second half."
            yield Finding(table, (d.column,), metric, None, "1", text, "low")
