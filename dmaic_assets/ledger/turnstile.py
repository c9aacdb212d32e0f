"""A queue in front of SQLite's one writer.

SQLite makes a waiting writer sleep and try again, up to 0.1 s at a time, and whoever tries first
wins: with many workers some wait for seconds. Waiters on a file lock are woken one after the
other, in order. The lock only orders: what it cannot order, SQLite still keeps apart.
"""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from dmaic_assets.errors import StoreError

try:
    import fcntl
except ImportError:  # no such locks on this system: SQLite's own waiting has to do
    fcntl = None


class Turnstile:
    """Lets one thread of one process through at a time; a killed holder lets the next one in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()

    @contextmanager
    def turn(self, timeout_s: float) -> Generator[None]:
        """Holds the turn for the length of a `with` block.

        Raises:
            StoreError: It was not free within the timeout; names the process that holds it.
        """
        if not self._threads.acquire(timeout=timeout_s):
            raise self._refusal("another thread of this process", timeout_s)
        try:
            descriptor = self._acquire(timeout_s)
            try:
                yield
            finally:
                if descriptor is not None:
                    os.close(descriptor)
        finally:
            self._threads.release()

    def _acquire(self, timeout_s: float) -> int | None:
        if fcntl is None:
            return None
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError:
            # A folder that cannot be written to is reported by SQLite, in its own words.
            return None
        try:
            if not _try_lock(descriptor) and not _Waiter(descriptor).wait(timeout_s):
                raise self._refusal(self._holder(), timeout_s)
            os.pwrite(descriptor, f"{os.getpid():<10}".encode(), 0)
        except OSError:
            # A file system without locks, or a full one: ordering is lost, safety is not.
            return descriptor
        return descriptor

    def _holder(self) -> str:
        try:
            return f"process {self._path.read_text(encoding='ascii').strip()}"
        except (OSError, UnicodeDecodeError):
            return "another process"

    def _refusal(self, holder: str, timeout_s: float) -> StoreError:
        return StoreError(
            str(self._path.with_suffix("")),
            f"the ledger is locked: {holder} did not finish writing within {timeout_s:g} s",
            "Wait for it or stop it, then run again.",
        )


class _Waiter:
    """Waits for a blocking lock in a thread, because such a wait has no timeout of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._done = threading.Event()
        self._state = threading.Lock()
        self._is_abandoned = False

    def wait(self, timeout_s: float) -> bool:
        threading.Thread(target=self._block, name="ledger-turnstile", daemon=True).start()
        if self._done.wait(timeout_s):
            return True
        with self._state:
            self._is_abandoned = not self._done.is_set()
        return not self._is_abandoned

    def _block(self) -> None:
        with suppress(OSError):
            _lock(self._descriptor)
        with self._state:
            self._done.set()
            if self._is_abandoned:
                os.close(self._descriptor)


def _try_lock(descriptor: int) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock(descriptor: int) -> None:
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
