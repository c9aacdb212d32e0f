"""Large files: kept as Parquet parts, found again, the same as in memory."""

import json
import os
import threading
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import StoreError, UnreadableFileError
from dmaic_assets.table.read import byte_blocks, staging
from dmaic_assets.table.read.staging import FrameStore
from dmaic_assets.table.text_table import ROW, numbers_without
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

CONTENT = b"id,name\n" + b"".join(
    b"%d,%s\n" % (n, b"a,b" if n % 1000 == 7 else b'"x\ny"') for n in range(20_000)
)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch):
    defaults = byte_blocks.text_blocks.__kwdefaults__
    monkeypatch.setitem(defaults, "block_bytes", 1 << 16)


def staged(folder: Path, content: bytes = CONTENT, **options):
    return read_bytes(folder, content, in_memory_bytes=1, **options)


def folders(folder: Path) -> list[Path]:
    return sorted((folder / "staging").iterdir())


def test_a_large_file_is_the_same_table_as_a_small_one(tmp_path: Path):
    small, large = read_bytes(tmp_path, CONTENT), staged(tmp_path)

    assert (large.is_in_memory, small.is_in_memory) == (False, True)
    assert large.lazy.collect().equals(small.lazy.collect())
    assert large.malformed == small.malformed
    assert len(large.malformed) == 20
    assert (large.columns, large.row_count, large.notes, large.dialect) == (
        small.columns,
        small.row_count,
        small.notes,
        small.dialect,
    )
    assert large.data_rows().equals(small.data_rows())


def test_parts_are_found_again_without_reading_the_file(tmp_path: Path, monkeypatch):
    first = staged(tmp_path)

    def fail(*_args, **_kwargs):
        raise AssertionError("the file was read again")

    monkeypatch.setattr("dmaic_assets.table.read.source_file.read_delimited", fail)
    again = staged(tmp_path)

    assert rows_of(again) == rows_of(first)
    assert (again.malformed, again.notes, again.dialect) == (
        first.malformed,
        first.notes,
        first.dialect,
    )


def test_parts_that_are_not_whole_are_made_again(tmp_path: Path):
    expected = rows_of(staged(tmp_path))
    (folder,) = folders(tmp_path)
    next(folder.glob("*.parquet")).unlink()

    assert rows_of(staged(tmp_path)) == expected


def test_a_record_that_is_not_whole_is_not_believed(tmp_path: Path):
    expected = rows_of(staged(tmp_path))
    (folder,) = folders(tmp_path)
    (folder / "table.json").write_text(json.dumps({"parts": {}}), encoding="utf-8")

    assert rows_of(staged(tmp_path)) == expected


def test_other_options_and_other_content_have_parts_of_their_own(tmp_path: Path):
    staged(tmp_path)
    staged(tmp_path, delimiter=";")
    staged(tmp_path, CONTENT + b"1,x\n")

    assert len(folders(tmp_path)) == 3


def test_a_failed_reading_leaves_nothing_behind(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("dmaic_assets.table.csv.text.MAX_MALFORMED", 1000)

    with pytest.raises(UnreadableFileError, match="more than 1,000 rows"):
        staged(tmp_path, b"a,b\n" + b"1,2\n" * 50_000 + b"x\n" * 5000)

    assert folders(tmp_path) == []


def test_two_processes_may_stage_the_same_file(tmp_path: Path):
    tables = []
    path = tmp_path / "orders.csv"
    path.write_bytes(CONTENT)
    barrier = threading.Barrier(2)

    def work():
        from dmaic_assets.settings.project import IntakeSettings, ReadOptions
        from dmaic_assets.table.read.discovery import source_file
        from dmaic_assets.table.read.source_file import read_table

        limits = IntakeSettings.model_construct(
            **{**IntakeSettings().model_dump(), "in_memory_bytes": 1}
        )
        file = source_file(path, source="orders")
        barrier.wait()
        tables.append(read_table(file, ReadOptions(), limits, staging=tmp_path / "staging"))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows_of(tables[0]) == rows_of(tables[1])
    assert len(folders(tmp_path)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_staging_folder_is_a_store_error(tmp_path: Path):
    (tmp_path / "staging").mkdir(mode=0o500)

    with pytest.raises(StoreError, match="not writable"):
        staged(tmp_path)


def test_a_staging_place_that_is_a_file_is_a_store_error(tmp_path: Path):
    (tmp_path / "staging").write_text("in the way")

    with pytest.raises(StoreError):
        staged(tmp_path)


def test_text_is_held_while_its_rows_fit_and_staged_when_they_would_not(tmp_path: Path):
    size = len(CONTENT)

    fitting = read_bytes(tmp_path, CONTENT, in_memory_bytes=2 * size)
    larger = read_bytes(tmp_path, CONTENT, in_memory_bytes=2 * size - 2)

    assert fitting.is_in_memory
    assert not larger.is_in_memory
    assert rows_of(fitting) == rows_of(larger)


def test_frames_stay_in_memory_up_to_the_limit(tmp_path: Path):
    store = FrameStore(lambda: tmp_path / "parts", in_memory_bytes=10)

    store.add(pl.DataFrame({"a": ["x"]}), size_bytes=10)
    assert not store.is_staged
    store.add(pl.DataFrame({"a": ["y"]}), size_bytes=1)
    assert store.is_staged
    store.discard()
    store.discard()
    assert list(tmp_path.iterdir()) == []


@given(st.integers(0, 30), st.sets(st.integers(0, 29)))
@settings(max_examples=50, deadline=None)
def test_row_numbers_and_gaps_make_up_the_file(total: int, gaps: set[int]):
    gaps = {gap for gap in gaps if gap < total}

    numbers = numbers_without(total, tuple(sorted(gaps)))

    kept = list(range(total - len(gaps))) if numbers is None else numbers.to_list()
    assert sorted([*kept, *gaps]) == list(range(total))
    assert numbers is None or (numbers.name, numbers.dtype) == (ROW, pl.UInt32())


def test_the_reader_modules_that_name_a_part_all_exist():
    assert all(find_spec(name) for name in staging._READERS)
