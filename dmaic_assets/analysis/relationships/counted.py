"""Foreign keys as they are told: cardinality, orphans with examples, and fan traps.

What belongs here: counting over references that are chosen already.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
import polars as pl

from dmaic_assets.analysis.relationships.columns import Column, TableColumns, codes_of
from dmaic_assets.analysis.relationships.composite import CompositeLink, held_rows, joined_rows
from dmaic_assets.analysis.relationships.evidence import Link
from dmaic_assets.analysis.relationships.inclusion import orphan_codes
from dmaic_assets.analysis.values.relationships import FanTrap, ForeignKey

# Orphans shown of a foreign key.
_SHOWN = 5
# What may be shown: codes and numbers. Names, addresses and free text are nobody's examples.
_CODE = re.compile(r"[\w./:+-]{1,24}")
# Fan traps told, those that repeat most rows first.
_MOST_TRAPS = 50
# How far beyond the last key times are plans, as a share of the time that keys span.
_HORIZON = 0.1
# Digits of a confidence and of a growth: more would feign precision.
_DIGITS = 3


def single_key(
    link: Link, tables: Mapping[str, TableColumns], sensitive: Collection[tuple[str, str]]
) -> ForeignKey:
    """Tells a reference of one column."""
    column, found = link.column, link.inclusion
    is_open = (column.table, column.name) not in sensitive
    return ForeignKey(
        column.table,
        (column.name,),
        link.key.column.table,
        (link.key.column.name,),
        round(link.confidence, _DIGITS),
        "1:1" if column.distinct and column.distinct == column.present else "n:1",
        found.rows,
        found.orphans,
        found.orphan_share if found.rows else None,
        found.used_share,
        column.nulls / column.rows if column.rows else 0.0,
        _orphans(link, tables[column.table]) if found.orphans > found.held and is_open else (),
        found.orphans > found.held and _is_ahead(column, link.key.column),
        found.held,
        link.key.column.is_held_whole,
    )


def _is_ahead(column: Column, key: Column) -> bool:
    """Tells whether a column's times that are no keys all are soon after the last key: plans."""
    if column.domain != "time" or key.domain != "time":
        return False
    orphans = orphan_codes(column, key, column.distinct)
    first, last = int(key.values.min()), int(key.values.max())
    horizon = _HORIZON * (last - first)
    return int(orphans.min()) > last and int(orphans.max()) - last <= horizon


def composite_key(
    link: CompositeLink, tables: Mapping[str, TableColumns], sensitive: Collection[tuple[str, str]]
) -> ForeignKey:
    """Tells a reference of several columns."""
    table, ref = tables[link.table], tables[link.ref_table]
    is_open = not any((link.table, name) in sensitive for name in link.columns)
    return ForeignKey(
        link.table,
        link.columns,
        link.ref_table,
        link.ref_columns,
        round(link.confidence, _DIGITS),
        "1:1" if link.distinct == link.rows else "n:1",
        link.rows,
        link.orphans,
        link.orphan_share,
        link.used_share,
        1 - link.rows / table.rows,
        _composite_orphans(link, tables) if link.orphans > link.held and is_open else (),
        held=link.held,
        is_held_whole=all(ref.columns[name].is_held_whole for name in link.ref_columns),
    )


def is_implied(link: Link, links: Sequence[Link], composites: Sequence[CompositeLink]) -> bool:
    """Whether a reference follows from one of several columns that has no orphan."""
    onward = {(x.column.table, x.column.name): x for x in links if not x.inclusion.orphans}
    for composite in composites:
        parts = dict(zip(composite.columns, composite.ref_columns, strict=True))
        if composite.table != link.column.table or composite.orphans:
            continue
        part = parts.get(link.column.name)
        step = onward.get((composite.ref_table, part)) if part is not None else None
        if step is not None and step.key.column is link.key.column:
            return True
    return False


def fan_traps(links: Sequence[Link]) -> tuple[FanTrap, ...]:
    """Finds pairs of tables whose rows repeat each other's when both are joined to one table."""
    by_key: dict[Column, list[Column]] = defaultdict(list)
    for link in links:
        if link.column.distinct < link.column.present:
            by_key[link.key.column].append(link.column)
    found = [
        FanTrap(key.table, (a.table, b.table), round(growth, _DIGITS))
        for key, columns in by_key.items()
        for a, b in combinations(columns, 2)
        if a.table != b.table and (growth := _growth(a, b)) > 1
    ]
    found.sort(key=lambda trap: (-trap.growth, trap.hub, trap.tables))
    most: dict[tuple[str, tuple[str, str]], FanTrap] = {}
    for trap in found:
        most.setdefault((trap.hub, trap.tables), trap)
    return tuple(most.values())[:_MOST_TRAPS]


def _growth(first: Column, second: Column) -> float:
    if first.domain != second.domain:
        return 0.0
    _, mine, other = np.intersect1d(
        first.values, second.values, assume_unique=True, return_indices=True
    )
    joined = float((first.counts[mine].astype(float) * second.counts[other]).sum())
    return joined / max(first.present, second.present, 1)


def _orphans(link: Link, table: TableColumns) -> tuple[str, ...]:
    codes = orphan_codes(link.column, link.key.column, _SHOWN)
    rows = table.table.rows([link.column.name]).to_series()
    found = codes_of(rows)
    if found is None:
        return ()
    values = rows.filter(found.is_in(codes.tolist())).unique().sort().head(_SHOWN)
    return _texts([(value,) for value in values])


def _composite_orphans(link: CompositeLink, tables: Mapping[str, TableColumns]) -> tuple[str, ...]:
    table, ref = tables[link.table], tables[link.ref_table]
    mine = joined_rows(table, link.columns, ref, link.ref_columns)
    others = joined_rows(ref, link.ref_columns, table, link.columns)
    others = others.append(held_rows(ref, link.ref_columns, table, link.columns))
    rows = table.table.rows(list(link.columns)).drop_nulls()
    return _texts(rows.filter(~mine.is_in(others.implode())).unique().sort(pl.all()).rows())


def _texts(rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """Spells examples; one that is neither a code nor a number or time is left out."""
    shown = [
        " / ".join(str(value) for value in row)
        for row in rows[:_SHOWN]
        if all(not isinstance(v, str) or _CODE.fullmatch(v) for v in row)
    ]
    return tuple(shown)
