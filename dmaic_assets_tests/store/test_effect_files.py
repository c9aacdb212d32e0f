import errno
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.store import effect_files as atomic
from dmaic_assets.store.effect_files import (
    PART_MARK,
    failpoint,
    move_file,
    stage,
    stage_bytes,
    stage_copy,
    store_error,
    sync_together,
    write_bytes,
    write_bytes_if_changed,
)
from dmaic_assets_tests.store.places import no_file_larger_than, read_only, tiny_disk

OLD, NEW = b"old content", b"new content, which is longer"
SHA = hashlib.sha256(NEW).hexdigest()
WRITER = """
import sys
from pathlib import Path
from dmaic_assets.store.effect_files import write_bytes
write_bytes(Path(sys.argv[1]), sys.argv[2].encode())
"""
MOVER = """
import sys
from pathlib import Path
from dmaic_assets.store import effect_files as atomic
from dmaic_assets.store.effect_files import move_file
if sys.argv[4] == "across":
    def refuse(self, target):
        if atomic.PART_MARK in self.name:
            import os
            return os.replace(self, target)
        raise OSError(18, "Invalid cross-device link")
    Path.replace = refuse
move_file(Path(sys.argv[1]), Path(sys.argv[2]), sha256=sys.argv[3])
"""


def parts_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if PART_MARK in path.name]


def run_with_failpoint(code: str, *arguments: object, at: str) -> int:
    environment = os.environ | {"DMAIC_FAILPOINT": at}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=False, capture_output=True).returncode


def test_bytes_get_into_place_with_their_folder(tmp_path: Path) -> None:
    staged = write_bytes(tmp_path / "a" / "b" / "f", NEW)

    assert (tmp_path / "a" / "b" / "f").read_bytes() == NEW
    assert (staged.sha256, staged.size_bytes) == (SHA, len(NEW))
    assert parts_in(tmp_path) == []


def test_what_is_staged_is_not_there_until_it_is_published(tmp_path: Path) -> None:
    target = tmp_path / "f"
    target.write_bytes(OLD)

    staged = stage_bytes(target, NEW)
    assert target.read_bytes() == OLD
    assert parts_in(tmp_path) == [staged.part]
    staged.publish()
    assert target.read_bytes() == NEW
    assert parts_in(tmp_path) == []


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    staged = stage_bytes(tmp_path / "f", NEW)
    staged.discard()
    staged.discard()

    assert list(tmp_path.iterdir()) == []


def test_two_writers_of_one_target_do_not_meet(tmp_path: Path) -> None:
    one, other = stage_bytes(tmp_path / "f", OLD), stage_bytes(tmp_path / "f", NEW)
    one.publish()
    other.publish()

    assert (tmp_path / "f").read_bytes() == NEW
    assert parts_in(tmp_path) == []


def test_a_writer_that_raises_leaves_nothing(tmp_path: Path) -> None:
    def write(part: Path) -> None:
        part.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stage(tmp_path / "f", write)

    assert list(tmp_path.iterdir()) == []


def test_equal_content_is_not_written_again(tmp_path: Path) -> None:
    target = tmp_path / "f"

    assert write_bytes_if_changed(target, NEW)
    inode = target.stat().st_ino
    assert not write_bytes_if_changed(target, NEW)
    assert target.stat().st_ino == inode
    assert write_bytes_if_changed(target, NEW[::-1])
    assert target.read_bytes() == NEW[::-1]


def test_a_copy_that_is_not_what_was_meant_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "s"
    source.write_bytes(OLD)

    with pytest.raises(StoreError, match="expected"):
        stage_copy(source, tmp_path / "t", sha256=SHA)

    assert parts_in(tmp_path) == []


@pytest.mark.crash
@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("after_write", OLD),
        ("after_fsync", OLD),
        ("before_rename", OLD),
        ("after_rename", NEW),
    ],
)
def test_a_kill_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, place: str, content: bytes
) -> None:
    target = tmp_path / "f"
    target.write_bytes(OLD)

    code = run_with_failpoint(WRITER, target, NEW.decode(), at=f"{place}:kill")

    assert code == -signal.SIGKILL
    assert target.read_bytes() == content
    assert run_with_failpoint(WRITER, target, NEW.decode(), at="") == 0
    assert target.read_bytes() == NEW


@pytest.mark.crash
@pytest.mark.parametrize("way", ["within", "across"])
@pytest.mark.parametrize(
    "place", ["after_write", "after_fsync", "before_rename", "after_rename", "after_copy"]
)
def test_a_move_that_was_killed_is_finished_by_the_next_and_never_loses_the_file(
    tmp_path: Path, place: str, way: str
) -> None:
    source, target = tmp_path / "in" / "f", tmp_path / "out" / "f"
    source.parent.mkdir()
    source.write_bytes(NEW)

    code = run_with_failpoint(MOVER, source, target, SHA, way, at=f"{place}:kill")
    places = [path for path in (source, target) if path.exists() and path.read_bytes() == NEW]
    assert places
    assert code in (0, -signal.SIGKILL)

    assert run_with_failpoint(MOVER, source, target, SHA, way, at="") == 0
    assert target.read_bytes() == NEW
    assert not source.exists()


def test_a_move_of_something_else_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "s"
    source.write_bytes(OLD)

    with pytest.raises(StoreError, match="does not hold the content"):
        move_file(source, tmp_path / "t", sha256=SHA)

    assert source.read_bytes() == OLD


def test_a_move_keeps_a_source_that_has_changed_since(tmp_path: Path) -> None:
    source, target = tmp_path / "s", tmp_path / "t"
    target.write_bytes(NEW)
    source.write_bytes(OLD)

    move_file(source, target, sha256=SHA)

    assert source.read_bytes() == OLD


def test_a_read_only_folder_is_told_with_the_fix(tmp_path: Path) -> None:
    target = tmp_path / "f"
    target.write_bytes(OLD)

    with read_only(tmp_path), pytest.raises(StoreError) as refusal:
        write_bytes(target, NEW)

    assert "not writable" in str(refusal.value)
    assert "write access" in refusal.value.fix
    assert target.read_bytes() == OLD


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("No space left on device (os error 28): /x", "no space: No space left on device"),
        ("Operation not permitted (os error 1): /x", "not writable: Operation not permitted"),
        ("Input/output error (os error 5): /x", "Input/output error"),
        ("something else", "something else"),
    ],
)
def test_a_refusal_that_names_its_number_in_the_text_is_read(text: str, culprit: str) -> None:
    assert store_error("/x", OSError(text)).culprit == culprit


def test_a_path_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(OLD)

    with pytest.raises(StoreError, match=r"f/g: "):
        write_bytes(tmp_path / "f" / "g", NEW)


def test_a_full_disk_keeps_the_old_file_and_leaves_no_part(tmp_path: Path) -> None:
    with tiny_disk(tmp_path, 1 << 20):
        target = tmp_path / "f"
        write_bytes(target, OLD)

        with pytest.raises(StoreError, match="no space") as refusal:
            write_bytes(target, b"x" * (2 << 20))

        assert refusal.value.fix.startswith("Free space")
        assert target.read_bytes() == OLD
        assert parts_in(tmp_path) == []


def test_a_write_beyond_the_limit_keeps_the_old_file_and_leaves_no_part(tmp_path: Path) -> None:
    target = tmp_path / "f"
    write_bytes(target, OLD)

    with no_file_larger_than(1000), pytest.raises(StoreError, match="no space"):
        write_bytes(target, b"x" * 2000)

    assert target.read_bytes() == OLD
    assert parts_in(tmp_path) == []


class TestFailpoints:
    @pytest.fixture(autouse=True)
    def fresh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(atomic, "_passes", type(atomic._passes)())

    def test_they_do_nothing_unless_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DMAIC_FAILPOINT", raising=False)
        failpoint("after_write")
        monkeypatch.setenv("DMAIC_FAILPOINT", "elsewhere:kill,after_rename:full")
        failpoint("after_write")

    def test_they_fail_in_the_way_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DMAIC_FAILPOINT", "a:full,b:error")

        with pytest.raises(OSError, match="failpoint a") as full:
            failpoint("a")
        with pytest.raises(OSError, match="failpoint b") as broken:
            failpoint("b")

        assert (full.value.errno, broken.value.errno) == (errno.ENOSPC, errno.EIO)

    def test_they_fail_at_the_visit_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DMAIC_FAILPOINT", "a:full:2")

        failpoint("a")
        with pytest.raises(OSError, match="failpoint a"):
            failpoint("a")
        failpoint("a")

    def test_a_full_disk_at_any_step_leaves_no_part(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for place in ("after_write", "after_fsync"):
            monkeypatch.setenv("DMAIC_FAILPOINT", f"{place}:full")
            with pytest.raises(StoreError, match="no space"):
                write_bytes(tmp_path / "f", NEW)

        assert list(tmp_path.iterdir()) == []


def test_a_file_moved_onto_itself_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "only.csv"
    path.write_bytes(b"one copy")

    move_file(path, tmp_path / "." / "only.csv", sha256=hashlib.sha256(b"one copy").hexdigest())

    assert path.read_bytes() == b"one copy"


def test_files_written_unsynced_are_waited_for_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has syncfs")
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)

    for name in ("a", "b"):
        write_bytes(tmp_path / name / "file", NEW, is_synced=False)
    sync_together(tmp_path)

    assert not waited
    assert [(tmp_path / name / "file").read_bytes() for name in ("a", "b")] == [NEW, NEW]


def test_without_syncfs_each_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    monkeypatch.setattr(atomic, "_syncfs", lambda: None)

    write_bytes(tmp_path / "file", NEW, is_synced=False)
    sync_together(tmp_path)

    assert len(waited) == 2


def test_a_disk_that_refuses_to_sync_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_syncfs", lambda: lambda _folder: -1)

    with pytest.raises(StoreError):
        sync_together(tmp_path)
