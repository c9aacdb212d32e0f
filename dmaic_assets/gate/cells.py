"""Failing rows and cells of a judged file, as frames.

A rule over several columns blames the cell of each of them; uniqueness blames every copy; a rule
about the row as a whole (duplicate rows, malformed rows) gives one line without a column.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from dmaic_assets.gate.context import rows_of
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.table.read.spreadsheet_text import shown_as_text
from dmaic_assets.table.text_table import ROW, SourceTable

_SCHEMA = {ROW: pl.UInt32, "column": pl.String, "rule": pl.String}


def failing_rows(table: SourceTable, outcomes: Iterable[Outcome]) -> pl.DataFrame:
    """Lists every failing row of every rule: `ROW` and "rule", sorted by both."""
    parts = [
        pl.DataFrame({ROW: rows, "rule": pl.repeat(o.rule.id, len(rows), eager=True)})
        for o in outcomes
        if len(rows := _rows(table, o))
    ]
    if not parts:
        return pl.DataFrame(schema={ROW: pl.UInt32, "rule": pl.String})
    return pl.concat(parts).sort(ROW, "rule")


def failing_cells(table: SourceTable, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Lists every failing cell: `ROW`, "column" ("" for the row as a whole) and "rule".

    Sorted by row, then by the columns' order in the file, then by rule. Memory grows with the
    number of failing cells.
    """
    parts = list(_cells(table, outcomes))
    if not parts:
        return no_cells()
    order = {name: index for index, name in enumerate(table.columns)}
    place = pl.col("column").replace_strict(order, default=len(order), return_dtype=pl.UInt32)
    return pl.concat(parts).sort(pl.col(ROW), place, pl.col("rule"))


def no_cells() -> pl.DataFrame:
    """The list of failing cells when there are none."""
    return pl.DataFrame(schema=_SCHEMA)


def write_cells(cells: pl.DataFrame, path: Path) -> None:
    """Writes cells as CSV with the header `row,column,rule`; rows are 0-based data rows."""
    shown_as_text(cells.rename({ROW: "row"})).write_csv(path)


def _cells(table: SourceTable, outcomes: Iterable[Outcome]) -> Iterator[pl.DataFrame]:
    for outcome in outcomes:
        rows = _rows(table, outcome)
        if not len(rows):
            continue
        for column in outcome.blamed or ("",):
            yield pl.DataFrame(
                {
                    ROW: rows,
                    "column": pl.repeat(column, len(rows), eager=True),
                    "rule": pl.repeat(outcome.rule.id, len(rows), eager=True),
                },
                schema=_SCHEMA,
            )


def _rows(table: SourceTable, outcome: Outcome) -> pl.Series:
    if outcome.row_numbers:
        return pl.Series(ROW, outcome.row_numbers, dtype=pl.UInt32)
    if outcome.mask is None:
        return pl.Series(ROW, [], dtype=pl.UInt32)
    return rows_of(table, outcome.mask.arg_true())
