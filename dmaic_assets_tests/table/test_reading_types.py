"""Every type that Parquet files bring is carried exactly to every store, or refused by name."""

import uuid
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of
from dmaic_assets_tests.table.type_table import (
    END,
    GUIDE,
    START,
    Fate,
    fates_of,
    follow,
    guide_table,
)
from dmaic_assets_tests.table.typed_files import typed_files

FILES = typed_files()


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> list[Fate]:
    """What becomes of each file that is read in memory."""
    return fates_of(FILES, tmp_path_factory.mktemp("typed"))


@pytest.mark.parametrize("place", range(len(FILES)), ids=lambda place: FILES[place].name)
@pytest.mark.parametrize("is_staged", [False, True], ids=["memory", "staged"])
def test_a_type_is_carried_exactly_or_refused_by_name(
    tmp_path: Path, in_memory: list[Fate], place: int, is_staged: bool
):
    file = FILES[place]
    fate = follow(file, tmp_path, in_memory_bytes=1) if is_staged else in_memory[place]

    if not file.values:
        assert "'v'" in fate.refused
        assert "whole Parquet file" not in fate.refused
        return
    assert not fate.refused
    values, viewed = list(file.values), list(file.viewed or file.values)
    last = len(values) - 1
    assert fate.nulls == sum(value is None for value in values)
    whole_and_part = [n for n in range(last) for _ in range(2)] + [last]
    assert fate.viewed == [(n, viewed[n]) for n in whole_and_part]
    assert fate.quarantine_viewed == viewed[last:]
    if not file.is_text:
        assert (fate.accepted, fate.quarantined) == (values[:last], values[last:])


def test_the_guide_tells_what_becomes_of_each_type(in_memory: list[Fate]):
    told = GUIDE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0]

    assert told.strip() == guide_table(FILES, in_memory)


def _uuids(rows: int) -> pa.Table:
    raw = [uuid.UUID(int=n * 7919).bytes for n in range(rows)]
    ids = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(raw, pa.binary(16)))
    return pa.table({"id": pa.array(range(rows), pa.int64()), "v": ids})


def _written(folder: Path, table: pa.Table) -> bytes:
    pq.write_table(table, folder / "made.bin", use_dictionary=False)
    return (folder / "made.bin").read_bytes()


@pytest.mark.parametrize("in_memory_bytes", [1 << 30, 1], ids=["memory", "staged"])
def test_columns_that_are_kept_as_another_type_need_no_rows(tmp_path: Path, in_memory_bytes: int):
    pl.DataFrame(schema={"v": pl.Int128}).write_parquet(tmp_path / "wide.bin")
    wide = (tmp_path / "wide.bin").read_bytes()
    limits = {"name": "orders.parquet", "in_memory_bytes": in_memory_bytes}

    ids = read_bytes(tmp_path, _written(tmp_path, _uuids(0)), **limits)
    numbers = read_bytes(tmp_path, wide, **limits)

    assert ids.lazy.collect_schema() == {"id": pl.Int64, "v": pl.String}
    assert numbers.lazy.collect_schema() == {"v": pl.Decimal(38, 0)}
    assert (rows_of(ids), rows_of(numbers)) == ([], [])


def test_a_large_file_with_such_columns_is_staged_and_found_again(tmp_path: Path):
    content = _written(tmp_path, _uuids(140_000))

    tables = [
        read_bytes(tmp_path, content, name="orders.parquet", in_memory_bytes=1) for _ in range(2)
    ]

    assert [table.is_in_memory for table in tables] == [False, False]
    assert rows_of(tables[0])[-1] == (139_999, str(uuid.UUID(int=139_999 * 7919)))
    assert tables[0].lazy.collect().equals(tables[1].lazy.collect())
    assert tables[0].notes == tables[1].notes == ("column v: UUID, kept as text",)


def test_damage_in_a_file_with_such_columns_is_told_as_damage(tmp_path: Path):
    content = _written(tmp_path, _uuids(1_000))
    broken = content[:40] + b"\xff" * 60 + content[100:]

    with pytest.raises(UnreadableFileError, match="not a whole Parquet file"):
        read_bytes(tmp_path, broken, name="orders.parquet")
