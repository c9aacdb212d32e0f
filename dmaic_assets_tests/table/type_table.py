"""Follows typed Parquet files through reading, judging and storing, and tells what became of each.

The table of the reading guide is made of this: `python -m dmaic_assets_tests.table.type_table
--write` writes it there; a test compares it.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.gate.judge import judge
from dmaic_assets.gate.split import split
from dmaic_assets.model import Thresholds
from dmaic_assets.settings.project import IntakeSettings, Paths, ReadOptions
from dmaic_assets.store.warehouse.duckdb import open_database, refresh_views
from dmaic_assets.store.warehouse.layout import database_path
from dmaic_assets.store.warehouse.parquet import write_accepted
from dmaic_assets.table.profile.profile import profile_table
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets_tests.gate.tables import rule_set
from dmaic_assets_tests.rules.frames import rule
from dmaic_assets_tests.table.typed_files import TypedFile, typed_files

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "reading.md"
START, END = "<!-- types: start -->", "<!-- types: end -->"
_PASSING = Thresholds(0.0, {}, row_tolerance=1.0, max_quarantined_share=1.0)


@dataclass(frozen=True)
class Fate:
    """What became of a file: refused with a reason, or its values at the end of every way."""

    refused: str = ""
    kind: str = ""
    kept: str = ""
    view_type: str = ""
    nulls: int = 0
    viewed: Sequence[tuple[int, Any]] = ()
    accepted: Sequence[Any] = ()
    quarantined: Sequence[Any] = ()
    quarantine_viewed: Sequence[Any] = ()


def follow(typed_file: TypedFile, folder: Path, *, in_memory_bytes: int = 1 << 30) -> Fate:
    """Follows a file: its last row is set apart, and the file is also accepted whole."""
    path = folder / "typed.parquet"
    typed_file.write(path)
    intake = IntakeSettings.model_construct(
        **{**IntakeSettings().model_dump(), "in_memory_bytes": in_memory_bytes}
    )
    file = source_file(path, source="typed")
    try:
        table = read_table(file, ReadOptions(), intake, staging=folder / "staging")
    except UnreadableFileError as error:
        return Fate(refused=error.culprit)
    types = infer_columns(
        table, overrides={}, options=ReadOptions(), null_tokens=tuple(intake.null_tokens)
    ).types
    typed = apply_types(table, types)
    facts = profile_table(typed).column(typed_file.column)
    assert facts is not None
    rules = rule_set(
        rule("range", "id", max=table.row_count - 2),
        # Sets no row apart: its failing rows are shown as examples.
        rule("in_set", typed_file.column, values=["none of them"], severity="low"),
    )
    parts = split(typed, judge(typed, rules, _PASSING, examples=3))
    paths = Paths(folder, folder / "data")
    whole, accepted = (paths.warehouse / "accepted" / "typed" / f"{n}.parquet" for n in "ab")
    rows = folder / "rows.parquet"
    write_accepted(typed.lazy, whole)
    if table.is_the_file:
        shutil.copyfile(path, whole)
    write_accepted(parts.accepted, accepted, rows=table.row_count - 1)
    write_accepted(parts.quarantined, rows, rows=1)
    refresh_views(paths)
    viewed, view_type = _viewed(paths, typed_file, "main.typed")
    apart, _ = _viewed(paths, typed_file, f"read_parquet('{rows}')")
    return Fate(
        kind=facts.type,
        kept="; ".join(n.partition(": ")[2] for n in table.notes if "row index" not in n),
        view_type=view_type,
        nulls=facts.null_count,
        viewed=viewed,
        accepted=_by_arrow(accepted, typed_file),
        quarantined=_by_arrow(rows, typed_file),
        quarantine_viewed=[value for _, value in apart],
    )


def _viewed(paths: Paths, file: TypedFile, place: str) -> tuple[list[tuple[int, Any]], str]:
    value = f'"{file.column}"::VARCHAR' if file.is_text else f'"{file.column}"'
    with open_database(database_path(paths)) as connection:
        rows = connection.execute(f"SELECT id, {value} FROM {place} ORDER BY id").fetchall()
        kind = connection.execute(f'SELECT typeof("{file.column}") FROM {place}').fetchone()
    return rows, str(kind[0]) if kind else ""


def _by_arrow(path: Path, file: TypedFile) -> list[Any]:
    return [] if file.is_text else pq.read_table(path)[file.column].to_pylist()


def fates_of(files: Sequence[TypedFile], folder: Path) -> list[Fate]:
    """Follows files that fit into memory, each in a folder of its own."""
    fates: list[Fate] = []
    for number, file in enumerate(files):
        place = folder / str(number)
        place.mkdir()
        fates.append(follow(file, place))
    return fates


def guide_table(files: Sequence[TypedFile], fates: Sequence[Fate]) -> str:
    """Builds the table of the guide; types of one fate share a row."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for file, fate in zip(files, fates, strict=True):
        told = fate.refused.replace("the column 'v' ", "") or fate.kept
        key = (file.writer, fate.kind or "refused", told, fate.view_type)
        rows.setdefault(key, []).append(file.type)
    lines = [
        "| written by | type | read as | kept as, or why not | in DuckDB's views |",
        "|---|---|---|---|---|",
    ]
    for (writer, kind, told, view), types in rows.items():
        lines.append(f"| {writer} | {', '.join(types)} | {kind} | {told or 'it is'} | {view} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Prints the table, or with `--write` puts it into the guide."""
    with tempfile.TemporaryDirectory() as folder:
        files = typed_files()
        table = guide_table(files, fates_of(files, Path(folder)))
    if "--write" in arguments:
        before, _, rest = GUIDE.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        GUIDE.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")
    else:
        sys.stdout.write(f"{table}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
