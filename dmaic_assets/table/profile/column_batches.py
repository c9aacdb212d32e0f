"""The columns of a table, read batch by batch, as often as a fact needs it.

What belongs here: where batches come from. What does not: what is measured on them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.selectors import by_index

from dmaic_assets.table.profile.value_runs import Numbers

# Large enough that a batch's fixed cost vanishes, small enough to stay out of the memory peak.
BATCH_ROWS = 1 << 19
SERIES = "column"
# Rows: below this a batch costs more in calls than in values, however wide its rows.
_MIN_BATCH_ROWS = 1 << 12
# Bytes of one batch (256 MB): keeps wide rows out of the memory peak.
_BATCH_BYTES = 1 << 28
# Bytes (256 MB) up to which a column is kept in memory rather than read again.
HELD_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Column:
    """A column of known type and length; `read(start, count)` gives rows in file order.

    What is read is named `SERIES`, not `name`: Polars takes some names ("*") for patterns.
    """

    name: str
    dtype: pl.DataType
    rows: int
    read: Callable[[int, int], pl.Series]
    batch_rows: int = BATCH_ROWS

    def batches(self) -> Iterator[pl.Series]:
        """Reads the column once from the start; every batch has at least one row."""
        for start in range(0, self.rows, self.batch_rows):
            yield self.read(start, min(self.batch_rows, self.rows - start))

    def values(self) -> Iterator[pl.Series]:
        """Reads the values that are not null, once from the start; no batch is empty."""
        for batch in self.batches():
            values = batch.drop_nulls() if batch.null_count() else batch
            if len(values):
                yield values

    def map(self, change: Callable[[pl.Series], pl.Series], dtype: pl.DataType) -> "Column":
        """Builds the column that `change` makes of the values, when they are read.

        Nulls are left out of what `change` is given, so a batch may be shorter than asked for.
        """

        def read(start: int, count: int) -> pl.Series:
            batch = self.read(start, count)
            return change(batch.drop_nulls() if batch.null_count() else batch)

        return Column(self.name, dtype, self.rows, read, self.batch_rows)

    def null_count(self) -> int:
        """Counts the rows without a value."""
        return sum(batch.null_count() for batch in self.batches())

    def gather(self, dtype: npt.DTypeLike) -> Numbers:
        """Copies the values of a numeric column into one new array, in row order."""
        gathered: Numbers = np.empty(self.rows, dtype=dtype)
        position = 0
        for values in self.values():
            gathered[position : position + len(values)] = values.to_numpy()
            position += len(values)
        return gathered[:position]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a lazy frame that need not fit into memory, read by columns and by batches."""

    lazy: pl.LazyFrame
    schema: pl.Schema
    rows: int
    batch_rows: int = BATCH_ROWS

    def select(self, names: Sequence[str]) -> pl.LazyFrame:
        """Selects columns in the given order, by place: `pl.col` takes "*" for a pattern."""
        places = {name: place for place, name in enumerate(self.schema)}
        return self.lazy.select(by_index(*(places[name] for name in names)))

    def column(self, name: str) -> Column:
        """Gives one column; every reading of it collects its slice of the frame anew."""
        selected = self.select([name])

        def read(start: int, count: int) -> pl.Series:
            return selected.slice(start, count).collect().to_series().alias(SERIES)

        return Column(name, self.schema[name], self.rows, read, self.batch_rows)

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Reads some columns together, once from the start, named "0", "1", ... in that order."""
        selected = self.select(names)
        for start in range(0, self.rows, self.batch_rows):
            batch = selected.slice(start, self.batch_rows).collect()
            batch.columns = [str(place) for place in range(batch.width)]
            yield batch


def column_in_memory(series: pl.Series) -> Column:
    """Wraps a series that is in memory; reading copies nothing."""
    return Column(series.name, series.dtype, len(series), series.alias(SERIES).slice)


def compact(part: pl.Series, of_rows: int) -> pl.Series:
    """Copies the text of a small part of a batch, which otherwise keeps all of it in memory.

    Args:
        part: Some rows of a batch.
        of_rows: The rows of that batch.
    """
    if part.dtype != pl.String or of_rows < _MIN_BATCH_ROWS or 2 * len(part) > of_rows:
        return part
    return pl.Series(part.name, part.to_arrow(compat_level=pl.CompatLevel.oldest()))


def held(column: Column) -> Column:
    """Takes a column into memory when it is small, so that it is read (and cast) only once."""
    first = next(column.batches(), None)
    if first is None or first.estimated_size() * column.rows > HELD_BYTES * len(first):
        return column
    whole = pl.concat(column.batches())
    return replace(column, read=whole.slice)


def batch_rows_for(size_bytes: int, rows: int) -> int:
    """Chooses the rows of a batch so that whole rows of this average size fit into memory."""
    if not rows or not size_bytes:
        return BATCH_ROWS
    return max(_MIN_BATCH_ROWS, min(BATCH_ROWS, _BATCH_BYTES * rows // size_bytes))
