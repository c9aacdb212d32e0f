"""Shapes of text: each letter and digit replaced by its class, all else as it stands.

`A` is an upper-case (or title-case) letter, `a` any other letter, `9` a decimal digit, of any
script. "Ab-12" has the shape "Aa-99" or, collapsed, "Aa-9": there a class character stands for a
run of one or more. What belongs here: shapes of a column, and what values have a given shape.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from dmaic_assets.model import ValueCount
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.shape_bytes import class_text
from dmaic_assets.table.profile.value_counts import (
    COUNT,
    VALUE,
    count_values,
    empty_table,
    merged,
    tabulate_few,
    top_of,
)

# Beyond so many variants runs are collapsed: "Anna" and "Maria" then share a shape.
MAX_FULL_SHAPES = 50
# Characters of a shape that are shown and stored.
SHAPE_LIMIT = 200
# Rows looked at first to tell whether a column has many shapes.
_PROBE_ROWS = 1 << 12
# Bytes of text (8 MB) whose shapes are made at a time: bounds memory.
_PIECE_BYTES = 1 << 23


@dataclass(frozen=True, slots=True)
class Shapes:
    """The ten most frequent shapes (a frame of VALUE and COUNT) and how many there are."""

    top: pl.DataFrame
    distinct: int
    is_collapsed: bool


def shape_series(values: pl.Series, *, is_collapsed: bool) -> pl.Series:
    """Builds the shape of every text; null stays null."""
    if values.null_count():
        shapes = shape_series(values.drop_nulls(), is_collapsed=is_collapsed)
        rows = values.is_not_null().arg_true()
        spread = pl.Series(values.name, [None], dtype=pl.String).new_from_index(0, len(values))
        return spread.scatter(rows, shapes)
    pieces = [class_text(piece, is_collapsed=is_collapsed) for piece in _pieces(values)]
    return pl.concat(pieces) if pieces else values


def shown_shapes(shapes: Shapes) -> tuple[ValueCount, ...]:
    """Lists the most frequent shapes, cut after `SHAPE_LIMIT` characters."""
    counts = shapes.top[COUNT].to_list()
    return tuple(
        ValueCount(shape if len(shape) <= SHAPE_LIMIT else shape[: SHAPE_LIMIT - 1] + "…", count)
        for shape, count in zip(shapes.top[VALUE].to_list(), counts, strict=True)
    )


def count_shapes(column: Column) -> Shapes:
    """Counts the shapes of a text column; collapsed when more than `MAX_FULL_SHAPES` differ."""
    full = _shape_column(column, is_collapsed=False)
    if not _has_many(column):
        table = tabulate_few(full, most=MAX_FULL_SHAPES)
        if table is not None:
            return Shapes(top_of(table), table.height, is_collapsed=False)
    counted = count_values(_shape_column(column, is_collapsed=True))
    return Shapes(counted.top, counted.distinct, is_collapsed=True)


def count_table_shapes(table: pl.DataFrame) -> Shapes:
    """Counts the shapes of texts that are given with the number of rows that hold each."""
    full = _weighted(table, is_collapsed=False)
    if full.height <= MAX_FULL_SHAPES:
        return Shapes(top_of(full), full.height, is_collapsed=False)
    collapsed = _weighted(table, is_collapsed=True)
    return Shapes(top_of(collapsed), collapsed.height, is_collapsed=True)


def _weighted(table: pl.DataFrame, *, is_collapsed: bool) -> pl.DataFrame:
    if not table.height:
        return empty_table(pl.String())
    shapes = shape_series(table[VALUE], is_collapsed=is_collapsed)
    return merged([pl.DataFrame([shapes.alias(VALUE), table[COUNT]])])


def _shape_column(column: Column, *, is_collapsed: bool) -> Column:
    def shaped(values: pl.Series) -> pl.Series:
        return shape_series(values, is_collapsed=is_collapsed)

    return column.map(shaped, pl.String())


def _has_many(column: Column) -> bool:
    """Looks whether the first values alone have too many shapes, to spare counting them all."""
    head = next(column.values(), None)
    if head is None:
        return False
    return shape_series(head.head(_PROBE_ROWS), is_collapsed=False).n_unique() > MAX_FULL_SHAPES


def _pieces(values: pl.Series) -> Iterator[pl.Series]:
    """Cuts a series so that no piece has more bytes than fit into the temporaries' budget."""
    ends = np.cumsum(values.str.len_bytes().to_numpy(), dtype=np.int64)
    start = 0
    while start < len(values):
        done = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, done + _PIECE_BYTES, side="right"))
        stop = max(stop, start + 1)
        yield values.slice(start, stop - start)
        start = stop
