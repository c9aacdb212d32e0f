"""Which new files are still being written: they wait, where they are, for a later run.

What belongs here: telling a file that is whole from one whose writer is at work. A file counts as
whole when no process has it open for writing, no lock lies beside it, and nobody has touched it for
`intake.stable_for_s`; one touched since then is looked at a second time after that while.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path

from dmaic_assets.model import SourceFile
from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.ledger.record.files import FileId

Sleep = Callable[[float], None]


def still_written(
    files: Iterable[SourceFile],
    *,
    known: Collection[FileId],
    stat_of: Callable[[Path], FileStat | None],
    now: datetime,
    stable_for_s: float,
    sleep: Sleep = time.sleep,
) -> tuple[SourceFile, ...]:
    """Finds the files whose writer is at work; waits for `stable_for_s` at most.

    Args:
        files: What lies in the folders.
        known: Source and SHA-256 of content that arrived before: it is whole.
        stat_of: The stat under which a file was hashed.
        now: The time.
        stable_for_s: How long an untouched file counts as whole at first sight; 0 looks only at
            who has it open.
        sleep: Waits for so many seconds.
    """
    new = [f for f in files if (f.source, f.sha256) not in known]
    waits = {f.path: _missing_s(stat_of(f.path), now, stable_for_s) for f in new}
    if any(waits.values()):
        sleep(max(waits.values()))
    return tuple(
        f
        for f in new
        if is_open_for_writing(f.path)
        or lock_beside(f.path)
        or (waits[f.path] and _stat(f.path) != stat_of(f.path))
    )


def is_open_for_writing(path: Path) -> bool:
    """Tells whether a process of this machine has a file open for writing, as far as is known.

    Asked of the kernel: it gives no read lease on such a file. Where it gives none at all (other
    systems, network disks, files of other users) the answer is no, and only time tells.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # Whoever opens the file meanwhile waits until the lease is given back, and we are told by
        # a signal: one that is ignored unless somebody asks for it.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def lock_beside(path: Path) -> Path | None:
    """Finds the lock that lies beside a file: `a.csv.lock`, or what office programs make."""
    locks = (path.with_name(n) for n in (f"{path.name}.lock", f".~lock.{path.name}#"))
    return next((lock for lock in locks if lock.exists()), None)


def _missing_s(stat: FileStat | None, now: datetime, stable_for_s: float) -> float:
    """How long a file has still to lie untouched; a time in the future counts as just now."""
    if stat is None:
        return 0.0
    # The time of change counts too: copying sets the time of modification back.
    age_s = now.timestamp() - max(stat.mtime_ns, stat.ctime_ns) / 1e9
    return max(0.0, stable_for_s - max(0.0, age_s))


def _stat(path: Path) -> FileStat | None:
    try:
        return FileStat.of(path.stat())
    except OSError:
        return None
