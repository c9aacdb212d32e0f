"""Which process works on which run, so that nobody takes work out of living hands.

What belongs here: one lock file per open run, held from its opening to its close. The system frees
the lock with the process, however that ends, so a lock that can be had proves that nobody works
on the run any more.
"""

import atexit
import fcntl
import json
import os
import socket
import threading
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from dmaic_assets.settings.project import Paths
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.effect_files import store_error
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.store.ledger.tasks.states import OPEN_STATES
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.run.platform import Platform

_held: dict[Path, TextIOWrapper] = {}
_working: set[Path] = set()
_guard = threading.Lock()
# Seconds for which a lock is asked for again while somebody only looks whether it is free.
_LOOKED_AT_S = 0.2


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that works on a run, and since when."""

    run_id: str
    host: str
    pid: int
    since: str

    def __str__(self) -> str:
        """Says who it is in a few words."""
        return f"run {self.run_id} (process {self.pid} on {self.host}, since {self.since})"


def hold(platform: Platform, run_id: str) -> None:
    """Takes a run into this process's hands until `let_go`; doing it twice is doing it once.

    A run that another process holds stays with it: both may work on its tasks.

    Raises:
        StoreError: The folder refuses.
    """
    path = _lock_path(platform, run_id)
    with _guard:
        if path in _held:
            return
        handle = _open(path)
        if not _locked(handle):
            handle.close()
            return
        me = Holder(run_id, socket.gethostname(), os.getpid(), _seconds(platform.clock()))
        handle.truncate(0)
        handle.write(json.dumps(asdict(me)))
        handle.flush()
        if not _held:
            atexit.register(_close_all)
        _held[path] = handle


def _locked(handle: TextIOWrapper) -> bool:
    """Takes a lock; one that somebody takes for an instant, to look at it, is waited for."""
    until_s = time.monotonic() + _LOOKED_AT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until_s or os.fstat(handle.fileno()).st_size:
                return False
            time.sleep(0.005)
        else:
            return True


def _close_all() -> None:
    # The locks go with the process anyway; the files stay, and are seen to be nobody's.
    while _held:
        _held.popitem()[1].close()


def mark_working(platform: Platform, run_id: str) -> None:
    """Notes that this process has begun to work on a run that it holds."""
    with _guard:
        _working.add(_lock_path(platform, run_id))


def let_go(platform: Platform, run_id: str) -> None:
    """Gives a run back, if this process holds it."""
    path = _lock_path(platform, run_id)
    with _guard:
        _working.discard(path)
        handle = _held.pop(path, None)
        if handle is not None:
            path.unlink(missing_ok=True)
            handle.close()


def holder_of(platform: Platform, run_id: str) -> Holder | None:
    """Tells who works on a run; None when nobody does.

    A run that this process opened and never began to work on is in nobody's hands.
    """
    path = _lock_path(platform, run_id)
    with _guard:
        if path in _held:
            return _read(path) if path in _working else None
    return _holder_at(path)


def held_elsewhere(paths: Paths) -> list[Holder]:
    """Finds the runs of a project that other processes work on, without asking the ledger."""
    locks = sorted((paths.ledger / "running").glob("*.lock"))
    found = (_holder_at(path) for path in locks if path not in _held)
    return [holder for holder in found if holder is not None]


def gone_runs(paths: Paths) -> list[str]:
    """Names the runs that a process of this machine held and has not given back: it is dead."""
    here = socket.gethostname()
    with _guard:
        mine = frozenset(_held)
    # Whoever takes a lock says at once who he is; on other machines locks may not be seen.
    return [
        path.stem
        for path in sorted((paths.ledger / "running").glob("*.lock"))
        if path not in mine and _read(path).host == here and _holder_at(path) is None
    ]


def forget_gone(paths: Paths, run_id: str) -> None:
    """Forgets that a dead process held a run.

    Raises:
        StoreError: The folder refuses.
    """
    path = paths.ledger / "running" / f"{run_id}.lock"
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(path, error) from error


def _holder_at(path: Path) -> Holder | None:
    try:
        handle = path.open("r+", encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise store_error(path, error) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(path)
    return None


def others_at_work(platform: Platform, plan: Plan) -> list[Holder]:
    """Finds the runs in living hands that have open tasks for files which the plan has work for."""
    wanted = {(f.file.source, f.file.sha256) for f in plan.work}
    found: list[Holder] = []
    for run in list_runs(platform.ledger, None, status="running"):
        holder = holder_of(platform, run.run_id)
        if holder is not None and wanted & _open_files(platform, run.run_id):
            found.append(holder)
    return found


def _open_files(platform: Platform, run_id: str) -> set[tuple[str, str]]:
    tasks = list_tasks(platform.ledger, run_id=run_id, states=OPEN_STATES)
    return {(task.of_file.source, task.of_file.sha256) for task in tasks}


def _lock_path(platform: Platform, run_id: str) -> Path:
    return platform.paths.ledger / "running" / f"{run_id}.lock"


def _open(path: Path) -> TextIOWrapper:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise store_error(path, error) from error


def _read(path: Path) -> Holder:
    try:
        return from_json(Holder, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        # It took the lock this instant and has not said who it is.
        return Holder(path.stem, "unknown", 0, "now")


def _seconds(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
