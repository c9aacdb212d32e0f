"""Reads a source file into a table, whatever its format.

What belongs here: which reader takes which file, and where large ones are kept. docs/guides/
reading.md says what becomes of every kind of damage.
"""

from collections.abc import Callable
from pathlib import Path

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import SourceFile
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.csv.file import read_delimited
from dmaic_assets.table.read.index_columns import without_index_columns
from dmaic_assets.table.read.jsonl import read_json_lines
from dmaic_assets.table.read.parquet import read_parquet_table
from dmaic_assets.table.read.staging import FrameStore, load_staged, staging_folder
from dmaic_assets.table.text_table import SourceTable

# What a file's text takes as columns in memory, of its bytes: 2.2 for five short columns.
_TEXT_GROWTH = 2


def read_table(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, *, staging: Path
) -> SourceTable:
    """Reads a source file: delimited text as text, Parquet and JSON lines by their schema.

    A row that cannot be read is set apart in `SourceTable.malformed` with its place and raw text,
    however many there are: whether the file passes is for the gate to say. Files whose rows
    would take more than `intake.in_memory_bytes` are read in bounded memory and kept as Parquet
    parts under `staging`, where a later reading of the same content finds them; the table is the
    same.

    Raises:
        UnreadableFileError: The file cannot be parsed into rows and columns at all; the culprit
            names the place, row or line and column where there are any. Or it is not as large
            as it was when it was found.
        StoreError: The staging folder refuses.
    """
    _refuse_changed(file)

    def folder() -> Path:
        return staging_folder(file, options, intake, staging)

    known = load_staged(file, folder, staging)
    if known is None:
        known = _read_text(file, options, intake, folder)
    return without_index_columns(known, options)


def _read_text(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, folder: Callable[[], Path]
) -> SourceTable:
    store = FrameStore(folder, in_memory_bytes=_most_held(file, intake))
    try:
        if file.format == "parquet":
            return read_parquet_table(file, intake, store)
        if file.format == "jsonl":
            return read_json_lines(file, options, intake, store)
        return read_delimited(file, options, intake, store)
    finally:
        store.discard()


def _most_held(file: SourceFile, intake: IntakeSettings) -> int:
    """How many bytes of a text file are kept in memory before all of it goes to the disk."""
    most = intake.in_memory_bytes // _TEXT_GROWTH
    # A file that is known to be too large is not first held and then moved.
    return most if file.size_bytes <= most else 0


def _refuse_changed(file: SourceFile) -> None:
    try:
        size = file.path.stat().st_size
    except OSError as error:
        fix = "Check that the file exists and that this user may read it."
        reason = f"cannot be read: {error.strerror or error}"
        raise UnreadableFileError(str(file.path), reason, fix) from error
    if size != file.size_bytes:
        raise UnreadableFileError(
            str(file.path),
            f"has {size:,} bytes now and had {file.size_bytes:,} when it was found",
            "Wait until the file is complete, then run again.",
        )
