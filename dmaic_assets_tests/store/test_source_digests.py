"""Digests of sources are remembered by stat, and a memory that cannot be used costs only time."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.store import file_stat, source_digests
from dmaic_assets.store.source_digests import _Memory

LONG_AGO_S = 1_700_000_000


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "work.py"
    path.write_text("from dmaic_assets.store import keys\n\nX = 1\n")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts how often a source was read."""
    count = 0
    digest = source_digests._digest

    def counted(source: str) -> source_digests.SourceDigest:
        nonlocal count
        count += 1
        return digest(source)

    monkeypatch.setattr(source_digests, "_digest", counted)
    return lambda: count


def remembering(place: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the digest of a file as if all had happened long ago."""
    monkeypatch.setattr(file_stat, "_UNSETTLED_NS", -10_000_000_000)
    memory = _Memory(place)
    memory.digest(path)
    memory.flush()


def test_an_unchanged_source_is_not_read_again(
    tmp_path: Path, module: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[], int]
) -> None:
    remembering(tmp_path / "m.json", module, monkeypatch)

    found = _Memory(tmp_path / "m.json").digest(module)

    assert read() == 1
    assert found.imports == (("dmaic_assets.store", ("keys",)),)


def test_a_changed_source_is_read_even_at_the_same_size_and_time(
    tmp_path: Path, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembering(tmp_path / "m.json", module, monkeypatch)
    before = _Memory(tmp_path / "m.json").digest(module)
    stat = module.stat()
    module.write_text(module.read_text().replace("1", "2"))
    os.utime(module, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert _Memory(tmp_path / "m.json").digest(module).tree != before.tree


def test_what_was_changed_just_now_is_not_remembered(tmp_path: Path, module: Path) -> None:
    memory = _Memory(tmp_path / "m.json")
    memory.digest(module)
    memory.flush()

    assert json.loads((tmp_path / "m.json").read_text())["modules"] == {}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"form": 0}', '{"form": 1}', '{"form": 1, "modules": {"a": 1}}']
)
def test_a_memory_that_makes_no_sense_counts_as_none(
    tmp_path: Path, module: Path, read: Callable[[], int], text: str
) -> None:
    (tmp_path / "m.json").write_text(text)

    assert _Memory(tmp_path / "m.json").digest(module).tree
    assert read() == 1


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path, module: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = _Memory(tmp_path / "file" / "m.json")

    memory.digest(module)
    memory.flush()

    assert (tmp_path / "file").read_text() == ""
