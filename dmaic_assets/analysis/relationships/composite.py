"""References of several columns together to a key of several columns.

What belongs here: which columns stand for which part of a key, and whether their rows are there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import polars as pl

from dmaic_assets.analysis.relationships.columns import Column, TableColumns, codes_of
from dmaic_assets.analysis.relationships.composite_keys import mixed
from dmaic_assets.analysis.relationships.evidence import MOST_ORPHANS, Link
from dmaic_assets.analysis.relationships.inclusion import inclusion_of
from dmaic_assets.analysis.relationships.names import OTHER_SUFFIX, ROLE, name_evidence

# Ways to match the parts of a key that are tried for one table.
_MOST_WAYS = 12
# Share of a part's rows that may be unknown on its own: the parts together are asked later.
_MOST_UNKNOWN = MOST_ORPHANS
# What columns called differently are worth that lead to the same table as the part of the key.
_SAME_TARGET = OTHER_SUFFIX


@dataclass(frozen=True, eq=False)
class CompositeLink:
    """Columns that refer to a key of several columns, with what was counted."""

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    confidence: float
    rows: int
    orphans: int
    distinct: int
    used_share: float
    held: int = 0

    @property
    def orphan_share(self) -> float:
        """The share of rows with a value in every column whose key is unknown, held ones known."""
        return (self.orphans - self.held) / self.rows if self.rows else 0.0


def composite_links(
    tables: Mapping[str, TableColumns],
    keys: Mapping[str, Sequence[tuple[str, ...]]],
    links: Sequence[Link],
) -> tuple[CompositeLink, ...]:
    """Finds references to keys of several columns; the same columns refer to one table only.

    Args:
        tables: The columns of all tables.
        keys: The keys of several columns of each table, the most plausible first.
        links: The references of single columns.
    """
    found: list[CompositeLink] = []
    for table in tables.values():
        possible = [
            link
            for name, columns in ((n, c) for n, of in keys.items() for c in of)
            if name != table.table.name
            for link in _to_key(table, tables[name], columns, links)
            if not _is_taken(found, link)
        ]
        found.extend(_apart(possible))
    return tuple(found)


def _is_taken(found: Sequence[CompositeLink], link: CompositeLink) -> bool:
    """Whether the other table's key refers to this one already."""
    return any(
        other.table == link.ref_table
        and other.ref_table == link.table
        and set(other.columns) == set(link.ref_columns)
        for other in found
    )


def _apart(links: Sequence[CompositeLink]) -> list[CompositeLink]:
    """Chooses references that do not contain each other's columns, those of the fewest first.

    The key of fewer columns is the nearest to an entity. What holds more columns together with
    some of them follows from tables that record the same events.
    """
    chosen: list[CompositeLink] = []
    for link in sorted(links, key=_rank):
        mine = set(link.columns)
        rivals = [set(x.columns) for x in chosen if mine & set(x.columns)]
        if all(len(other) == len(mine) and other != mine for other in rivals):
            chosen.append(link)
    return chosen


def _rank(link: CompositeLink) -> tuple[int, float, float, float, str]:
    sure = -round(link.confidence, 1)
    return len(link.columns), sure, link.orphan_share, -link.used_share, link.ref_table


def _to_key(
    table: TableColumns, ref: TableColumns, key: Sequence[str], links: Sequence[Link]
) -> Iterator[CompositeLink]:
    parts = [_candidates(table, ref.columns[name], links) for name in key]
    if not all(parts):
        return
    for way in islice(product(*(part.items() for part in parts)), _MOST_WAYS):
        columns = tuple(name for name, _ in way)
        if len(set(columns)) < len(columns):
            continue
        link = _counted(table, columns, ref, key, min(worth for _, worth in way))
        if link is not None:
            yield link


def _candidates(table: TableColumns, part: Column, links: Sequence[Link]) -> Mapping[str, float]:
    """The columns that may stand for a part of a key, the best first, with what speaks for them."""
    target = {x.key.column for x in links if x.column is part}
    same = {x.column.name for x in links if x.column.table == table.table.name} & {
        x.column.name for x in links if x.key.column in target
    }
    found: dict[str, float] = {}
    for name, column in table.columns.items():
        by_name = max(name_evidence(column.words, part.words, ()), _SAME_TARGET * (name in same))
        by_name = max(by_name, _begins_alike(column, part))
        if by_name < OTHER_SUFFIX:
            continue
        inclusion = inclusion_of(column, part)
        if inclusion is not None and inclusion.orphan_share <= _MOST_UNKNOWN:
            found[name] = by_name
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _begins_alike(column: Column, part: Column) -> float:
    """Evidence of a name that continues the part's: teamIDwinner of teamID."""
    mine, other = column.words.forms[-1], part.words.forms[-1]
    return ROLE if len(mine) > len(other) and mine[: len(other)] == other else 0.0


def _counted(
    table: TableColumns,
    columns: Sequence[str],
    ref: TableColumns,
    key: Sequence[str],
    worth: float,
) -> CompositeLink | None:
    mine, others = (
        joined_rows(table, columns, ref, key),
        joined_rows(ref, key, table, columns),
    )
    distinct = mine.unique()
    if not len(mine) or not len(others):
        return None
    alone = mine.filter(~mine.is_in(others.implode()))
    orphans = len(alone)
    apart = held_rows(ref, key, table, columns)
    held = int(alone.is_in(apart.implode()).sum()) if orphans and len(apart) else 0
    if orphans - held > MOST_ORPHANS * len(mine):
        return None
    used = int(distinct.is_in(others.implode()).sum()) / len(others)
    return CompositeLink(
        table.table.name,
        tuple(columns),
        ref.table.name,
        tuple(key),
        worth * (1 - (orphans - held) / len(mine)),
        len(mine),
        orphans,
        len(distinct),
        used,
        held,
    )


def joined_rows(
    table: TableColumns, names: Sequence[str], other: TableColumns, parts: Sequence[str]
) -> pl.Series:
    """The rows with a value in every column, as one number each, comparable with the other's."""
    return _mixed_rows(table.table.rows(list(names)), names, other, parts)


def held_rows(
    table: TableColumns, names: Sequence[str], other: TableColumns, parts: Sequence[str]
) -> pl.Series:
    """The same of the rows that quarantine holds."""
    if not table.table.held.files:
        return pl.Series([], dtype=pl.UInt64)
    return _mixed_rows(table.table.held_rows(list(names)), names, other, parts)


def _mixed_rows(
    frame: pl.DataFrame, names: Sequence[str], other: TableColumns, parts: Sequence[str]
) -> pl.Series:
    rows = frame.drop_nulls()
    codes: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    for name, part in zip(names, parts, strict=True):
        values = rows[name]
        if values.dtype == pl.String and other.columns[part].domain == "number":
            values = values.cast(pl.Int64, strict=False).fill_null(-1)
        found = codes_of(values)
        if found is not None:
            codes.append(found.to_numpy().view(np.uint64))
    return pl.Series(mixed(codes)) if codes else pl.Series([], dtype=pl.UInt64)
