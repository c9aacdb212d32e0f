"""A lock between processes, held through an open file and freed by the system on any death."""

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from dmaic_assets.errors import StoreError
from dmaic_assets.store.effect_files import store_error

# Seconds between two tries; the lock is asked for, not waited on, so that a deadline holds.
_POLL_S = 0.02


@contextmanager
def file_lock(path: Path, *, wait_s: float) -> Generator[None]:
    """Holds the lock named by `path` for the length of a `with` block.

    The file itself stays; only the lock on it counts.

    Raises:
        StoreError: Another process still holds it after `wait_s`, or the folder refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a")
    except OSError as error:
        raise store_error(path, error) from error
    with handle:
        _acquire(handle.fileno(), path, wait_s)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def _acquire(descriptor: int, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_POLL_S)
                continue
            raise StoreError(
                str(path),
                f"another process has held the lock for {wait_s:g} s",
                "Wait for it to end, or end it; the lock goes with the process.",
            ) from None
        return
