"""Lines of a log or a file of alerts: each is there once, whatever died in between.

What belongs here: appending. A line carries its key, so one that a dead process wrote without
noting it is found again.
"""

import fcntl
import mmap
import os
from pathlib import Path

from dmaic_assets.store.effect_files import failpoint, store_error

# Bytes at the end of a file in which the end of its last line is looked for: more than a line has.
_TAIL = 1 << 20


def append_once(path: Path, line: str, key: str) -> bool:
    """Appends a line to a file unless one with its key is there; makes the file when it is not.

    A part of a line that a crash left at the end is taken away first: nothing notes that it was
    written, so it is written again.

    Returns:
        Whether it was appended now.

    Raises:
        StoreError: The disk refuses; the file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        raise store_error(path, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return _append(handle, f"{line}\n".encode(), key.encode())
    except OSError as error:
        raise store_error(path, error) from error
    finally:
        os.close(handle)


def _append(handle: int, line: bytes, key: bytes) -> bool:
    size = _whole_lines(handle)
    if size and _holds(handle, key):
        return False
    try:
        failpoint("before_line")
        written = os.write(handle, line)
        if written < len(line):
            os.write(handle, line[written:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise
    return True


def _whole_lines(handle: int) -> int:
    """The size of a file without a part of a line at its end, which is cut off."""
    size = os.fstat(handle).st_size
    start = max(0, size - _TAIL)
    tail = os.pread(handle, size - start, start)
    whole = start + tail.rfind(b"\n") + 1 if b"\n" in tail or start == 0 else size
    if whole < size:
        os.ftruncate(handle, whole)
    return whole


def _holds(handle: int, key: bytes) -> bool:
    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as content:
        return content.find(key) >= 0
