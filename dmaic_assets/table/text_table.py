"""The table that reading a source file gives, before any type is inferred.

What belongs here: the table and its row numbering. What does not: parsing (`reading`) and types
(`column_types`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import polars.selectors as cs

from dmaic_assets.model import Dialect, MalformedRow, SourceFile

# Carries the 0-based data row number (UInt32) wherever rows leave their file's order.
ROW = "_dmaic_row"
# Names, in rows that are set apart, the rules that they fail, joined by ";".
RULES = "_dmaic_rules"


@dataclass(frozen=True, slots=True)
class Before:
    """What stood in the file where promoted changes touched its rows.

    `lazy` has the rows and columns of `SourceTable.lazy` as they were read. `dropped` are the rows
    that a change drops as copies, raw and sorted: `ROW`, then the columns of the table;
    `dropped_by` names the change of each, `copy_of` the data row that it is a copy of.
    """

    lazy: pl.LazyFrame
    dropped: pl.DataFrame
    dropped_by: pl.Series
    copy_of: pl.Series


@dataclass(frozen=True, slots=True)
class LineAbove:
    """A line above the table that is no part of it; `line` is 1-based, `raw` without line end."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class SourceTable:
    """The rows of one source file that fit its header, in file order.

    `lazy` is a frame in memory or a scan of staged Parquet, with `columns` as its columns and
    `row_count` rows; for CSV and TSV every column is text (null for an empty unquoted field,
    "" for a quoted empty one). `malformed` holds the other data rows. `row_numbers` is None
    when row i of `lazy` is data row i; otherwise row i is data row `row_numbers[i]`. `is_the_file`
    tells that the file itself is Parquet with these very columns, for every reader of it. `before`
    is None unless changes touched the rows; those that a change dropped are in no other field.
    `above` are the lines that are no data rows; they are kept in quarantine.
    """

    file: SourceFile
    dialect: Dialect | None
    lazy: pl.LazyFrame
    columns: tuple[str, ...]
    row_count: int
    malformed: tuple[MalformedRow, ...] = ()
    row_numbers: pl.Series | None = None
    is_text: bool = True
    is_in_memory: bool = True
    is_the_file: bool = False
    notes: tuple[str, ...] = ()
    before: Before | None = None
    above: tuple[LineAbove, ...] = ()

    @property
    def dropped_count(self) -> int:
        """Rows that a change dropped as copies of others."""
        return self.before.dropped.height if self.before else 0

    @property
    def total_rows(self) -> int:
        """Data rows of the file, malformed and dropped ones included."""
        return self.row_count + len(self.malformed) + self.dropped_count

    @property
    def lazy_as_read(self) -> pl.LazyFrame:
        """The rows of `lazy` as they stand in the file."""
        return self.before.lazy if self.before else self.lazy

    @property
    def malformed_share(self) -> float:
        """Malformed among all data rows; 0 for a file without rows."""
        return len(self.malformed) / self.total_rows if self.total_rows else 0.0

    def data_rows(self) -> pl.Series:
        """Builds the data row number of every row of `lazy` as a UInt32 series named `ROW`."""
        if self.row_numbers is not None:
            return self.row_numbers
        return pl.Series(ROW, np.arange(self.row_count, dtype=np.uint32))


def numbers_without(total: int, gaps: tuple[int, ...]) -> pl.Series | None:
    """Builds the data row numbers 0 to `total` - 1 without those in `gaps`.

    Returns:
        A UInt32 series named `ROW`, or None when the kept rows are numbered 0, 1, 2, ...
    """
    kept = total - len(gaps)
    if not gaps or min(gaps) >= kept:
        return None
    keep = np.ones(total, dtype=bool)
    keep[list(gaps)] = False
    return pl.Series(ROW, np.flatnonzero(keep).astype(np.uint32))


def column(name: str) -> pl.Expr:
    """Refers to one column by its exact name, however it is spelt ("*" and "^a$" included)."""
    if name == "*" or (name.startswith("^") and name.endswith("$")):
        return cs.by_name(name).as_expr()
    return pl.col(name)
