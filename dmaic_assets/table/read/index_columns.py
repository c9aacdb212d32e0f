"""Columns that only count rows: what other programs write of their own, without being asked.

What belongs here: telling them, and leaving them out where a person says so. A column is left out
only if it holds nothing but the numbers of its rows, so that nothing is lost.
"""

import re
from dataclasses import replace

import polars as pl

from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.text_table import SourceTable

# What pandas calls a column without a name; written and read again, `Unnamed: 0.1`.
_UNNAMED = re.compile(r"unnamed: ?\d+(?:\.\d+)?", re.IGNORECASE)
# Further names that row numbers usually have; a person chose them, perhaps.
_USUAL = re.compile(r"column0|index|level_\d+", re.IGNORECASE)


def without_index_columns(table: SourceTable, options: ReadOptions) -> SourceTable:
    """Leaves the columns out that only count rows, if the options say so, and notes them.

    Asked are delimited texts with a header: columns without a name, or with the one that stands
    for none. They count rows from 0 or 1, malformed rows included.

    Args:
        table: A file as read.
        options: How its source is read.
    """
    if table.dialect is None or not table.dialect.has_header:
        return table
    unnamed = [
        name
        for number, name in enumerate(table.columns, start=1)
        if _UNNAMED.fullmatch(name) or name == f"column_{number}"
    ]
    if options.index_columns == "keep":
        first = table.columns[0]
        if first not in unnamed and not _USUAL.fullmatch(first):
            return table
        told = "it was kept (read.index_columns: drop leaves it out if it only counts rows)"
        return _noted(table, f"the first column, {first}, looks like a row index; {told}")
    gone = [name for name in unnamed if _counts_rows(table, name)]
    if len(gone) == len(table.columns):
        gone = []
    for name in unnamed:
        is_gone = name in gone
        told = "counts the rows; it was left out" if is_gone else "is more than a row index; kept"
        table = _noted(table, f"the column {name} {told}")
    kept = tuple(name for name in table.columns if name not in gone)
    return replace(table, columns=kept, lazy=table.lazy.select(kept)) if gone else table


def _counts_rows(table: SourceTable, name: str) -> bool:
    values = table.lazy.select(name).collect().to_series()
    numbers = table.data_rows().cast(pl.Int64)
    return any(bool(values.eq_missing((numbers + first).cast(pl.String)).all()) for first in (0, 1))


def _noted(table: SourceTable, note: str) -> SourceTable:
    return replace(table, notes=(*table.notes, note))
