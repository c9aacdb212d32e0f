"""Whether the values of a column stand in order in the file; nulls are skipped."""

from typing import Literal, TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.table.profile.column_batches import Column
from dmaic_assets.table.profile.value_runs import Numbers

RowOrder: TypeAlias = Literal["ascending", "descending", "no"]

# Most columns show within a few rows that they are in no order.
_HEAD_ROWS = 1024


def order_of_numbers(values: Numbers) -> RowOrder:
    """Tells the order of numbers in row order.

    Ties are allowed; values that are all equal, or fewer than two, are in no order, nor is a
    column with NaN.
    """
    can_rise, can_fall = True, True
    for part in (values[:_HEAD_ROWS], values):
        can_rise = can_rise and bool(np.all(part[1:] >= part[:-1]))
        can_fall = can_fall and bool(np.all(part[1:] <= part[:-1]))
        if not can_rise and not can_fall:
            return "no"
    return _order(can_rise=can_rise, can_fall=can_fall)


def order_of_column(column: Column) -> RowOrder:
    """Tells the order of a column of any type that Polars can sort, as `order_of_numbers` does.

    Text is compared by code points. Reading stops as soon as no order is left.
    """
    can_rise, can_fall = True, True
    last = pl.Series(column.name, [], dtype=column.dtype)
    for values in column.values():
        joined = pl.concat([last, values])
        for part in (joined.head(_HEAD_ROWS), joined):
            can_rise = can_rise and part.is_sorted()
            can_fall = can_fall and part.is_sorted(descending=True)
            if not can_rise and not can_fall:
                return "no"
        last = values.tail(1)
    return _order(can_rise=can_rise, can_fall=can_fall)


def _order(*, can_rise: bool, can_fall: bool) -> RowOrder:
    if can_rise == can_fall:
        return "no"
    return "ascending" if can_rise else "descending"
