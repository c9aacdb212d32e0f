"""Facts of columns that are neither numbers, times nor text: booleans, nested values, nothing."""

from dataclasses import replace

from dmaic_assets.model import ColumnProfile
from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.row_order import order_of_column
from dmaic_assets.table.profile.value_counts import VALUE, count_values
from dmaic_assets.table.profile.value_texts import value_counts


def profile_boolean(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a column of booleans; `base` holds its name, type and rows."""
    counted = count_values(column)
    present = {bool(value) for value in counted.top[VALUE]}
    return replace(
        base,
        null_count=base.rows - counted.total,
        distinct_count=counted.distinct,
        once_count=counted.once,
        minimum=all(present) if present else None,
        maximum=any(present) if present else None,
        top_values=value_counts(counted.top),
        is_sorted=order_of_column(column),
    )


def profile_nested(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a column of lists, arrays or structs: how often each whole value occurs."""
    counted = count_values(column)
    return replace(
        base,
        null_count=base.rows - counted.total,
        distinct_count=counted.distinct,
        once_count=counted.once,
        top_values=value_counts(counted.top),
    )


def profile_nothing(column: Column, base: ColumnProfile) -> ColumnProfile:
    """Measures a column whose type has no values: all null."""
    return replace(base, null_count=column.rows)
