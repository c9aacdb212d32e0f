"""A queue in front of SQLite's one writer: first come, first served.

SQLite makes a waiting writer sleep and try again, up to 0.1 s at a time, and whoever tries at the
right moment wins: with many workers some wait for seconds. Here a writer draws a ticket, locks
the byte of that number in a file, and waits for the byte of the number before it; who leaves
wakes the next one through a socket. The system frees the bytes of a killed process, so nobody
waits for the dead. The queue only orders; where it cannot (a waiter dies in the middle, a system
without such locks) SQLite still keeps writers apart.
"""

import os
import socket
import struct
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.errors import StoreError

try:
    import fcntl
except ImportError:  # no such locks on this system: SQLite's own waiting has to do
    fcntl = None

_LOCK = struct.Struct("hhqqi")
_NUMBER = struct.Struct("=Q")
_MUTEX_AT, _TICKET_AT, _HOLDER_AT, _QUEUE_AT = 0, 8, 16, 64
# Tickets start again here: a lock's offset must stay below 2 ** 63.
_MOST = 1 << 62
# Seconds between two tries for a ticket: drawing one takes microseconds.
_DRAW_S = 0.0002
# A wake-up gets lost when the one in front is killed; then the freed byte is seen this late.
# Rarely: with a hundred waiting, looking takes time from the one who works.
_LOOK_AGAIN_S = 0.2


class Turnstile:
    """Lets one thread of one process through at a time, in the order of arrival."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()

    @contextmanager
    def turn(self, timeout_s: float) -> Generator[None]:
        """Holds the turn for the length of a `with` block.

        Raises:
            StoreError: It did not come within the timeout; names the process that holds it.
        """
        deadline = time.monotonic() + timeout_s
        if not self._threads.acquire(timeout=timeout_s):
            raise self._refusal("another thread of this process", timeout_s)
        try:
            place = _join(self._path, deadline)
            try:
                if place is not None and not place.wait(deadline):
                    raise self._refusal(place.holder(), timeout_s)
                yield
            finally:
                if place is not None:
                    place.leave()
        finally:
            self._threads.release()

    def _refusal(self, holder: str, timeout_s: float) -> StoreError:
        return StoreError(
            str(self._path.with_suffix("")),
            f"the ledger is locked: {holder} did not finish writing within {timeout_s:g} s",
            "Wait for it or stop it, then run again.",
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """One place in the queue: an open file of its own, in which the ticket's byte is locked."""

    descriptor: int
    ticket: int
    queue: str

    def wait(self, deadline: float) -> bool:
        if not self._is_next():
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
                with suppress(OSError):
                    ear.bind(self._address(self.ticket))
                # Looked at once more: the one in front may have left before the ear was open.
                while not self._is_next():
                    left_s = deadline - time.monotonic()
                    if left_s <= 0:
                        return False
                    ear.settimeout(min(left_s, _LOOK_AGAIN_S))
                    with suppress(OSError):
                        ear.recv(1)
        with suppress(OSError):
            os.pwrite(self.descriptor, _NUMBER.pack(os.getpid()), _HOLDER_AT)
        return True

    def leave(self) -> None:
        # The next one waits for this: made before it is free to go, told before anything else.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
            mouth.setblocking(False)
            # Not by closing alone: a child forked meanwhile shares the locks of an open file.
            _set_lock(self.descriptor, at=_QUEUE_AT + self.ticket, is_free=True)
            mouth.sendto(b".", self._address(self.ticket + 1))
        with suppress(OSError):
            _set_lock(self.descriptor, at=_QUEUE_AT + self.ticket, is_free=True)
        os.close(self.descriptor)

    def holder(self) -> str:
        number = _number(os.pread(self.descriptor, _NUMBER.size, _HOLDER_AT))
        return f"process {number}" if number else "another process"

    def _is_next(self) -> bool:
        return _try_lock(self.descriptor, _QUEUE_AT + self.ticket - 1)

    def _address(self, ticket: int) -> str:
        # In the abstract namespace of Linux: no file, gone with its socket.
        return f"\0dmaic-turnstile-{self.queue}-{ticket}"


def _join(path: Path, deadline: float) -> _Place | None:
    if not hasattr(fcntl, "F_OFD_SETLK"):
        return None
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        # A folder that cannot be written to is reported by SQLite, in its own words.
        return None
    try:
        stat = os.fstat(descriptor)
        return _Place(descriptor, _draw(descriptor, deadline), f"{stat.st_dev}-{stat.st_ino}")
    except OSError:
        # A full disk, or a file system without locks: only the order is lost.
        os.close(descriptor)
        return None


def _draw(descriptor: int, deadline: float) -> int:
    while not _try_lock(descriptor, _MUTEX_AT):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_DRAW_S)
    try:
        ticket = _number(os.pread(descriptor, _NUMBER.size, _TICKET_AT)) % _MOST + 1
        os.pwrite(descriptor, _NUMBER.pack(ticket), _TICKET_AT)
        # Before the next one can draw, because it looks for this lock.
        _set_lock(descriptor, at=_QUEUE_AT + ticket)
        return ticket
    finally:
        _set_lock(descriptor, at=_MUTEX_AT, is_free=True)


def _try_lock(descriptor: int, at: int) -> bool:
    try:
        _set_lock(descriptor, at=at)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _set_lock(descriptor: int, *, at: int, is_free: bool = False) -> None:
    if fcntl is not None:
        kind = fcntl.F_UNLCK if is_free else fcntl.F_WRLCK
        lock = _LOCK.pack(kind, os.SEEK_SET, at, 1, 0)
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, lock)


def _number(content: bytes) -> int:
    return _NUMBER.unpack(content)[0] if len(content) == _NUMBER.size else 0
