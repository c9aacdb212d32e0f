"""Tells open pages of runs what is stored, as soon as it is.

What belongs here: looking whether the event log has grown. Dagster's own watch waits for the
database file to change; over kept connections events stay in the write-ahead log beside it for
long.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from dagster._core.event_api import EventHandlerFn, EventLogCursor
from dagster._core.storage.event_log.base import EventLogConnection

from dmaic_assets.store.file_stat import FileStat

# Seconds between two looks at the file: what a person at a page does not notice.
_LOOK_S = 0.5
_log = logging.getLogger(__name__)


class EventWatch:
    """Follows runs for callbacks, in one thread that lives while somebody follows one."""

    def __init__(self, read: Callable[[str, str | None], EventLogConnection], log: Path) -> None:
        self._read = read
        self._log = log.with_name(f"{log.name}-wal")
        self._cursors: dict[tuple[str, EventHandlerFn], str | None] = {}
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._news = threading.Event()

    def add(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        """Tells a callback the events of a run after a cursor, those stored already first."""
        with self._guard:
            self._cursors[run_id, callback] = cursor
            self._news.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="events", daemon=True)
                self._thread.start()

    def remove(self, run_id: str, callback: EventHandlerFn) -> None:
        """Tells a callback nothing any more."""
        with self._guard:
            self._cursors.pop((run_id, callback), None)

    def close(self) -> None:
        """Ends the thread."""
        with self._guard:
            self._cursors.clear()
            self._news.set()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _follow(self) -> None:
        seen: FileStat | None = None
        while True:
            is_new = self._news.wait(_LOOK_S)
            self._news.clear()
            with self._guard:
                if not self._cursors:
                    self._thread = None
                    return
                followed = list(self._cursors)
            now = self._stat()
            # A file written to within its own tick keeps its stat.
            if is_new or now is None or now != seen or not now.is_settled(time.time_ns()):
                for run_id, callback in followed:
                    self._tell(run_id, callback)
            seen = now

    def _stat(self) -> FileStat | None:
        try:
            return FileStat.of(self._log.stat())
        except OSError:
            return None

    def _tell(self, run_id: str, callback: EventHandlerFn) -> None:
        with self._guard:
            if (run_id, callback) not in self._cursors:
                return
            cursor = self._cursors[run_id, callback]
        try:
            found = self._read(run_id, cursor)
            for record in found.records:
                told = str(EventLogCursor.from_storage_id(record.storage_id))
                callback(record.event_log_entry, told)
        except Exception:  # noqa: BLE001 - the boundary: a page is no part of this process
            # One page that cannot be told keeps no other from its news.
            _log.exception("events of run %s could not be told", run_id)
            return
        with self._guard:
            if found.cursor and (run_id, callback) in self._cursors:
                self._cursors[run_id, callback] = found.cursor
