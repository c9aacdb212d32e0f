"""Suspicious cells of one file on disk: reading it, and listing what `cell_errors` finds.

What belongs here: from a path to cells with the file's own row numbers, and their CSV. What is
suspicious, `cell_errors` knows.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dmaic_assets.improve.cell_errors import CellErrorOptions, find_cell_errors
from dmaic_assets.phenomena.mapping.cells import agreement_limits
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.store.effect_files import write_bytes
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.read.spreadsheet_text import shown_as_text

CSV_COLUMNS = ("row", "column", "reason", "score")


@dataclass(frozen=True)
class CellErrorReport:
    """The suspicious cells of a file.

    `cells` has `column`, `row` (0-based data row, malformed ones counted), `reason` and `score`
    in [0, 1], the highest score first. `malformed` counts the rows that do not fit the header:
    they have no cells, and a note says so.
    """

    cells: pl.DataFrame
    rows: int
    columns: tuple[str, ...]
    malformed: int
    notes: tuple[str, ...]


def cell_errors_of(
    path: Path, *, least_score: float, null_tokens: Sequence[str] = ()
) -> CellErrorReport:
    """Finds the suspicious cells of a file, without rules, history or labels.

    Args:
        path: A file of any format that can be read.
        least_score: Cells below this score are left out.
        null_tokens: Spellings of a missing value beside the usual ones.

    Raises:
        UnreadableFileError: There is no such file, or it cannot be parsed.
    """
    file = source_file(path, source="errors")
    options = CellErrorOptions(tuple(null_tokens), least_score)
    with tempfile.TemporaryDirectory(prefix="dmaic-") as staging:
        table = read_table(file, ReadOptions(), IntakeSettings(), staging=Path(staging))
        cells = find_cell_errors(table.lazy.collect(), options)
    if table.row_numbers is not None:
        numbers = table.row_numbers.gather(cells.get_column("row"))
        cells = cells.with_columns(numbers.alias("row"))
    malformed = len(table.malformed)
    limits = agreement_limits(table.row_count, len(table.columns))
    notes = [*table.notes, *([limits] if limits else [])]
    if malformed:
        notes.append(f"{malformed} rows do not fit the header; they have no cells to look at")
    return CellErrorReport(cells, table.total_rows, table.columns, malformed, tuple(notes))


def write_cell_errors(report: CellErrorReport, target: Path) -> None:
    """Writes the cells as CSV with the header `row,column,reason,score`, atomically.

    Raises:
        StoreError: The target cannot be written.
    """
    text = shown_as_text(report.cells.select(CSV_COLUMNS)).write_csv()
    write_bytes(target, text.encode("utf-8", "surrogatepass"))
