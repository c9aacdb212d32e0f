"""Columns as whole numbers, and how many rows of each part hold each value.

What belongs here: equality of values, counted. NumPy's `unique` without counts hashes since 2.3,
which takes thirty times as long as sorting for tens of thousands of whole numbers: `distinct`
sorts.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.store.once import once

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)

# A table of this many entries per row is filled and read more quickly than the rows are sorted.
_TABLE_PER_ROW = 8
# The greatest whole number that has a place in such a table.
_GREATEST = int(np.iinfo(np.int64).max)
# Kinds of texts up to which they are numbered in their order. More are in no list, map or pattern
# (these end at 20,000 at most): they are only told apart, and sorting them is what costs most.
_MOST_IN_ORDER = 20_000


@dataclass(frozen=True, slots=True)
class Codes:
    """A pooled column as integers: equal values share a code in [0, size); -1 is missing."""

    values: Ints
    size: int


@dataclass(frozen=True)
class Held:
    """Which part holds which value in how many rows: `value`, `part` and `rows`, one per pair.

    Pairs are in the order of the value, then of the part. `size` values and `parts` parts may
    occur.
    """

    value: Ints
    part: Ints
    rows: Ints
    size: int
    parts: int

    @once
    def held_by(self) -> Ints:
        """By value, how many parts hold it."""
        return np.bincount(self.value, minlength=self.size)

    @once
    def first(self) -> Ints:
        """By value, the first part that holds it; `parts` for a value that none does."""
        found = np.full(self.size, self.parts)
        found[self.value[::-1]] = self.part[::-1]
        return found

    @once
    def value_rows(self) -> Ints:
        """By value, how many rows hold it."""
        return np.bincount(self.value, self.rows, self.size).astype(np.int64)

    @once
    def values_of_part(self) -> Ints:
        """By part, how many values it holds."""
        return np.bincount(self.part, minlength=self.parts)

    def per_part(self, figure: Floats | Ints) -> Floats:
        """Adds up a figure of every pair, by part."""
        return np.bincount(self.part, figure, self.parts).astype(np.float64)


def held_of(codes: Codes, part_ids: Ints, parts: int) -> Held:
    """Counts the rows of every value in every part that has it."""
    there = codes.values >= 0
    pairs, rows = _counted(codes.values[there] * parts + part_ids[there], codes.size * parts)
    value, part = np.divmod(pairs, max(1, parts))
    return Held(value, part, rows, codes.size, parts)


def encode(series: pl.Series) -> Codes:
    """Gives equal values equal codes from 0 on; missing (NaN too) gets -1.

    Codes are in ascending order of the values, but for texts of more than `_MOST_IN_ORDER` kinds.
    """
    clean = series.fill_nan(None) if series.dtype.is_float() else series
    if clean.dtype == pl.String:
        return _encoded_texts(clean)
    if not (clean.dtype.is_numeric() or clean.dtype.is_temporal() or clean.dtype == pl.Boolean):
        return _encoded_by_rank(clean)
    there = clean.is_not_null().to_numpy()
    values = clean.drop_nulls().to_physical()
    present = (values.cast(pl.Int8) if values.dtype == pl.Boolean else values).to_numpy()
    dense, size = _numbered(present)
    codes = np.full(len(clean), -1, dtype=np.int64)
    codes[there] = dense
    return Codes(codes, size)


def _numbered(present: npt.NDArray[np.generic]) -> tuple[Ints, int]:
    """Numbers the different values in their order, and tells how many there are."""
    if len(present) and np.issubdtype(present.dtype, np.integer):
        least, most = int(present.min()), int(present.max())
        end = most - least + 1
        if end <= _TABLE_PER_ROW * len(present) and most <= _GREATEST:
            return densely(present.astype(np.int64) - least, end)
    # The order of sorting tells equal values too, and numbers sort quickly.
    kinds, dense = np.unique(present, return_inverse=True)
    return dense.astype(np.int64), len(kinds)


def _encoded_texts(series: pl.Series) -> Codes:
    """Sorts the kinds alone, or numbers many kinds by their hashes: ranking sorts all rows."""
    kinds = series.drop_nulls().unique()
    if len(kinds) <= _MOST_IN_ORDER:
        places = series.cast(pl.Enum(kinds.sort())).to_physical().cast(pl.Int64)
        return Codes(places.fill_null(-1).to_numpy(), len(kinds))
    hashes, which = np.unique(series.drop_nulls().hash().to_numpy(), return_inverse=True)
    if len(hashes) < len(kinds):  # Two texts of one hash, once in 10 billion columns.
        return _encoded_by_rank(series)
    codes = np.full(len(series), -1, dtype=np.int64)
    codes[series.is_not_null().to_numpy()] = which
    return Codes(codes, len(hashes))


def _encoded_by_rank(series: pl.Series) -> Codes:
    ranks = series.rank("dense").fill_null(0).to_numpy().astype(np.int64) - 1
    return Codes(ranks, int(ranks.max()) + 1 if len(ranks) else 0)


def first_rows(codes: Codes) -> Ints:
    """By code, the first row that has it; each code occurs."""
    first = np.zeros(codes.size + 1, dtype=np.int64)
    # Of several rows the one that is written last counts; -1 writes behind all codes.
    first[codes.values[::-1]] = np.arange(len(codes.values))[::-1]
    return first[: codes.size]


def combine(first: Codes, second: Codes) -> Codes:
    """Codes of value pairs; missing when either is missing."""
    raw = first.values * max(1, second.size) + second.values
    is_gone = (first.values < 0) | (second.values < 0)
    raw[is_gone] = -1
    dense, size = densely(raw, first.size * max(1, second.size))
    return Codes(dense, size)


def densely(values: Ints, end: int) -> tuple[Ints, int]:
    """Renames codes below `end` to 0, 1, 2 ... in their order, -1 staying; and how many are left.

    Args:
        values: Codes in [-1, end).
        end: One more than the greatest code that can occur.
    """
    if end > _TABLE_PER_ROW * len(values):
        kinds, dense = np.unique(values, return_inverse=True)
        lost = int(len(kinds) > 0 and kinds[0] < 0)
        return dense.astype(np.int64) - lost, len(kinds) - lost
    # The last entry is that of -1.
    is_used = np.zeros(end + 1, dtype=np.bool_)
    is_used[values] = True
    is_used[end] = False
    names = np.cumsum(is_used) - 1
    size = int(names[-1]) + 1 if end else 0
    names[end] = -1
    return names[values], size


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Gives the different values in ascending order; none of them may be NaN."""
    ordered = np.sort(values)
    return ordered[_is_new(ordered)]


def counts_of(values: Ints) -> Ints:
    """Counts each different value, in their ascending order."""
    return _counted(values, int(values.max(initial=-1)) + 1)[1]


def _counted(values: Ints, end: int) -> tuple[Ints, Ints]:
    """The different values in [0, end) in ascending order, and how often each comes."""
    if end <= len(values):  # Whole numbers sort quickly: a longer table costs more than that.
        counts = np.bincount(values, minlength=end)
        kinds = np.flatnonzero(counts)
        return kinds, counts[kinds]
    ordered = np.sort(values)
    starts = np.flatnonzero(_is_new(ordered))
    return ordered[starts], np.diff(starts, append=len(ordered))


def _is_new(ordered: npt.NDArray[Number]) -> npt.NDArray[np.bool_]:
    """Which ascending values differ from the one before."""
    is_new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return is_new
