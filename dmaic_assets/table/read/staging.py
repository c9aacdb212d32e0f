"""Keeps the rows of a file while it is read: in memory, or as Parquet parts when it is large.

What belongs here: where frames go and how a finished set of parts is found again. A set lies in
a folder named by the file's content and by how it was read; it appears by one rename, so a
folder that is there is complete. What does not: parsing.
"""

import errno
import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.model import Dialect, MalformedRow, SourceFile
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.effect_files import PART_MARK, fsync_file, fsync_folder, store_error
from dmaic_assets.store.keys import code_version, sha256_json
from dmaic_assets.table.text_table import LineAbove, SourceTable, numbers_without

_RECORD = "table.json"
_READERS = (
    "dmaic_assets.table.csv",
    "dmaic_assets.table.read.byte_blocks",
    "dmaic_assets.table.read.column_names",
    "dmaic_assets.table.read.encoding",
    "dmaic_assets.table.read.feeding",
    "dmaic_assets.table.read.json_columns",
    "dmaic_assets.table.read.jsonl",
    "dmaic_assets.table.read.malformed",
    "dmaic_assets.table.read.parquet",
    "dmaic_assets.table.read.parquet_types",
    "dmaic_assets.table.read.parquet_values",
    "dmaic_assets.table.types.null_tokens",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a file's rows beside the rows themselves."""

    columns: tuple[str, ...]
    rows: int
    malformed: tuple[MalformedRow, ...]
    notes: tuple[str, ...]
    dialect: Dialect | None
    is_text: bool
    above: tuple[LineAbove, ...] = ()


class FrameStore:
    """Takes the frames of one file in order, and gives them back as one lazy frame.

    They stay in memory until more than `in_memory_bytes` of the file have been added; from then
    on they are written to `folder` part by part.
    """

    def __init__(self, folder: Callable[[], Path], *, in_memory_bytes: int) -> None:
        self._name_folder = folder
        self._token = secrets.token_hex(8)
        self._limit = in_memory_bytes
        self._frames: list[pl.DataFrame] = []
        self._size = 0
        self._parts = 0

    @cached_property
    def folder(self) -> Path:
        """Where the finished parts are."""
        return self._name_folder()

    @property
    def is_staged(self) -> bool:
        """Whether the rows are on the disk."""
        return self._parts > 0

    def add(self, frame: pl.DataFrame | None, *, size_bytes: int) -> None:
        """Adds the rows that so many bytes of the file gave.

        Raises:
            StoreError: The staging folder refuses.
        """
        self._size += size_bytes
        if frame is not None and frame.height:
            self._frames.append(frame)
        if self._size > self._limit and self._frames:
            self._spill()

    def table(self, file: SourceFile, reading: Reading) -> SourceTable:
        """Closes the store and builds the table.

        Raises:
            StoreError: The staging folder refuses.
        """
        if not self.is_staged:
            return _table(file, reading, self._in_memory(reading), is_in_memory=True)
        self._publish(reading)
        return _table(file, reading, _scan(self.folder), is_in_memory=False)

    def discard(self) -> None:
        """Removes what was not published; doing so twice is no error."""
        if self.is_staged:
            shutil.rmtree(self._part, ignore_errors=True)

    def rewrite(self, schema: Mapping[str, pl.DataType], names: Sequence[str]) -> None:
        """Gives all rows the same columns: those of a schema, in its order, under new names.

        Raises:
            StoreError: The staging folder refuses.
        """
        wanted = pl.Schema(dict(zip(names, schema.values(), strict=True)))
        renamed = dict(zip(schema, names, strict=True))
        self._frames = [conformed(f, schema).rename(renamed) for f in self._frames]
        for path in sorted(self._part.glob("*.parquet")) if self.is_staged else ():
            frame = pl.read_parquet(path, glob=False)
            if frame.schema != wanted:
                self._write(path, conformed(frame, schema).rename(renamed))

    @property
    def _part(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}{PART_MARK}{self._token}")

    def _in_memory(self, reading: Reading) -> pl.LazyFrame:
        if not self._frames:
            return pl.DataFrame(schema=dict.fromkeys(reading.columns, pl.String)).lazy()
        return pl.concat(self._frames, rechunk=False).lazy()

    def _spill(self) -> None:
        try:
            self._part.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise store_error(self._part, error) from error
        for frame in self._frames:
            self._write(self._part / f"{self._parts:06d}.parquet", frame)
            self._parts += 1
        self._frames = []

    def _write(self, path: Path, frame: pl.DataFrame) -> None:
        try:
            # Written once and read several times, then removed: packing would cost more cpu than
            # all readings (170,000 x 20 text: .14 s written plain, .20 with lz4; read .033, .044).
            frame.write_parquet(path, compression="uncompressed", statistics=False)
            fsync_file(path)
        except OSError as error:
            raise store_error(path, error) from error
        except pl.exceptions.PolarsError as error:
            fix = "Check the disk (is it full?), then run again."
            raise StoreError(str(path), f"cannot be written: {error}", fix) from error

    def _publish(self, reading: Reading) -> None:
        parts = {p.name: p.stat().st_size for p in sorted(self._part.glob("*.parquet"))}
        record = {"reading": to_json(reading), "parts": parts}
        try:
            (self._part / _RECORD).write_text(json.dumps(record), encoding="utf-8")
            fsync_file(self._part / _RECORD)
            self._rename()
            fsync_folder(self.folder.parent)
        except OSError as error:
            raise store_error(self.folder, error) from error

    def _rename(self) -> None:
        try:
            self._part.rename(self.folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            if _record_of(self.folder) is None:
                # Somebody took parts away; these replace what is left.
                shutil.rmtree(self.folder, ignore_errors=True)
                self._part.rename(self.folder)
            else:
                # Another process staged the same file meanwhile; its parts hold the same rows.
                self.discard()


def staging_folder(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, staging: Path
) -> Path:
    """Names the folder of a file's parts: by its content, how it is read, and the reader."""
    how = {
        "options": options.model_dump(mode="json"),
        "format": file.format,
        "max_columns": intake.max_columns,
        "code": code_version(_READERS),
    }
    return staging / f"{file.key}-{sha256_json(how)[:12]}"


def load_staged(file: SourceFile, folder: Callable[[], Path], staging: Path) -> SourceTable | None:
    """Finds the parts of a file that was staged before; None unless they are all there."""
    if not any(staging.glob(f"{file.key}-*")):
        return None
    return _load(file, folder())


def _load(file: SourceFile, folder: Path) -> SourceTable | None:
    reading = _record_of(folder)
    return None if reading is None else _table(file, reading, _scan(folder), is_in_memory=False)


def _record_of(folder: Path) -> Reading | None:
    """What a folder's record says, if the record and every part of it are whole."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        parts: dict[str, int] = record["parts"]
        if any((folder / name).stat().st_size != size for name, size in parts.items()):
            return None
        return from_json(Reading, record["reading"])
    except (OSError, ValueError, KeyError, DmaicError):
        return None


def _scan(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(sorted(folder.glob("*.parquet")), glob=False)


def _table(
    file: SourceFile, reading: Reading, lazy: pl.LazyFrame, *, is_in_memory: bool
) -> SourceTable:
    gaps = tuple(bad.row for bad in reading.malformed)
    return SourceTable(
        file=file,
        dialect=reading.dialect,
        lazy=lazy,
        columns=reading.columns,
        row_count=reading.rows,
        malformed=reading.malformed,
        row_numbers=numbers_without(reading.rows + len(gaps), gaps),
        is_text=reading.is_text,
        is_in_memory=is_in_memory,
        notes=reading.notes,
        above=reading.above,
    )


def conformed(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Gives a frame the columns of a schema, in its order and types; missing ones are null."""
    columns = (
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
    )
    # Not `select` alone: it would make one row of literals only.
    return frame.with_columns(columns).select(list(schema))
