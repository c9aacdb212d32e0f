"""How often each value of a column occurs, exactly, however many different values there are.

Few different values are counted into one table. Many are found by their hashes first: a value
whose hash occurs once is certainly alone, and only the other rows are compared (`suspects`). Both
ways give the same facts.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from dmaic_assets.table.profile.column_batches import Column, compact
from dmaic_assets.table.profile.suspects import Hashes, Suspects, find_suspects, part_of

VALUE, COUNT = "value", "count"
# Most frequent values that a profile lists (docs/guides/profile.md).
TOP = 10


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds on time and memory; no fact depends on them.

    A table of values is kept while it is at most `max_table` long and `table_share` times
    shorter than the column, but always up to `probe_rows` values. `max_compared` rows are
    compared at a time.
    """

    probe_rows: int = 1 << 14
    table_share: int = 8
    max_table: int = 1 << 20
    max_compared: int = 1 << 22

    def table_length(self, rows: int) -> int:
        """The longest table that pays for a column of so many rows."""
        return max(self.probe_rows, min(self.max_table, rows // self.table_share))


BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Counted:
    """Exact counts of one column's values, nulls left out.

    `total` counts the values, however often each occurs. `top` is a frame of VALUE and COUNT
    with the ten most frequent values (or all, when fewer), the most frequent first, ties by the
    lower value. `table` has all values in no order; it is None when there are too many.
    """

    total: int
    distinct: int
    once: int
    top: pl.DataFrame
    table: pl.DataFrame | None


def count_values(column: Column, *, budget: Budget = BUDGET) -> Counted:
    """Counts the values of a column of any type that Polars can group by."""
    if column.dtype.is_nested():
        return _counted(tabulate(column))
    most = budget.table_length(column.rows)
    table = tabulate_few(column, most=most) if _repeats(column, budget) else None
    if table is not None:
        return _counted(table)
    hashes = _hashes(column)
    suspects = find_suspects(hashes)
    total = len(hashes)
    del hashes
    if suspects.distinct <= most:
        return _counted(tabulate(column))
    return _compared(column, suspects, total, budget)


def tabulate(column: Column) -> pl.DataFrame:
    """Counts values into a frame of VALUE and COUNT, in no order."""
    table = empty_table(column.dtype)
    for values in column.values():
        table = _grown(table, values)
    return table


def tabulate_few(column: Column, *, most: int) -> pl.DataFrame | None:
    """Counts values as `tabulate` does; stops with None when there are more than `most`."""
    table = empty_table(column.dtype)
    for values in column.values():
        table = _grown(table, values)
        if table.height > most:
            return None
    return table


def _grown(table: pl.DataFrame, values: pl.Series) -> pl.DataFrame:
    part = _table_of(values)
    return merged([table, part]) if table.height else part


def empty_table(dtype: pl.DataType) -> pl.DataFrame:
    """Builds a table of no values."""
    return pl.DataFrame(schema={VALUE: dtype, COUNT: pl.Int64})


def merged(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Adds the counts of several tables."""
    return pl.concat(tables).lazy().group_by(VALUE).agg(pl.col(COUNT).sum()).collect()


def top_of(table: pl.DataFrame, most: int = TOP) -> pl.DataFrame:
    """Takes the most frequent values, ties by the lower value, the most frequent first."""
    if table.height > most:
        bar = pl.lit(table[COUNT].top_k(most).min(), dtype=pl.Int64)
        above = table.filter(pl.col(COUNT) > bar)
        level = table.filter(pl.col(COUNT) == bar)
        table = pl.concat([above, level.bottom_k(most - above.height, by=VALUE)])
    return table.sort(COUNT, VALUE, descending=[True, False])


def _table_of(values: pl.Series) -> pl.DataFrame:
    counts = values.alias(VALUE).to_frame().lazy().group_by(VALUE)
    table = counts.agg(pl.len().cast(pl.Int64).alias(COUNT)).collect()
    return table.with_columns(compact(table[VALUE], len(values)))


def _counted(table: pl.DataFrame) -> Counted:
    return Counted(int(table[COUNT].sum()), table.height, _alone(table), top_of(table), table)


def _alone(table: pl.DataFrame) -> int:
    return int((table[COUNT] == 1).sum())


def _repeats(column: Column, budget: Budget) -> bool:
    """Guesses from the first values whether a table will do; a wrong guess only costs time."""
    head = next(column.values(), None)
    if head is None or column.rows <= budget.table_length(column.rows):
        return True
    probe = head.head(budget.probe_rows)
    return probe.n_unique() * 4 <= len(probe)


def _hashes(column: Column) -> Hashes:
    hashes = np.empty(column.rows, dtype=np.uint64)
    position = 0
    for values in column.values():
        hashes[position : position + len(values)] = values.hash().to_numpy()
        position += len(values)
    return hashes[:position]


def _compared(column: Column, suspects: Suspects, total: int, budget: Budget) -> Counted:
    parts = max(1, math.ceil(suspects.rows / budget.max_compared))
    compared, distinct, once = 0, 0, 0
    top = empty_table(column.dtype)
    for part in range(parts):
        rows = _suspected(column, suspects, part, parts)
        table = _table_of(rows)
        compared += len(rows)
        distinct += table.height
        once += _alone(table)
        top = top_of(pl.concat([top, top_of(table)]))
    alone = total - compared
    repeated = top.filter(pl.col(COUNT) > 1)
    if repeated.height < TOP:
        top = pl.concat([repeated, _least_alone(column, repeated[VALUE], TOP - repeated.height)])
    return Counted(total, alone + distinct, alone + once, top, None)


def _suspected(column: Column, suspects: Suspects, part: int, parts: int) -> pl.Series:
    found = [pl.Series(VALUE, [], dtype=column.dtype)]
    for values in column.values():
        hashes = values.hash().to_numpy()
        mask = suspects.mask(hashes) & part_of(hashes, part, parts)
        found.append(compact(values.filter(pl.Series(mask)).alias(VALUE), len(values)))
    return pl.concat(found)


def _least_alone(column: Column, repeated: pl.Series, most: int) -> pl.DataFrame:
    """Finds the lowest values that occur once, given all (fewer than ten) that occur twice."""
    least = pl.Series(VALUE, [], dtype=column.dtype)
    for values in column.values():
        near = values.filter(values <= least[-1]) if len(least) == most else values
        alone = near.filter(~near.is_in(repeated)) if len(repeated) else near
        least = pl.concat([least, alone.alias(VALUE)]).bottom_k(most).sort()
    return least.to_frame().with_columns(pl.lit(1, dtype=pl.Int64).alias(COUNT))
