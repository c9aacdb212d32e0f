"""Reads Parquet files by their own schema.

What belongs here: what Parquet itself can tell of damage. What does not: writing.
"""

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.intake.column_names import is_reserved
from dmaic_assets.intake.table import Table
from dmaic_assets.model import SourceFile
from dmaic_assets.settings import IntakeSettings

# What a decoded value takes at least; encodings make the file smaller than its rows.
_CELL_BYTES = 8


def read_parquet_table(file: SourceFile, intake: IntakeSettings) -> Table:
    """Reads a Parquet file; every page is decoded once, so damage shows here and not later.

    A file whose rows would take more than `intake.in_memory_bytes` is checked in a stream and
    then only scanned: it is its own staged form.

    Raises:
        UnreadableFileError: The file is cut, damaged or no Parquet, holds a type that is not
            known, has no columns or too many, or uses a name that the platform keeps.
    """
    subject = str(file.path)
    if file.size_bytes == 0:
        raise UnreadableFileError(subject, "holds no bytes", "Fetch the file again.")
    scan = pl.scan_parquet(file.path, glob=False)
    try:
        columns = tuple(scan.collect_schema().names())
        _refuse_columns(columns, subject, intake)
        rows = int(scan.select(pl.len()).collect().item())
        size = max(file.size_bytes, rows * len(columns) * _CELL_BYTES)
        is_in_memory = size <= intake.in_memory_bytes
        if is_in_memory:
            lazy = pl.read_parquet(file.path, glob=False).lazy()
        else:
            # Decodes every value without keeping it.
            scan.select(pl.all().null_count()).collect(engine="streaming")
            lazy = scan
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        # Some kinds of damage make Polars panic; a panic is no Exception to Python.
        reason = f"not a whole Parquet file: {_first_line(error)}"
        fix = "Fetch the file again; it may have been cut or still be on its way."
        raise UnreadableFileError(subject, reason, fix) from error
    return Table(
        file=file,
        dialect=None,
        lazy=lazy,
        columns=columns,
        row_count=rows,
        is_text=False,
        is_in_memory=is_in_memory,
        notes=() if rows else ("the file has columns and no rows",),
    )


def _refuse_columns(columns: tuple[str, ...], subject: str, intake: IntakeSettings) -> None:
    if not columns:
        raise UnreadableFileError(subject, "has no columns", "Write it with columns.")
    if len(columns) > intake.max_columns:
        raise UnreadableFileError(
            subject,
            f"has {len(columns):,} columns, more than {intake.max_columns:,}",
            "Raise intake.max_columns in config/dmaic.yaml.",
        )
    kept = next((name for name in columns if is_reserved(name)), None)
    if kept is not None:
        reason = f"has a column {kept!r}, a name that the platform or Polars keeps for itself"
        raise UnreadableFileError(subject, reason, "Rename the column.")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
