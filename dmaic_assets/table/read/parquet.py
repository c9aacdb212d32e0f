"""Reads Parquet files by their own schema.

What belongs here: what Parquet itself can tell of damage. What does not: writing.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import SourceFile
from dmaic_assets.settings.project import IntakeSettings
from dmaic_assets.table.read.column_names import clean_names, is_reserved
from dmaic_assets.table.read.native_types import is_text_like
from dmaic_assets.table.read.not_text import SIGNATURE_BYTES, refuse_no_parquet
from dmaic_assets.table.read.parquet_types import (
    Arrow,
    ParquetColumn,
    describe_columns,
    refuse_column,
)
from dmaic_assets.table.read.parquet_values import (
    WIDE,
    read_changed,
    read_wide_integers,
    refuse_impossible_times,
)
from dmaic_assets.table.read.staging import FrameStore
from dmaic_assets.table.text_table import SourceTable

# What a decoded value takes at least; encodings make the file smaller than its rows.
_CELL_BYTES = 8


def read_parquet_table(file: SourceFile, intake: IntakeSettings, store: FrameStore) -> SourceTable:
    """Reads a Parquet file; every page is decoded once, so damage shows here and not later.

    A file whose rows would take more than `intake.in_memory_bytes` is checked in a stream and
    then only scanned: it is its own staged form. A file with columns that are kept as another
    type, or under another name, is read into `store` instead.

    Raises:
        UnreadableFileError: The file is cut, damaged or no Parquet, holds a type or value that
            cannot be kept exactly, has no columns or too many, or uses a name that the platform
            keeps.
        StoreError: The staging folder refuses.
    """
    subject = str(file.path)
    if file.size_bytes == 0:
        raise UnreadableFileError(subject, "holds no bytes", "Fetch the file again.")
    try:
        return _read(file, intake, store)
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        OSError,
    ) as error:
        # Some kinds of damage make Polars panic; a panic is no Exception to Python.
        with file.path.open("rb") as raw:
            refuse_no_parquet(raw.read(SIGNATURE_BYTES), subject)
        reason = f"not a whole Parquet file: {_first_line(error)}"
        fix = "Fetch the file again; it may have been cut or still be on its way."
        raise UnreadableFileError(subject, reason, fix) from error


def _read(file: SourceFile, intake: IntakeSettings, store: FrameStore) -> SourceTable:
    subject = str(file.path)
    scan = pl.scan_parquet(file.path, glob=False)
    try:
        parquet = pq.ParquetFile(file.path)
    except pa.ArrowNotImplementedError as error:
        _refuse_all_but_wide(scan.collect_schema(), subject, error)
        _refuse_columns(scan.collect_schema().names(), subject, intake)
        return read_wide_integers(file, scan, store)
    _refuse_columns(parquet.schema_arrow.names, subject, intake)
    columns = describe_columns(parquet, subject)
    refuse_impossible_times(file.path, columns, subject)
    names, notes = [c.name for c in columns], ()
    if len({name.lower() for name in names}) < len(names):
        names, notes = clean_names(names)
    elif not any(c.told for c in columns):
        columns = _compared(columns, scan, parquet.schema_arrow, subject)
    if notes or any(c.told for c in columns):
        return read_changed(file, columns, names, notes, store)
    return _as_it_is(file, scan, intake)


def _as_it_is(file: SourceFile, scan: pl.LazyFrame, intake: IntakeSettings) -> SourceTable:
    columns = tuple(scan.collect_schema().names())
    rows = int(scan.select(pl.len()).collect().item())
    size = max(file.size_bytes, rows * len(columns) * _CELL_BYTES)
    is_in_memory = size <= intake.in_memory_bytes
    if is_in_memory:
        lazy = pl.read_parquet(file.path, glob=False).lazy()
    else:
        # Decodes every value without keeping it.
        scan.select(pl.all().null_count()).collect(engine="streaming")
        lazy = scan
    return SourceTable(
        file=file,
        dialect=None,
        lazy=lazy,
        columns=columns,
        row_count=rows,
        is_text=False,
        is_in_memory=is_in_memory,
        is_the_file=True,
        notes=() if rows else ("the file has columns and no rows",),
    )


def _compared(
    columns: Sequence[ParquetColumn], scan: pl.LazyFrame, schema: Arrow, subject: str
) -> tuple[ParquetColumn, ...]:
    """Has Arrow read a column where Polars would take it for another type than Arrow does."""
    try:
        seen = scan.collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # Arrow can tell each column's type and Polars cannot: no damage.
        odd = [c for c in columns if _is_variant(c.plain)] or columns
        names = ", ".join(c.name for c in odd)
        kind = "variant" if odd is not columns else "a type that Polars does not know"
        raise refuse_column(subject, names, f"is of type {kind}") from error
    meant = pl.DataFrame(pl.from_arrow(schema.empty_table())).schema
    return tuple(
        c if _is_same(seen[c.name], meant[c.name]) else replace(c, told=f"kept as {meant[c.name]}")
        for c in columns
    )


def _is_same(seen: pl.DataType, meant: pl.DataType) -> bool:
    return seen == meant or (is_text_like(seen) and is_text_like(meant))


def _is_variant(dtype: Arrow) -> bool:
    """Whether a column looks as Parquet stores a variant, for which Arrow has no type."""
    if not pa.types.is_struct(dtype):
        return False
    return {"metadata", "value"} <= {dtype.field(n).name for n in range(dtype.num_fields)}


def _refuse_all_but_wide(schema: pl.Schema, subject: str, error: Exception) -> None:
    """Arrow knows no whole numbers of 128 bits; Polars writes them as such."""
    inside = [name for name, dtype in schema.items() if dtype.is_nested() and "128" in str(dtype)]
    if inside:
        reason = f"is of type {schema[inside[0]]}, which the warehouse cannot hold exactly"
        raise refuse_column(subject, inside[0], reason) from error
    if not any(str(dtype) in WIDE for dtype in schema.values()):
        reason = "holds a type or a compression that Arrow does not know"
        raise UnreadableFileError(subject, reason, "Write it with plain types.") from error


def _refuse_columns(columns: Sequence[str], subject: str, intake: IntakeSettings) -> None:
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
