"""Facts of text and of binary: values, lengths and, for text, shapes.

Lengths are characters (Unicode code points) of text and bytes of binary. Texts are ordered by
code points, so "Z" < "a" < "ä".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl

from dmaic_assets.model import ColumnProfile
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.row_order import order_of_column
from dmaic_assets.table.profile.shapes import count_shapes, count_table_shapes, shown_shapes
from dmaic_assets.table.profile.value_counts import COUNT, VALUE, Counted, count_values
from dmaic_assets.table.profile.value_texts import texts_of, value_counts

Lengths = Callable[[pl.Series], pl.Series]


@dataclass(frozen=True, slots=True)
class _Extent:
    """Least and greatest value, and lengths over all rows."""

    least: pl.Series
    greatest: pl.Series
    length_min: int
    length_max: int
    length_sum: int


def profile_text(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a text column; `base` holds its name, type and rows."""
    counted = count_values(column)
    profile = _with_values(column, base, counted, _characters)
    shapes = count_shapes(column) if counted.table is None else count_table_shapes(counted.table)
    return replace(
        profile,
        shapes=shown_shapes(shapes),
        shape_count=shapes.distinct,
        is_shape_collapsed=shapes.is_collapsed,
    )


def profile_binary(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a binary column; `base` holds its name, type and rows."""
    return _with_values(column, base, count_values(column), _bytes)


def _with_values(
    column: Column, base: ColumnProfile, counted: Counted, lengths: Lengths
) -> ColumnProfile:
    base = replace(base, null_count=base.rows - counted.total)
    if not counted.distinct:
        return base
    if counted.table is not None:
        extent = _extent([(counted.table[VALUE], counted.table[COUNT])], lengths)
    else:
        extent = _extent(((values, None) for values in column.values()), lengths)
    return replace(
        base,
        distinct_count=counted.distinct,
        once_count=counted.once,
        minimum=texts_of(extent.least)[0],
        maximum=texts_of(extent.greatest)[0],
        length_min=extent.length_min,
        length_max=extent.length_max,
        length_mean=extent.length_sum / counted.total,
        top_values=value_counts(counted.top),
        is_sorted=order_of_column(column),
    )


def _extent(parts: Iterable[tuple[pl.Series, pl.Series | None]], lengths: Lengths) -> _Extent:
    extents = [_extent_of(values, counts, lengths) for values, counts in parts]
    least = pl.concat([extent.least for extent in extents])
    greatest = pl.concat([extent.greatest for extent in extents])
    return _Extent(
        least=least.sort().head(1),
        greatest=greatest.sort().tail(1),
        length_min=min(extent.length_min for extent in extents),
        length_max=max(extent.length_max for extent in extents),
        length_sum=sum(extent.length_sum for extent in extents),
    )


def _extent_of(values: pl.Series, counts: pl.Series | None, lengths: Lengths) -> _Extent:
    sizes = lengths(values).cast(pl.Int64)
    total = sizes.sum() if counts is None else (sizes * counts).sum()
    return _Extent(
        least=pl.Series([values.min()], dtype=values.dtype),
        greatest=pl.Series([values.max()], dtype=values.dtype),
        length_min=int(sizes.min() or 0),  # pyright: ignore[reportArgumentType] - Int64
        length_max=int(sizes.max() or 0),  # pyright: ignore[reportArgumentType] - Int64
        length_sum=int(total),
    )


def _characters(values: pl.Series) -> pl.Series:
    return values.str.len_chars()


def _bytes(values: pl.Series) -> pl.Series:
    return values.bin.size()
