"""Typed tables from files, without a project: what `dmaic relationships DIR` and others study.

What belongs here: from paths to tables. A table is named by its file's stem.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from dmaic_assets.analysis.tables import Spelling, Table, table_of_frame
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import MalformedRow
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.formats import format_of, is_passed_over
from dmaic_assets.table.read.naming import natural_key
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.null_tokens import null_tokens

# Misfits of a column, and lines left out of a file, that are told one by one.
_SHOWN = 3


def table_files(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that can be read as tables, by name; folders below are left out.

    Raises:
        BadInputError: It is no folder, has no such file, or two files have the same stem.
    """
    if not folder.is_dir():
        raise BadInputError(str(folder), "is no folder", "Name a folder of CSV or Parquet files.")
    found = sorted(
        (
            p
            for p in folder.iterdir()
            if p.is_file() and format_of(p) and not is_passed_over(p.name)
        ),
        key=lambda path: natural_key(path.name),
    )
    if not found:
        fix = "Put CSV, TSV, JSON Lines or Parquet files there, one a table."
        raise BadInputError(str(folder), "holds no table", fix)
    stems = [path.stem for path in found]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        fix = "Keep one of them, or rename it: a table is named by its file."
        raise BadInputError(str(folder), f"has several files named {twice}", fix)
    return tuple(found)


def read_tables(
    files: Sequence[Path], on_table: Callable[[str], None] = lambda _name: None
) -> Mapping[str, Table]:
    """Reads and types files; lines that do not fit the header are told, misfits counted.

    Args:
        files: CSV, TSV, JSON Lines or Parquet files with different stems.
        on_table: Told the name of each table as soon as it is read.

    Raises:
        UnreadableFileError: One cannot be parsed into rows and columns; it is named.
    """
    tables: dict[str, Table] = {}
    for path in files:
        tables[path.stem] = read_typed(path)
        on_table(path.stem)
    return tables


def read_typed(path: Path, *, is_exact: bool = False) -> Table:
    """Reads one file under the types that its own values have.

    Lines that do not fit the header are no rows: `left_out` tells them.

    Args:
        path: A CSV, TSV, JSON Lines or Parquet file.
        is_exact: A column in which some value fits no type stays text, so that no value is lost.

    Raises:
        UnreadableFileError: There is no such file, or it cannot be parsed.
    """
    intake, options = IntakeSettings(), ReadOptions()
    file = source_file(path, source="table")
    with tempfile.TemporaryDirectory(prefix="dmaic-") as staging:
        table = read_table(file, options, intake, staging=Path(staging))
        tokens = null_tokens(intake.null_tokens)
        inferred = infer_columns(
            table, overrides={}, expected=(), options=options, null_tokens=tokens
        )
        typed = apply_types(table, inferred.types, ready=inferred.casts)
        frame = typed.lazy.select(list(table.columns)).collect()
        spelled = _spelled(typed, frame)
        lossy = set(typed.failed_casts.get_column("column")) if is_exact else set[str]()
        if lossy:
            written = table.lazy.select(sorted(lossy)).collect()
            frame = frame.with_columns(written.get_columns())
    types = {kind.column: kind for kind in inferred.types if kind.column not in lossy}
    kept = {name: said for name, said in spelled.items() if name not in lossy}
    read = table_of_frame(path.stem, frame, types, version=file.sha256)
    empty = () if frame.height else (path.name,)
    left_out = _left_out(path.name, table.malformed)
    return replace(read, spelled=kept, left_out=left_out, empty_files=empty)


def _left_out(file: str, malformed: Sequence[MalformedRow]) -> str | None:
    """Which lines of a file are no rows, and why; the first few by their numbers."""
    if not malformed:
        return None
    shown = ", ".join(str(bad.line) for bad in malformed[:_SHOWN])
    more = ", ..." if len(malformed) > _SHOWN else ""
    is_one = len(malformed) == 1
    lines = "1 line is no row" if is_one else f"{len(malformed):,} lines are no rows"
    return (
        f"{file}: {lines} and left out: {shown}{more} "
        f"(line {malformed[0].line}: {malformed[0].reason})"
    )


def _spelled(typed: TypedTable, frame: pl.DataFrame) -> dict[str, Spelling]:
    """How the file spells what is null under the types: misfits, and spellings of null."""
    found: dict[str, Spelling] = {}
    by_column = typed.failed_casts.partition_by("column", as_dict=True)
    for name in frame.columns if typed.table.is_text else ():
        if not frame[name].null_count():
            continue
        text = typed.table.lazy.select(name).collect().to_series()
        failed = by_column.get((name,), typed.failed_casts.clear()).get_column("raw")
        spelt = text.filter(frame[name].is_null()).fill_null("")
        spelt = spelt.filter(~spelt.is_in(failed.unique().implode())).str.strip_chars()
        counts = spelt.alias("text").value_counts(name="rows").sort("text")
        examples = failed.unique().sort().head(_SHOWN).to_list()
        nulls = {str(text): int(rows) for text, rows in counts.iter_rows()}
        found[name] = Spelling(len(failed), tuple(examples), nulls)
    return found
