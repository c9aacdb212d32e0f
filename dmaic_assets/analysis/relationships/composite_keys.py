"""Which columns of a table identify its rows only together.

What belongs here: the search. Combinations are tried over few columns, refuted on a part of the
rows first; one that chance could have made is none.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.analysis.relationships.columns import Column, TableColumns, codes_of

Codes = npt.NDArray[np.uint64]
# Columns tried, by how many are combined: 66 pairs, 165 triples, 210 quadruples at most.
_TRIED = {2: 12, 3: 11, 4: 10}
# Rows on which a combination is refuted before all are looked at.
_PART = 4_096
# Combinations that hold in the part and are looked at whole, at most, per number of columns.
_MOST_WHOLE = 60
# Repeated rows that chance would have made before none of them is a sign; parts that say what
# they are (keys of other tables, identifiers) need none.
_LEAST_CHANCE = 20.0
# What makes a column a likely part: a reference, a name that says so, a time, its place.
_REFERENCE, _IDENTIFIER, _TIME, _PLACE = 1.0, 0.6, 0.4, 0.6
# Odd numbers that mix the codes of columns (the golden ratio's, as in splitmix64).
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass
class _Codes:
    """The rows of a table as numbers, column by column, read when first asked for."""

    table: TableColumns
    known: dict[str, Codes] = field(default_factory=dict)

    def of(self, names: Sequence[str]) -> Codes:
        """One number per row for several columns together."""
        missing = [name for name in names if name not in self.known]
        for name in missing:
            codes = codes_of(self.table.table.rows([name]).to_series())
            if codes is not None:
                self.known[name] = codes.fill_null(-1).to_numpy().view(np.uint64)
        return mixed([self.known[name] for name in names])


def mixed(columns: Sequence[Codes]) -> Codes:
    """Joins codes of several columns into one per row; the order of the columns counts."""
    joined = np.zeros_like(columns[0])
    for codes in columns:
        joined = (joined ^ codes) * _MIX
        joined ^= joined >> _SHIFT
    return joined


def composite_keys(table: TableColumns, references: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Finds the smallest combinations of two to four columns that identify rows.

    Args:
        table: A table that no single column identifies.
        references: Its columns that hold the keys of other tables.

    Returns:
        Combinations of the fewest columns that will do, the most plausible first, columns in the
        order of the table; empty where there is none.
    """
    likely = _likely_parts(table, references)
    if table.rows <= 1:
        return ()
    codes = _Codes(table)
    for size, tried in _TRIED.items():
        pool = dict(list(likely.items())[:tried])
        found = [c for c in _unique(codes, pool, size) if _is_meant(table, c, likely)]
        if found:
            found.sort(key=lambda columns: (-sum(likely[c] for c in columns), columns))
            return tuple(found)
    return ()


def _likely_parts(table: TableColumns, references: Collection[str]) -> Mapping[str, float]:
    def weight(column: Column) -> float:
        return (
            _REFERENCE * (column.name in references)
            + _IDENTIFIER * column.words.is_identifier
            + _TIME * (column.domain == "time")
            + _PLACE / (1 + column.position)
        )

    fit = [c for c in table.columns.values() if not c.nulls and c.distinct > 1]
    ranked = sorted(fit, key=lambda c: (-weight(c), c.position))
    return {column.name: weight(column) for column in ranked}


def _unique(codes: _Codes, pool: Mapping[str, float], size: int) -> Iterator[tuple[str, ...]]:
    columns = codes.table.columns
    rows = codes.table.rows
    left = _MOST_WHOLE
    for names in combinations(pool, size):
        if np.prod([float(columns[name].distinct) for name in names]) < rows:
            continue
        joined = codes.of(names)
        if _repeats(joined[:_PART]) or _repeats(joined[-_PART:]):
            continue
        left -= 1
        if left < 0:
            return
        if not _repeats(joined):
            yield tuple(sorted(names, key=lambda name: columns[name].position))


def _repeats(codes: Codes) -> bool:
    return pl.Series(codes).n_unique() < len(codes)


def _is_meant(table: TableColumns, names: Sequence[str], likely: Mapping[str, float]) -> bool:
    """Whether columns are called keys, or chance would have repeated them many times over."""
    if all(likely[name] >= _IDENTIFIER for name in names):
        return True
    agree = 1.0
    for name in names:
        counts = table.columns[name].counts.astype(np.float64)
        agree *= float((counts * (counts - 1)).sum()) / max(1, table.rows * (table.rows - 1))
    return table.rows * (table.rows - 1) / 2 * agree >= _LEAST_CHANCE
