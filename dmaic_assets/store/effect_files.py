"""Outside writes that survive a kill: write beside, fsync, verify, rename, fsync the folder.

What belongs here: moving bytes into place, and the failpoints that tests kill processes at.
What does not: knowing what the bytes mean, or recording that they were written.
"""

import ctypes
import errno
import hashlib
import os
import re
import secrets
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from dmaic_assets.errors import StoreError

PART_MARK = ".part-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_passes: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Does nothing, unless DMAIC_FAILPOINT asks for a failure at this place.

    The variable holds `name:action[:pass]` items, separated by commas. Actions: `kill` (SIGKILL
    to this process), `full` (no space left), `error` (input/output error). With a pass number
    only that visit of the place fails, counted from 1 within the process.

    Raises:
        OSError: The action is `full` or `error`.
    """
    wanted = os.environ.get("DMAIC_FAILPOINT")
    if not wanted:
        return
    _passes[name] += 1
    for item in wanted.split(","):
        place, _, rest = item.partition(":")
        action, _, number = rest.partition(":")
        if place == name and (not number or int(number) == _passes[name]):
            _fail(action, name)


def _fail(action: str, name: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    code = errno.ENOSPC if action == "full" else errno.EIO
    raise OSError(code, f"{os.strerror(code)} (failpoint {name})")


@dataclass(frozen=True, slots=True)
class StagedFile:
    """Verified bytes on disk beside their target, one rename away from being it."""

    part: Path
    target: Path
    sha256: str
    size_bytes: int
    is_synced: bool = True

    def publish(self) -> None:
        """Renames the bytes to their target, replacing what is there, and syncs the folder.

        Bytes that were staged unsynced stay so: `sync_together` comes after.

        Raises:
            StoreError: The folder refuses.
        """
        failpoint("before_rename")
        try:
            self.part.replace(self.target)
            failpoint("after_rename")
            if self.is_synced:
                fsync_folder(self.target.parent)
        except OSError as error:
            raise store_error(self.target, error) from error

    def discard(self) -> None:
        """Removes the bytes again as far as the disk allows; the reconciler removes the rest."""
        _remove(self.part)


def stage(target: Path, write: Callable[[Path], None], *, is_synced: bool = True) -> StagedFile:
    """Has `write` fill a file beside the target, then syncs and hashes what the disk holds.

    Args:
        target: Where the bytes are to be in the end; its folder is made when missing.
        write: Writes the whole content to the path that it is given.
        is_synced: False for one of several files that `sync_together` waits for.

    Raises:
        StoreError: The disk is full, read-only or broken; the part file is removed.
    """
    part = target.with_name(f"{target.name}{PART_MARK}{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        failpoint("after_write")
        is_synced = is_synced or _syncfs() is None
        with part.open("rb") as handle:
            if is_synced:
                os.fsync(handle.fileno())
            failpoint("after_fsync")
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        return StagedFile(part, target, sha256, part.stat().st_size, is_synced)
    except OSError as error:
        _remove(part)
        raise store_error(target, error) from error
    except BaseException:
        _remove(part)
        raise


def stage_bytes(target: Path, content: bytes, *, is_synced: bool = True) -> StagedFile:
    """Stages given bytes and proves that the disk gives them back.

    Raises:
        StoreError: As `stage`, or the disk holds other bytes than were written.
    """

    def write(part: Path) -> None:
        part.write_bytes(content)

    return _verified(stage(target, write, is_synced=is_synced), hashlib.sha256(content).hexdigest())


def stage_copy(source: Path, target: Path, *, sha256: str) -> StagedFile:
    """Stages a copy of a file whose hash is known and proves that it arrived whole.

    Raises:
        StoreError: As `stage`, or source and copy do not have the stated hash.
    """

    def write(part: Path) -> None:
        shutil.copyfile(source, part)

    return _verified(stage(target, write), sha256)


def write_bytes(target: Path, content: bytes, *, is_synced: bool = True) -> StagedFile:
    """Puts bytes in place atomically: readers see the old file or the new one, never a part.

    Args:
        target: The file to write or replace.
        content: Its bytes.
        is_synced: Whether they are on the disk when this returns. False is for content under the
            name of its hash: a power cut may leave another, which is told by the name.

    Raises:
        StoreError: The disk is full, read-only or broken; the old file is untouched.
    """
    staged = stage_bytes(target, content, is_synced=is_synced)
    _publish_or_discard(staged)
    return staged


def write_bytes_if_changed(target: Path, content: bytes) -> bool:
    """Puts bytes in place atomically unless the target holds exactly them already.

    Returns:
        Whether the file was written.
    """
    try:
        if target.stat().st_size == len(content) and target.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise store_error(target, error) from error
    write_bytes(target, content)
    return True


def move_file(source: Path, target: Path, *, sha256: str) -> None:
    """Moves a file of known content; calling it again after a crash finishes the move.

    Within one file system this is a rename. Across two the copy is verified before the source
    goes, so at every moment at least one whole file exists.

    Raises:
        StoreError: Neither place holds the stated content, or a folder refuses.
    """
    try:
        if _is_same_place(source, target):
            # There is one file only: "removing the other copy" would lose it.
            return
        if _holds(target, sha256):
            _remove_if(source, sha256)
            return
        if not _holds(source, sha256):
            raise StoreError(
                str(source),
                f"does not hold the content {sha256[:16]} and neither does {target}",
                "Run the intake again: the file was changed or removed while it was worked on.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        _rename_or_copy(source, target, sha256)
    except OSError as error:
        raise store_error(target, error) from error


def _is_same_place(source: Path, target: Path) -> bool:
    """Whether both paths name one directory entry; hard links are two entries of one file."""
    return source.name == target.name and source.parent.resolve() == target.parent.resolve()


def _rename_or_copy(source: Path, target: Path, sha256: str) -> None:
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _publish_or_discard(stage_copy(source, target, sha256=sha256))
        failpoint("after_copy")
        source.unlink()
    failpoint("after_rename")
    fsync_folder(target.parent)
    fsync_folder(source.parent)


def fsync_file(path: Path) -> None:
    """Waits until the file's bytes are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Waits until the folder's names are on the disk, on systems that can tell."""
    if hasattr(os, "O_DIRECTORY"):
        fsync_file(path)


def sync_together(folder: Path) -> None:
    """Waits until all that was written unsynced beneath a folder is on the disk, names included.

    One call for many files takes as long as one fsync. Systems without `syncfs` wait for each
    file when it is written.

    Raises:
        StoreError: The disk refuses.
    """
    syncfs = _syncfs()
    if syncfs is None:
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            if syncfs(descriptor) != 0:
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise store_error(folder, error) from error


@cache
def _syncfs() -> Callable[[int], int] | None:
    """Linux's syncfs(2), which Python's os does not have; None elsewhere."""
    return cast(
        "Callable[[int], int] | None", getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    )


def store_error(place: Path | str, error: OSError) -> StoreError:
    """Says what a refused file operation means and what to do about it."""
    code = _code_of(error)
    reason = error.strerror or (os.strerror(code) if code else str(error))
    if code in _FULL:
        return StoreError(str(place), f"no space: {reason}", "Free space there, then run again.")
    if code in _REFUSED:
        return StoreError(
            str(place), f"not writable: {reason}", "Give this user write access to the folder."
        )
    return StoreError(str(place), reason, "Check the disk and the path, then run again.")


def _code_of(error: OSError) -> int | None:
    # Libraries that are not written in Python tell the number in the text only.
    told = re.search(r"\(os error (\d+)\)", str(error))
    return int(told[1]) if error.errno is None and told is not None else error.errno


def _verified(staged: StagedFile, sha256: str) -> StagedFile:
    if staged.sha256 == sha256:
        return staged
    staged.discard()
    raise StoreError(
        str(staged.target),
        f"the bytes on disk hash to {staged.sha256[:16]}, expected {sha256[:16]}",
        "Check the disk; if the source file is still being written, wait until it is complete.",
    )


def _publish_or_discard(staged: StagedFile) -> None:
    try:
        staged.publish()
    except BaseException:
        staged.discard()
        raise


def _remove(part: Path) -> None:
    # What made the write fail may make this fail too, and is the thing to tell.
    with suppress(OSError):
        part.unlink()


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path) == sha256


def _remove_if(path: Path, sha256: str) -> None:
    if _holds(path, sha256):
        path.unlink()
        fsync_folder(path.parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
