"""Columns as whole numbers: the same number where, and only where, the value is the same.

What belongs here: codes, and rows grouped by several of them, exactly and in linear time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Codes: TypeAlias = npt.NDArray[np.unsignedinteger]
# Positions of rows.
Rows: TypeAlias = npt.NDArray[np.signedinteger]

# Odd factor near 2**64 over the golden ratio: it spreads neighbours (Knuth, TAOCP 3, 6.4).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
# Odd factor between two rounds of spreading: what fell together once falls apart next time.
_AGAIN = np.uint64(0xD6E8FEB86659FD93)
# Slots per row of a table of groups: at two, four rows in five find a slot in the first round.
_SLOTS = 2
_CODE = "code"


@dataclass(frozen=True, slots=True)
class Coded:
    """A table as codes: one array a column, each from 0 to the column's count of values less 1.

    A null is a value like any other and equal to itself; so is a NaN, and 0.0 is -0.0.
    """

    names: tuple[str, ...]
    columns: tuple[Codes, ...]
    distinct: tuple[int, ...]
    rows: int


def coded(frame: pl.DataFrame) -> Coded:
    """Codes every column of a frame, in order of first appearance.

    Raises:
        polars.exceptions.PolarsError: A column holds Python objects.
    """
    columns: list[Codes] = []
    distinct: list[int] = []
    for name in frame.columns:
        one = frame.select(name)
        values = one.unique(maintain_order=True)
        numbered = values.with_row_index(_free(name))
        codes = one.join(
            numbered, on=name, how="left", nulls_equal=True, maintain_order="left"
        ).get_column(_free(name))
        width = np.min_scalar_type(max(values.height - 1, 0))
        columns.append(codes.to_numpy().astype(width))
        distinct.append(values.height)
    return Coded(tuple(frame.columns), tuple(columns), tuple(distinct), frame.height)


def _free(name: str) -> str:
    return _CODE if name != _CODE else f"{_CODE}_"


def first_of(keys: npt.NDArray[np.uint64]) -> Rows:
    """Gives for every row one row of its group, the same for all rows of the group.

    Rows are thrown into slots by their spread key. A row whose slot is held by its own group is
    done; the groups that lost their slot are thrown again, whole, with other spreading.

    Args:
        keys: One number a row; rows of the same number are a group.
    """
    # Half the width where positions fit: the slots of a long table then stay in the cache.
    kind = np.int32 if len(keys) < 1 << 31 else np.int64
    first = np.arange(len(keys), dtype=kind)
    left, own, spread = first.copy(), keys, keys
    while len(left):
        bits = max(1, int(len(left) * _SLOTS - 1).bit_length())
        slots = ((spread * _SPREAD) >> np.uint64(64 - bits)).view(np.int64)
        holder = np.empty(1 << bits, dtype=kind)
        holder[slots] = np.arange(len(left), dtype=kind)
        held = holder[slots]
        first[left] = left[held]
        lost = np.flatnonzero(own[held] != own)
        left, own, spread = left[lost], own[lost], spread[lost]
        spread = (spread ^ (spread >> np.uint64(29))) * _AGAIN
    return first


def grouped(table: Coded, columns: Sequence[int]) -> Rows:
    """Gives for every row one row that has the same values in the given columns.

    Args:
        table: At least one row.
        columns: At least one column, by position.
    """
    ordered = sorted(columns, key=lambda c: table.distinct[c])
    keys = table.columns[ordered[0]].astype(np.uint64)
    room = table.distinct[ordered[0]]
    for column in ordered[1:]:
        wide = table.distinct[column]
        if room * wide >= 1 << 63:
            keys, room = first_of(keys).astype(np.uint64), table.rows
        keys = keys * np.uint64(wide) + table.columns[column]
        room *= wide
    return first_of(keys)
