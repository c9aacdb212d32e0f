"""A line is in its file once, whatever a crash left there."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.errors import StoreError
from dmaic_assets.work.alerts.lines import append_once


def test_a_line_is_appended_once(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "alerts.log"

    assert append_once(path, "first k1", "k1")
    assert append_once(path, "second k2", "k2")
    assert not append_once(path, "first k1", "k1")

    assert path.read_text() == "first k1\nsecond k2\n"


@given(st.integers(0, 12))
def test_a_part_of_a_line_is_written_anew(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "alerts.log"
    append_once(path, "first k1", "k1")
    with path.open("a") as handle:
        handle.write("second k2 é"[:cut])

    append_once(path, "second k2 é", "k2")

    assert path.read_text() == "first k1\nsecond k2 é\n"


def test_many_writers_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "alerts.log"

    def write(writer: int) -> None:
        for number in range(20):
            append_once(path, f"{'x' * 5000} key-{number}.", f"key-{number}.")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(path.read_text().splitlines()) == 20


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.log"
    append_once(path, "first k1", "k1")
    monkeypatch.setenv("DMAIC_FAILPOINT", "before_line:full")

    with pytest.raises(StoreError, match="No space left"):
        append_once(path, "second k2", "k2")

    assert path.read_text() == "first k1\n"


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Is a directory"):
        append_once(tmp_path, "first k1", "k1")
