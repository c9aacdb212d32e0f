"""What promoted changes make of a table: the repaired table, and the raw value of every cell.

What belongs here: applying changes to a file as read, whole or slice by slice, and accounting for
it. What a change does to a cell is in `repairs`.

A table in memory is repaired whole. One that was staged is repaired in slices, which are staged
in turn; equal rows are not dropped there, because that would need all of it at once.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from dmaic_assets.improve.changes import (
    CELLS_SCHEMA,
    ROW_COLUMN,
    Applied,
    Change,
    Skipped,
    apply_changes,
    skipped_changes,
)
from dmaic_assets.model import SourceFile
from dmaic_assets.table.read.staging import FrameStore, Reading, load_staged
from dmaic_assets.table.text_table import ROW, Before, SourceTable

# Rows repaired at a time: a row group of the accepted file, which bounds memory.
SLICE_ROWS = 262_144
NOT_APPLIED = "not applied: change "
TOO_LARGE = "the file is too large to compare all of its rows"


@dataclass(frozen=True)
class Repairs:
    """A file that changes touched.

    `table` is the repaired table, `cells` the log of repaired cells with data row numbers
    (`CELLS_SCHEMA`), `by_change` how many cells each change repaired, `fingerprint` a hash of all
    that was repaired or dropped.
    """

    table: SourceTable
    cells: pl.LazyFrame
    by_change: Mapping[str, int]
    fingerprint: str

    @property
    def cell_count(self) -> int:
        """Repaired cells."""
        return sum(self.by_change.values())

    def log(self, file: SourceFile) -> pl.LazyFrame:
        """The log as it is stored: source and key of the file, then the columns of `cells`."""
        return self.cells.select(
            pl.lit(file.source).alias("source"), pl.lit(file.key).alias("file"), pl.all()
        )


def repairs_of(table: SourceTable, changes: Sequence[Change], *, folder: Path) -> Repairs | None:
    """Applies active changes to a file as read; None when they touch nothing.

    Args:
        table: The file as read.
        changes: The changes.
        folder: Where the slices of a staged table go; its name tells file, reader and changes.

    Raises:
        StoreError: The folder refuses.
    """
    if table.is_in_memory:
        return _in_memory(table, changes)
    return _in_slices(table, [c for c in changes if c.repair.kind != "dedupe"], folder)


def skipped_of(table: SourceTable, changes: Sequence[Change]) -> tuple[Skipped, ...]:
    """The active changes that cannot be applied to a file as read, and why."""
    found = skipped_changes(table.lazy.collect_schema(), changes)
    if table.is_in_memory:
        return found
    known = {skipped.change for skipped in found}
    whole = (c for c in changes if c.repair.kind == "dedupe" and c.label not in known)
    return (*found, *(Skipped(c.label, TOO_LARGE) for c in whole))


def _in_memory(table: SourceTable, changes: Sequence[Change]) -> Repairs | None:
    raw = table.lazy.collect()
    applied = apply_changes(raw, changes)
    if applied.cells.is_empty() and applied.dropped.is_empty():
        return None
    numbers = table.data_rows()
    repaired = replace(
        table,
        lazy=applied.frame.lazy(),
        row_count=applied.frame.height,
        before=_before(raw, applied, numbers),
        row_numbers=_numbers(table, applied, numbers),
    )
    return _accounted(repaired, _numbered(applied.cells, numbers).lazy())


def _numbers(table: SourceTable, applied: Applied, numbers: pl.Series) -> pl.Series | None:
    if applied.dropped.is_empty():
        return table.row_numbers
    return numbers.gather(applied.kept).rename(ROW)


def _before(raw: pl.DataFrame, applied: Applied, numbers: pl.Series) -> Before:
    is_whole = applied.dropped.is_empty()
    places = applied.dropped.get_column(ROW_COLUMN)
    return Before(
        lazy=(raw if is_whole else raw[applied.kept.tolist()]).lazy(),
        dropped=raw[places.to_list()].insert_column(0, numbers.gather(places).rename(ROW)),
        dropped_by=applied.dropped.get_column("change"),
        copy_of=numbers.gather(np.asarray(applied.copy_of)),
    )


def _numbered(cells: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """The log with the data row number of each row, in place of its position."""
    return cells.with_columns(numbers.gather(cells.get_column(ROW_COLUMN)).alias(ROW_COLUMN))


def _in_slices(table: SourceTable, changes: Sequence[Change], folder: Path) -> Repairs | None:
    cells_folder = folder.with_name(f"{folder.name}-cells")
    rows = load_staged(table.file, lambda: folder, folder.parent)
    cells = load_staged(table.file, lambda: cells_folder, folder.parent)
    if rows is None or cells is None:
        found = _staged(table, changes, folder, cells_folder)
        if found is None:
            return None
        rows, cells = found
    untouched = pl.Series(ROW, [], dtype=pl.UInt32)
    nothing = pl.Series("change", [], dtype=pl.String)
    none = table.lazy.limit(0).collect().insert_column(0, untouched)
    before = Before(table.lazy, none, nothing, untouched)
    return _accounted(replace(table, lazy=rows.lazy, before=before), cells.lazy)


def _staged(
    table: SourceTable, changes: Sequence[Change], folder: Path, cells_folder: Path
) -> tuple[SourceTable, SourceTable] | None:
    rows = FrameStore(lambda: folder, in_memory_bytes=0)
    cells = FrameStore(lambda: cells_folder, in_memory_bytes=0)
    numbers, cell_count = table.data_rows(), 0
    try:
        for start, part in _slices(table.lazy, table.row_count):
            applied = apply_changes(part, changes)
            log = _numbered(applied.cells, numbers.slice(start, part.height))
            rows.add(applied.frame, size_bytes=1)
            cells.add(log, size_bytes=1)
            cell_count += log.height
        if not cell_count:
            return None
        reading = _reading(table.columns, table.row_count)
        log_reading = _reading(tuple(CELLS_SCHEMA), cell_count)
        return rows.table(table.file, reading), cells.table(table.file, log_reading)
    finally:
        rows.discard()
        cells.discard()


def _reading(columns: tuple[str, ...], rows: int) -> Reading:
    return Reading(columns, rows, (), (), None, is_text=False)


def _slices(lazy: pl.LazyFrame, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    for start in range(0, rows, SLICE_ROWS):
        yield start, lazy.slice(start, SLICE_ROWS).collect()


def _accounted(table: SourceTable, cells: pl.LazyFrame) -> Repairs:
    counted = cells.group_by("change").len().sort("change").collect(engine="streaming")
    by_change = {str(label): int(count) for label, count in counted.iter_rows()}
    notes = [f"{n:,} cells repaired by change {label}" for label, n in by_change.items()]
    if table.dropped_count:
        notes.append(f"{table.dropped_count:,} rows dropped by a change, as copies of others")
    repaired = replace(table, notes=(*table.notes, *notes))
    digest = _fingerprint(repaired, cells, sum(by_change.values()))
    return Repairs(repaired, cells, by_change, digest)


def _fingerprint(table: SourceTable, cells: pl.LazyFrame, cell_count: int) -> str:
    digest = hashlib.sha256()
    # A mark before every value tells empty text from no value.
    marked = cells.with_columns(pl.col("raw", "repaired").str.replace("^", "="))
    for _, part in _slices(marked, cell_count):
        digest.update(part.write_csv(include_header=False).encode())
    if table.before is not None:
        digest.update(table.before.dropped.select(ROW).write_csv().encode())
        digest.update(",".join(table.before.dropped_by.unique().sort()).encode())
    return digest.hexdigest()
