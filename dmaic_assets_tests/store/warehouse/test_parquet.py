"""Parquet files of the warehouse: whole or not there, and the same bytes for the same rows."""

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import InvariantError, StoreError
from dmaic_assets.store.warehouse.parquet import link_or_copy, parquet_rows, write_accepted

FRAME = pl.DataFrame({"id": range(10), "name": [None, *"abcdefghi"]})


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_written_table_is_read_back_and_proved_by_its_receipt(tmp_path: Path):
    target = tmp_path / "accepted" / "orders" / "0a.parquet"

    receipt = write_accepted(FRAME.lazy(), target, rows=10)

    assert pl.read_parquet(target).equals(FRAME)
    assert (receipt.path, receipt.rows) == (str(target), 10)
    assert (receipt.sha256, receipt.size_bytes) == (sha256(target), target.stat().st_size)
    assert list(target.parent.iterdir()) == [target]


def test_every_type_survives(tmp_path: Path):
    frame = pl.DataFrame(
        {
            "integer": [1, None],
            "decimal": [Decimal("1.10"), None],
            "double": [float("nan"), -0.0],
            "boolean": [True, None],
            "date": [date(1, 1, 1), date(9999, 12, 31)],
            "moment": [datetime(2024, 2, 29, 23, 59, 59, 999999), None],
            "clock": [time(1, 2, 3), None],
            "span": [timedelta(seconds=1), None],
            "text": ["", "a\0b\n😀"],
            "binary": [b"\xff", None],
            "list": [[1], []],
            "struct": [{"x": 1}, None],
            "nothing": [None, None],
        }
    )

    write_accepted(frame, tmp_path / "a.parquet")

    assert pl.read_parquet(tmp_path / "a.parquet").equals(frame)


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path):
    receipt = write_accepted(FRAME.clear(), tmp_path / "a.parquet", rows=0)

    assert receipt.rows == 0
    assert pl.read_parquet(tmp_path / "a.parquet").schema == FRAME.schema


@given(st.lists(st.integers(0, 300_000), max_size=3), st.booleans())
@settings(max_examples=10, deadline=None)
def test_the_same_rows_give_the_same_bytes_however_they_are_held(cuts: list[int], is_lazy: bool):
    frame = pl.select(pl.int_range(300_000).alias("n")).with_columns(
        text=pl.format("x{}", pl.col("n") % 97)
    )
    edges = [0, *sorted(cuts), 300_000]
    parts = [frame[a:b] for a, b in pairwise(edges)]
    chunked = pl.concat(parts, rechunk=False)
    with tempfile.TemporaryDirectory() as folder:
        whole = write_accepted(frame, Path(folder) / "a.parquet")

        again = write_accepted(
            chunked.lazy().filter(pl.col("n") >= 0) if is_lazy else chunked,
            Path(folder) / "b.parquet",
        )

    assert again.sha256 == whole.sha256


def test_the_number_of_threads_does_not_change_the_bytes(tmp_path: Path):
    script = (
        "import polars as pl, sys; from pathlib import Path;"
        "from dmaic_assets.store.warehouse.parquet import write_accepted;"
        "f = pl.select(pl.int_range(600_000).alias('n')).lazy()"
        ".with_columns(t=pl.format('x{}', pl.col('n') % 7)).filter(pl.col('n') % 3 > 0);"
        "print(write_accepted(f, Path(sys.argv[1])).sha256)"
    )

    hashes = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / f"{threads}.parquet")],
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "4")
    }

    assert len(hashes) == 1


def test_another_number_of_rows_than_meant_replaces_nothing(tmp_path: Path):
    target = tmp_path / "a.parquet"
    before = write_accepted(FRAME, target)

    with pytest.raises(InvariantError, match="9 rows were written, 10 were meant to be"):
        write_accepted(FRAME.head(9), target, rows=10)

    assert sha256(target) == before.sha256
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("failpoint", ["after_write", "after_fsync"])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failpoint: str
):
    target = tmp_path / "a.parquet"
    before = write_accepted(FRAME, target)
    monkeypatch.setenv("DMAIC_FAILPOINT", f"{failpoint}:full")

    with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
        write_accepted(FRAME.head(3), target)

    assert sha256(target) == before.sha256
    assert list(tmp_path.iterdir()) == [target]


def test_a_disk_that_fills_up_while_polars_writes_is_a_store_error(tmp_path: Path):
    script = (
        "import resource, signal, sys; import polars as pl; from pathlib import Path;"
        "from dmaic_assets.errors import StoreError;"
        "from dmaic_assets.store.warehouse.parquet import write_accepted\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n    write_accepted(pl.DataFrame({'n': range(500_000)}), Path(sys.argv[1]))\n"
        "except StoreError as error:\n    print('store error', error.fix)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("store error")
    assert list(tmp_path.iterdir()) == []


def test_rows_that_cannot_be_read_back_are_a_store_error(tmp_path: Path):
    staged = tmp_path / "staged.parquet"
    FRAME.write_parquet(staged)
    scan = pl.scan_parquet(staged)
    scan.collect_schema()
    staged.write_bytes(b"damage")

    with pytest.raises(StoreError, match="cannot be written"):
        write_accepted(scan, tmp_path / "a.parquet")


def test_an_unchanged_file_is_put_in_place_byte_for_byte(tmp_path: Path):
    source = tmp_path / "landed.parquet"
    FRAME.write_parquet(source, compression="snappy")

    receipt = link_or_copy(source, tmp_path / "accepted" / "a.parquet", sha256=sha256(source))

    assert (receipt.sha256, receipt.rows) == (sha256(source), 10)
    assert (tmp_path / "accepted" / "a.parquet").read_bytes() == source.read_bytes()


def test_editing_the_landed_file_does_not_edit_the_warehouse(tmp_path: Path):
    source, target = tmp_path / "landed.parquet", tmp_path / "a.parquet"
    FRAME.write_parquet(source)
    receipt = link_or_copy(source, target, sha256=sha256(source))

    with source.open("r+b") as handle:
        handle.write(b"XXXX")

    assert sha256(target) == receipt.sha256


def test_a_landed_file_that_changed_meanwhile_is_not_taken(tmp_path: Path):
    source = tmp_path / "landed.parquet"
    FRAME.write_parquet(source)

    with pytest.raises(StoreError, match="expected 0000000000000000"):
        link_or_copy(source, tmp_path / "a.parquet", sha256="0" * 64)

    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("content", [None, b"", b"PAR1 no footer"])
def test_a_file_that_is_not_whole_has_no_number_of_rows(tmp_path: Path, content: bytes | None):
    path = tmp_path / "a.parquet"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(StoreError):
        parquet_rows(path)
