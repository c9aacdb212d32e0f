"""References that no name tells: trees within a table, roles, and numbers of one fitting size.

What belongs here: what values and other columns say of a column of whole numbers whose name names
no table: `ReportsTo`, `manager_id`, `SupportRepId`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from dmaic_assets.analysis.relationships.columns import Column, Ints, TableColumns
from dmaic_assets.analysis.relationships.evidence import DENSE, LEAST, MOST_ORPHANS, Link
from dmaic_assets.analysis.relationships.inclusion import inclusion_of
from dmaic_assets.analysis.relationships.keys import KeyColumn
from dmaic_assets.analysis.relationships.names import words_of

# Confidence of a reference that only the form of the data shows.
_SHOWN = 0.6
# More where the name says "identifier".
_CALLED = 0.1
# Rows of a table whose rows may form a tree, and different parents.
_LEAST_ROWS = 5
_LEAST_PARENTS = 2
# Parents from which several roots will do: chance makes no cycle among n once in n times.
_MANY_PARENTS = 12
# Rows of a table beyond which 0 and 1 flag something, and do not refer to two of them.
_FEW_ROWS = 12
# Spread below which parents lie in a corner of all rows, as counts and years do.
_IN_A_CORNER = 0.5
# Spread below which a table is too large for numbers to be its keys, above which it fits.
_TOO_LARGE, _FITS = 0.5, 0.75
# Distinct numbers from which their greatest shows the size of the table they refer to.
_FEWEST_NUMBERS = 8
# Share of a table's rows that such numbers must refer to: fewer may number something else.
_LEAST_USED = 0.5
# Letters of a word that may describe rows, and rows that are searched for it.
_LONG_WORD = 4
_MOST_ROWS = 10_000
# Share of the rows referred to that a role's word describes, and of the others at most.
_DESCRIBED, _OTHERS = 0.8, 0.2


def shown_by_form(
    columns: Sequence[Column],
    tables: Mapping[str, TableColumns],
    keys: Mapping[str, Sequence[KeyColumn]],
) -> tuple[Link, ...]:
    """Finds references of columns whose names say nothing, at most one each."""
    found: list[Link] = []
    for column in columns:
        if column.domain != "number" or column.is_unique or not column.distinct:
            continue
        own = [k for k in keys[column.table][:1] if not _is_flag(column, k)]
        link = _as_tree(column, own[0], tables[column.table]) if own else None
        if link is None and column.words.is_identifier:
            targets = [k for of in keys.values() for k in of[:1] if k.column.table != column.table]
            link = _by_role(column, targets, tables) or _by_size(column, targets)
        if link is not None:
            found.append(link)
    return tuple(found)


def _is_flag(column: Column, key: KeyColumn) -> bool:
    """Whether 0 and 1 are a flag: two rows of a long table are hardly all that is meant."""
    is_binary = bool(((column.values == 0) | (column.values == 1)).all())
    return is_binary and key.column.rows > _FEW_ROWS and not column.words.is_identifier


def called_alike(links: Sequence[Link], others: Sequence[Column]) -> tuple[Link, ...]:
    """Carries references over to columns of the same name elsewhere whose values fit, too."""
    known = {link.column.name: link for link in links}
    found: list[Link] = []
    for column in others:
        like = known.get(column.name)
        if like is None or not column.words.is_identifier or column.table == like.column.table:
            continue
        link = _link(column, like.key, LEAST + _CALLED)
        if link is not None:
            found.append(link)
    return tuple(found)


def _link(column: Column, key: KeyColumn, confidence: float) -> Link | None:
    inclusion = inclusion_of(column, key.column)
    if inclusion is None or not inclusion.rows or inclusion.orphan_share > MOST_ORPHANS:
        return None
    return Link(column, key, inclusion, 0.0, confidence)


def _as_tree(column: Column, key: KeyColumn, table: TableColumns) -> Link | None:
    """A reference to the parent row: following it always ends, at a row without one or itself."""
    if not key.column.is_unique:
        return None
    few = column.rows < _LEAST_ROWS or column.distinct < _LEAST_PARENTS
    if few or key.column.domain != "number" or column.distinct == column.present:
        return None
    link = _link(column, key, _SHOWN + _CALLED * column.words.is_identifier)
    if link is None or link.inclusion.orphans or link.inclusion.spread < _IN_A_CORNER:
        return None
    pairs = table.table.rows([key.column.name, column.name]).cast(pl.Int64, strict=False)
    children, parents = pairs.to_series(0), pairs.to_series(1)
    roots = int((parents.is_null() | (parents == children)).sum())
    if roots != 1 and (not roots or column.distinct < _MANY_PARENTS):
        return None
    at = parents.fill_null(children).to_numpy()
    return link if _always_ends(children.to_numpy(), at) else None


def _always_ends(children: Ints, parents: Ints) -> bool:
    order = np.argsort(children)
    up = order[np.searchsorted(children, parents, sorter=order)]
    # Doubling the steps: after log2(n) rounds every row has walked as far as any path is long.
    for _ in range(int(np.ceil(np.log2(len(up) + 1)))):
        up = up[up]
    return bool((parents[up] == children[up]).all())


def _by_role(
    column: Column, targets: Sequence[KeyColumn], tables: Mapping[str, TableColumns]
) -> Link | None:
    """A table whose rows that are referred to are described by a word of the column's name."""
    wanted = {word for word in column.words.core if len(word) >= _LONG_WORD}
    if not wanted:
        return None
    found: list[Link] = []
    for key in targets:
        link = _link(column, key, _SHOWN)
        if link is None or key.column.rows > _MOST_ROWS or link.inclusion.orphans:
            continue
        if _describes(tables[key.column.table], key.column, column, wanted):
            found.append(link)
    return found[0] if len(found) == 1 else None


def _describes(table: TableColumns, key: Column, column: Column, wanted: set[str]) -> bool:
    rows = table.table.rows()
    is_meant = rows[key.name].cast(pl.Int64, strict=False).is_in(column.values.tolist())
    for name in rows.columns:
        if rows[name].dtype != pl.String:
            continue
        values = rows[name].unique().to_list()
        told = [v for v in values if isinstance(v, str) and wanted & set(words_of(v))]
        described = rows[name].is_in(told)
        others = described.filter(~is_meant)
        share = _mean(described.filter(is_meant))
        if share >= _DESCRIBED and (not len(others) or _mean(others) <= _OTHERS):
            return True
    return False


def _mean(flags: pl.Series) -> float:
    return float(flags.fill_null(value=False).cast(pl.Float64).to_numpy().mean())


def _by_size(column: Column, targets: Sequence[KeyColumn]) -> Link | None:
    """The only table that has all the numbers and is not far too large for them."""
    if column.distinct < _FEWEST_NUMBERS:
        return None
    dense = [key for key in targets if key.column.density >= DENSE]
    found = [x for x in (_link(column, key, _SHOWN) for key in dense) if x is not None]
    fitting = [x for x in found if x.inclusion.spread > _TOO_LARGE and not x.inclusion.orphans]
    if len(fitting) != 1 or fitting[0].inclusion.spread < _FITS:
        return None
    return fitting[0] if fitting[0].inclusion.used_share >= _LEAST_USED else None
