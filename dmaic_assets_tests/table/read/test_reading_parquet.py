"""Parquet files: their own schema, and damage told at reading."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

FRAME = pl.DataFrame({"id": [1, 2], "day": [date(2024, 1, 2), None], "tags": [["a"], []]})


def parquet(folder: Path, frame: pl.DataFrame) -> bytes:
    path = folder / "made.bin"
    frame.write_parquet(path)
    return path.read_bytes()


def read(folder: Path, content: bytes, **options):
    return read_bytes(folder, content, name="orders.parquet", **options)


def test_the_schema_is_kept(tmp_path: Path):
    table = read(tmp_path, parquet(tmp_path, FRAME))

    assert table.lazy.collect_schema() == FRAME.schema
    assert rows_of(table) == FRAME.rows()
    assert (table.is_text, table.dialect, table.is_in_memory) == (False, None, True)


def test_a_large_file_is_only_scanned(tmp_path: Path):
    table = read(tmp_path, parquet(tmp_path, FRAME), in_memory_bytes=10)

    assert not table.is_in_memory
    assert rows_of(table) == FRAME.rows()
    assert not (tmp_path / "staging").exists()


def test_columns_without_rows_are_a_table(tmp_path: Path):
    table = read(tmp_path, parquet(tmp_path, FRAME.clear()))

    assert (table.row_count, table.columns) == (0, ("id", "day", "tags"))
    assert "the file has columns and no rows" in table.notes


@pytest.mark.parametrize("in_memory_bytes", [10, 1_000_000])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-4],
        lambda content: b"id,name\n1,a\n",
        lambda content: content[:40] + b"\xff" * 60 + content[100:],
        lambda content: content[:-8] + b"\xff" * 4 + content[-4:],
    ],
    ids=["empty", "half", "cut", "csv", "data", "footer"],
)
def test_damage_is_told_with_its_cause(tmp_path: Path, damage, in_memory_bytes: int):
    content = parquet(tmp_path, pl.DataFrame({"id": [f"text {n}" for n in range(100)]}))

    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path, damage(content), in_memory_bytes=in_memory_bytes)

    assert caught.value.subject.endswith("orders.parquet")
    assert "again" in caught.value.fix


@pytest.mark.parametrize(
    ("frame", "culprit"),
    [
        (pl.DataFrame({"_dmaic_row": [1]}), "keeps for itself"),
        (pl.DataFrame({"a": [1], "b": [2], "c": [3]}), "has 3 columns, more than 2"),
    ],
)
def test_columns_that_cannot_be_taken_are_refused(
    tmp_path: Path, frame: pl.DataFrame, culprit: str
):
    with pytest.raises(UnreadableFileError, match=culprit):
        read(tmp_path, parquet(tmp_path, frame), max_columns=2)
