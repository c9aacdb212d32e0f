"""Finds cases and their stages in a table: an event log, a column of times a stage, or a status.

What belongs here: which columns, and the times at which cases reach stages. How cases fare,
`course` tells.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import polars as pl

from dmaic_assets.analysis.business_cycles.words import (
    Reading,
    names_a_stage,
    read_names,
    words_of,
    words_of_column,
)
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.business_cycles import Form
from dmaic_assets.settings.cycles import CycleWords

# Stages at most: beyond, a column of text is no list of stages.
MOST_STAGES = 40
# Share of pairs of events of a case that keep one order, from where a column orders them.
KEPT_ORDER = 0.8
# Share of pairs of case and activity that come once: a case goes through a stage.
ONCE = 0.6
# Cases from which a share says something.
FEWEST_CASES = 20
# Words for a column of activities, and of statuses.
_ACTIVITY = frozenset(
    [
        "activity",
        "action",
        "event",
        "milestone",
        "operation",
        "phase",
        "stage",
        "state",
        "status",
        "step",
        "task",
    ]
)
_CASE, _AT, _STAGE = "_case", "_at", "_stage"


@dataclass(frozen=True)
class Cases:
    """The cases of a cycle.

    `times` has a column of times for each label, in the order of `labels`, and a row a case;
    `status` is where each case stands, where a column says so, and `stages_of_status` the stages
    that its values name. `repeated` counts cases that came back to a stage. `tables` are those
    whose rows are stages, the table of cases first, where there are several; `at` has the column of
    times, as `table.column`, of each label that is a table.
    """

    form: Form
    labels: tuple[str, ...]
    times: pl.DataFrame
    reading: Reading | None
    case_column: str | None = None
    stage_column: str | None = None
    status: pl.Series | None = None
    stages_of_status: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    repeated: int = 0
    tables: tuple[str, ...] = ()
    at: Mapping[str, str] = field(default_factory=dict)


def find_cases(
    table: Table, vocabulary: Mapping[str, CycleWords], sensitive: Collection[str] = ()
) -> Cases | None:
    """The cases of a table; None where nothing tells of stages.

    An event log is looked for first, then a row a case with times, then a status alone. Texts of
    `sensitive` columns would be shown as stages: they are left out.
    """
    schema = table.scan().collect_schema()
    times = [n for n, t in schema.items() if isinstance(t, pl.Date | pl.Datetime)]
    texts = [
        n
        for n, t in schema.items()
        if isinstance(t, pl.String | pl.Categorical | pl.Enum) and n not in sensitive
    ]
    states = list(_states(table, texts, vocabulary))
    if times:
        found = _events(table, times, states)
        if found is not None:
            return found
    known = [s for s in states if s.reading is not None]
    stamps = _stamps(table, times, known, vocabulary) if len(times) > 1 else None
    return stamps or _status_only(table, known)


def with_status(
    cases: Cases,
    table: Table,
    vocabulary: Mapping[str, CycleWords],
    sensitive: Collection[str],
) -> Cases:
    """Cases that a status of their table says are abandoned, where it has one.

    Args:
        cases: A row a row of the table, in its order.
        table: The table of the cases.
        vocabulary: All cycles.
        sensitive: Columns, as `table.column`, that are left out.
    """
    texts = [
        n
        for n, t in table.scan().collect_schema().items()
        if isinstance(t, pl.String | pl.Categorical | pl.Enum)
        and f"{table.name}.{n}" not in sensitive
    ]
    for state in _states(table, texts, vocabulary):
        if state.reading is not None and cases.reading is not None:
            status = table.rows([state.column]).get_column(state.column).cast(pl.String)
            ends = cases.reading.abandoned | state.reading.abandoned - state.reading.completed
            reading = replace(cases.reading, abandoned=ends)
            return replace(cases, status=status, stage_column=state.column, reading=reading)
    return cases


@dataclass(frozen=True, slots=True)
class _State:
    """A column of texts that may be stages."""

    column: str
    values: tuple[str, ...]
    reading: Reading | None


def _states(
    table: Table, texts: Sequence[str], vocabulary: Mapping[str, CycleWords]
) -> Iterator[_State]:
    """Columns of few texts that are known as stages, or are called so; known ones first."""
    found: list[_State] = []
    for column in texts:
        lazy = table.scan().select(pl.col(column).cast(pl.String).drop_nulls().unique())
        values = lazy.head(MOST_STAGES + 1).collect().get_column(column).sort().to_list()
        if not 2 <= len(values) <= MOST_STAGES:
            continue
        reading = read_names(table.name, {v: words_of(v) for v in values}, vocabulary)
        if reading is not None or _ACTIVITY & set(words_of(column)):
            found.append(_State(column, tuple(values), reading))
    return iter(sorted(found, key=lambda s: -(s.reading.share if s.reading else 0)))


def _events(table: Table, times: Sequence[str], states: Sequence[_State]) -> Cases | None:
    """The event log that keeps the clearest order, if there is one."""
    best: tuple[float, Cases] | None = None
    tried = ((s, case) for s in states for case in _case_columns(table, s, times))
    for (state, case), at in product(tried, times[:2]):
        kept, cases = _log(table, case, state, at)
        if cases is not None and (best is None or kept > best[0]):
            best = (kept, cases)
    return best[1] if best else None


def _case_columns(table: Table, state: _State, times: Sequence[str]) -> Iterator[str]:
    """Columns whose values come back, and are more than stages: those of cases."""
    schema = table.scan().collect_schema()
    fitting = [
        n
        for n, t in schema.items()
        if n not in (state.column, *times) and (t.is_integer() or t == pl.String)
    ]
    if not fitting:
        return
    counts = table.scan().select(pl.col(fitting).n_unique(), pl.len().alias("_rows")).collect()
    rows = int(counts["_rows"][0])
    for name in fitting:
        distinct = int(counts[name][0])
        if distinct >= FEWEST_CASES and 1.5 <= rows / distinct <= MOST_STAGES:
            yield name


def _log(table: Table, case: str, state: _State, at: str) -> tuple[float, Cases | None]:
    """An event log under these three columns, and the share of pairs that keep its order."""
    named = [pl.col(case).alias(_CASE), pl.col(state.column).cast(pl.String).alias(_STAGE)]
    rows = table.rows([case, state.column, at])
    events = rows.select(*named, pl.col(at).cast(pl.Datetime("us")).alias(_AT)).drop_nulls()
    firsts = events.group_by(_CASE, _STAGE).agg(pl.col(_AT).min(), pl.len().alias("_n"))
    if not events.height or int((firsts["_n"] == 1).sum()) < ONCE * firsts.height:
        return 0.0, None
    times = firsts.pivot(_STAGE, index=_CASE, values=_AT).sort(_CASE)
    labels = [name for name in state.values if name in times.columns]
    order, kept = ordered(times, labels)
    if kept < KEPT_ORDER:
        return kept, None
    repeated = firsts.filter(pl.col("_n") > 1).get_column(_CASE).n_unique()
    wide = times.select(order)
    return kept, Cases("events", order, wide, state.reading, case, state.column, repeated=repeated)


def ordered(times: pl.DataFrame, labels: Sequence[str]) -> tuple[tuple[str, ...], float]:
    """The order that cases keep between stages, and the share of their pairs that keep it.

    A stage comes after those that it follows in most of the cases that know both.
    """
    pairs = list(combinations(labels, 2))
    if not pairs:
        return tuple(labels), 0.0
    counts = times.select(
        *((pl.col(a) < pl.col(b)).sum().alias(f"<{i}") for i, (a, b) in enumerate(pairs)),
        *((pl.col(a) > pl.col(b)).sum().alias(f">{i}") for i, (a, b) in enumerate(pairs)),
    ).row(0, named=True)
    before = dict.fromkeys(labels, 0.0)
    kept, all_pairs = 0, 0
    for i, (a, b) in enumerate(pairs):
        less, more = int(counts[f"<{i}"]), int(counts[f">{i}"])
        kept, all_pairs = kept + max(less, more), all_pairs + less + more
        if less + more:
            before[b] += less / (less + more)
            before[a] += more / (less + more)
    order = sorted(labels, key=lambda name: before[name])
    return tuple(order), kept / all_pairs if all_pairs else 0.0


def _stamps(
    table: Table,
    times: Sequence[str],
    states: Sequence[_State],
    vocabulary: Mapping[str, CycleWords],
) -> Cases | None:
    """A row a case: columns of times that the vocabulary knows, or that keep an order and end."""
    rows = table.rows(list(times)).select(pl.col(times).cast(pl.Datetime("us")))
    names = {name: words_of_column(name) for name in times}
    reading = read_names(table.name, names, vocabulary) or _partly(table.name, names, vocabulary)
    labels = list(reading.stages) if reading else list(times)
    order, kept = ordered(rows, labels)
    gaps = [rows.get_column(name).null_count() for name in order]
    if rows.height < FEWEST_CASES or kept < KEPT_ORDER or (not any(gaps) and not states):
        return None
    if reading is None and (len(order) < 3 or gaps != sorted(gaps)):
        return None
    status = states[0].column if states else None
    ends = table.rows([status]).get_column(status).cast(pl.String) if status else None
    told = states[0].reading if states else None
    return Cases(
        form="stamps",
        labels=order,
        times=rows.select(order),
        reading=_with_ends(reading, told),
        stage_column=status,
        status=ends,
        stages_of_status=told.stages if told else {},
    )


def _partly(
    table: str, names: Mapping[str, tuple[str, ...]], vocabulary: Mapping[str, CycleWords]
) -> Reading | None:
    """The reading of the columns that name a stage, others (promised, updated) left out."""
    known = {name: words for name, words in names.items() if names_a_stage(words, vocabulary)}
    return read_names(table, known, vocabulary) if len(known) > 1 else None


def _with_ends(reading: Reading | None, of_status: Reading | None) -> Reading | None:
    """The stages of the columns with the ends that the status knows."""
    if of_status is None:
        return reading
    stages = reading.stages if reading else {}
    kind = reading.kind if reading else of_status.kind
    share = reading.share if reading else of_status.share
    return Reading(kind, stages, of_status.completed, of_status.abandoned, share)


def _status_only(table: Table, states: Sequence[_State]) -> Cases | None:
    """A row a case that stands in one stage: the last one it reached."""
    fitting = [s for s in states if s.reading and s.reading.completed]
    if not fitting:
        return None
    state, reading = fitting[0], fitting[0].reading
    status = table.rows([state.column]).get_column(state.column).cast(pl.String)
    if reading is None or len(status) < FEWEST_CASES:
        return None
    places = {name: reading.stages.get(name, (MOST_STAGES, ""))[0] for name in state.values}
    order = tuple(sorted(state.values, key=lambda name: (places[name], name)))
    return Cases("status", order, pl.DataFrame(), reading, None, state.column, status)
