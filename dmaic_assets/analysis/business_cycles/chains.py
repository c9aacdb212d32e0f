"""Cycles over several tables: orders, deliveries, invoices and payments that refer to each other.

What belongs here: which tables are stages of the cases of another, and the times at which cases
reach them. How cases fare, `course` tells.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from dmaic_assets.analysis.business_cycles.forms import (
    FEWEST_CASES,
    KEPT_ORDER,
    MOST_STAGES,
    Cases,
    ordered,
    with_status,
)
from dmaic_assets.analysis.business_cycles.words import (
    Reading,
    names_a_stage,
    read_names,
    stage_of_table,
    words_of_column,
)
from dmaic_assets.analysis.tables import Table, as_time
from dmaic_assets.analysis.values.relationships import ForeignKey, RelationshipsValue
from dmaic_assets.settings.cycles import CycleWords

# The case of a row, its time and the columns of a key: names that no column has.
_CASE, _AT, _KEY = "\x00case", "\x00at", "\x00key {}"


@dataclass(frozen=True)
class _Member:
    """A table whose rows are a stage: the words of it, the time of a row, and the way to a case.

    `times` are columns of times beside `time` that are called a stage.
    """

    table: Table
    words: tuple[str, ...]
    time: str
    times: tuple[str, ...] = ()


@dataclass
class _Chain:
    """A table of cases, and the tables that refer to it, those nearer to it first."""

    root: str
    links: dict[str, ForeignKey] = field(default_factory=dict)


def find_chains(
    tables: Mapping[str, Table],
    links: RelationshipsValue,
    vocabulary: Mapping[str, CycleWords],
    sensitive: Collection[str],
) -> Iterator[tuple[str, Cases]]:
    """The tables of cases, each with its cases, whose stages are rows of several tables.

    A stage is a table that the vocabulary knows by the last word of its name and that has a time;
    it refers to the table of cases, directly or over other stages. A case reaches it with its first
    row there.

    Args:
        tables: All tables by name.
        links: References between them.
        vocabulary: All cycles.
        sensitive: Columns, as `table.column`, that are left out.
    """
    members = {
        name: member
        for name, table in tables.items()
        if (member := _member(table, vocabulary, sensitive)) is not None
    }
    for chain in _chains(members, links):
        cases = _cases(chain, members, vocabulary, sensitive)
        if cases is not None:
            yield chain.root, cases


def _member(
    table: Table, vocabulary: Mapping[str, CycleWords], sensitive: Collection[str]
) -> _Member | None:
    words = stage_of_table(table.name, vocabulary)
    schema = table.scan().collect_schema()
    times = [
        name
        for name, kind in schema.items()
        if isinstance(kind, pl.Date | pl.Datetime) and f"{table.name}.{name}" not in sensitive
    ]
    if not words or not times:
        return None
    main = _main_time(table, words, times, vocabulary)
    others = (n for n in times if n != main and names_a_stage(words_of_column(n), vocabulary))
    return _Member(table, words, main, tuple(others))


def _main_time(
    table: Table,
    words: tuple[str, ...],
    times: Sequence[str],
    vocabulary: Mapping[str, CycleWords],
) -> str:
    """The time of a row: that of the settings, or named as the table's stage, or the fullest."""
    if table.time_column in times:
        return str(table.time_column)
    names = {name: words_of_column(name) for name in times}
    for cycle in vocabulary.values():
        reading = read_names(table.name, {**names, "": words}, {"": cycle})
        own = reading.stages.get("") if reading else None
        same = [n for n in times if own is not None and reading and reading.stages.get(n) == own]
        if same:
            return same[0]
    gaps = table.rows(times).null_count().row(0)
    return min(zip(gaps, range(len(times)), times, strict=True))[2]


def _chains(members: Mapping[str, _Member], links: RelationshipsValue) -> Iterator[_Chain]:
    """Tables of cases, which refer to no other stage, with the stages that lead to them."""
    known = [
        link
        for link in (*links.foreign_keys, *links.implied)
        if link.table in members and link.ref_table in members and link.table != link.ref_table
    ]
    referring = {link.table for link in known}
    for root in (name for name in members if name not in referring):
        chain = _Chain(root)
        reached = [root]
        for name in reached:
            for link in sorted(known, key=lambda k: -k.confidence):
                if link.ref_table == name and link.table not in (root, *chain.links):
                    chain.links[link.table] = link
                    reached.append(link.table)
        if chain.links:
            yield chain


def _cases(
    chain: _Chain,
    members: Mapping[str, _Member],
    vocabulary: Mapping[str, CycleWords],
    sensitive: Collection[str],
) -> Cases | None:
    """The cases of a chain; None where its tables are no cycle that the data keep."""
    inside = {name: members[name] for name in (chain.root, *chain.links)}
    tables = {name: member.words for name, member in inside.items()}
    reading = read_names(chain.root, tables, vocabulary)
    if reading is None or chain.root not in reading.stages:
        return None
    columns = {
        f"{name}.{column}": words_of_column(column)
        for name, member in inside.items()
        for column in member.times
    }
    reading = _with_columns(chain.root, reading, {**tables, **columns}, vocabulary)
    found = [n for n in (*tables, *columns) if n in reading.stages or n in reading.abandoned]
    # What happened at the same time comes in the order of the vocabulary.
    labels = sorted(found, key=lambda n: reading.stages.get(n, (MOST_STAGES, ""))[0])
    times = _times(chain, inside, labels)
    if times.height < FEWEST_CASES or len(labels) < 2:
        return None
    order, kept = ordered(times, labels)
    if kept < KEPT_ORDER:
        return None
    named = tuple(name for name in tables if name in labels)
    at = {name: f"{name}.{inside[name].time}" for name in named}
    cases = Cases("tables", order, times.select(order), reading, tables=named, at=at)
    return with_status(cases, inside[chain.root].table, vocabulary, sensitive)


def _with_columns(
    root: str,
    reading: Reading,
    names: Mapping[str, tuple[str, ...]],
    vocabulary: Mapping[str, CycleWords],
) -> Reading:
    """The reading with columns of times that are stages of the same cycle which no table is."""
    wider = read_names(root, names, {reading.kind: vocabulary[reading.kind]})
    if wider is None:
        return reading
    taken = {place for place, _ in reading.stages.values()}
    more = {n: s for n, s in wider.stages.items() if "." in n and s[0] not in taken}
    return replace(reading, stages={**reading.stages, **more})


def _times(chain: _Chain, members: Mapping[str, _Member], labels: Sequence[str]) -> pl.DataFrame:
    """The first time at which each case reaches each label, a row a case of the table of cases."""
    rows = {chain.root: _rows(members[chain.root], chain, chain.root).with_row_index(_CASE)}
    cases = rows[chain.root].select(_CASE)
    for name, link in chain.links.items():
        rows[name] = _led_to_cases(_rows(members[name], chain, name), link, rows[link.ref_table])
    for label in labels:
        table, _, column = label.partition(".") if label not in rows else (label, "", "")
        at = pl.col(column or _AT).min().alias(label)
        cases = cases.join(rows[table].group_by(_CASE).agg(at), on=_CASE, how="left")
    return cases.sort(_CASE).drop(_CASE)


def _rows(member: _Member, chain: _Chain, name: str) -> pl.DataFrame:
    """Times of a table's rows, and the columns that link it, under the names of the columns."""
    schema = member.table.scan().collect_schema()
    times = [as_time(member.time, schema[member.time]).alias(_AT)]
    times.extend(as_time(n, schema[n]).alias(n) for n in member.times)
    led = (link.ref_columns for link in chain.links.values() if link.ref_table == name)
    linking = {column for columns in led for column in columns}
    if name in chain.links:
        linking |= set(chain.links[name].columns)
    keys = [pl.col(n).cast(pl.String).alias(_KEY.format(n)) for n in sorted(linking)]
    needed = dict.fromkeys((member.time, *member.times, *sorted(linking)))
    return member.table.rows(list(needed)).select(*times, *keys)


def _led_to_cases(rows: pl.DataFrame, link: ForeignKey, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that lead to a case over the table that they refer to; others are left out."""
    known = others.select(_CASE, *(_KEY.format(n) for n in link.ref_columns))
    known = known.unique([_KEY.format(n) for n in link.ref_columns], keep="first")
    return rows.join(
        known,
        left_on=[_KEY.format(n) for n in link.columns],
        right_on=[_KEY.format(n) for n in link.ref_columns],
        how="inner",
    )
