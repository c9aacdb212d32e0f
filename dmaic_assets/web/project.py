"""The project that is shown: its stores, opened once, and a token that tells when to look again.

What belongs here: following changes of the ledger and of the configuration.
"""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.settings.project import Clock, Settings, load_settings, utc_clock
from dmaic_assets.store.ledger.database.schema import HEAD
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.tree_stats import look_at, stat_of, walked
from dmaic_assets.work.run.gone import end_gone
from dmaic_assets.work.run.platform import Platform, open_platform

# Seconds for which configuration and runs are taken to be as they were: a look at a thousand rule
# files takes 10 ms.
_LOOK_S = 1.0
_SCHEMA = "SELECT version_num FROM alembic_version"
_MEND = "Put it back: docs/guides/ledger.md tells of backups."


class Project:
    """The stores of a project while it is served. Threads may share it.

    Settings are read again when a file of the configuration changes; while they are wrong, those
    from before hold, and `trouble` says why.

    Args:
        platform: Open; it stays its owner's.
        ticks: Counts seconds.
    """

    def __init__(self, platform: Platform, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._platform = platform
        self._ticks = ticks
        self._lock = threading.Lock()
        self._ledger = _LedgerWatch(platform.ledger)
        self._config = self._look()
        self._looked_at = ticks()
        self.trouble: DmaicError | None = None

    @property
    def platform(self) -> Platform:
        """The stores, with the newest settings that are right."""
        self._follow()
        return self._platform

    def state(self) -> str:
        """A short text that differs whenever the ledger or the configuration does.

        Raises:
            StoreError: The ledger cannot be asked.
        """
        self._follow()
        told = f"{self._ledger.version()} {self._config}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def moment(self) -> str:
        """The state and the minute: what answers depend on that tell how long something waits.

        Raises:
            StoreError: The ledger cannot be asked.
        """
        return f"{self.state()} {self._platform.clock():%Y%m%d%H%M}"

    def _follow(self) -> None:
        with self._lock:
            if self._ticks() - self._looked_at < _LOOK_S:
                return
            self._looked_at = self._ticks()
            end_gone(self._platform)
            if (seen := self._look()) == self._config:
                return
            self._config = seen
            try:
                settings = load_settings(self._platform.paths.root)
            except DmaicError as error:
                self.trouble = error
                return
            self.trouble = None
            self._platform = replace(self._platform, settings=settings)

    def _look(self) -> str:
        return look_at(walked(str(self._platform.paths.config))).digest

    def close(self) -> None:
        """Gives the connection of the watch back."""
        self._ledger.close()


class _LedgerWatch:
    """Tells whether the ledger changed, for the price of one look at a counter."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = -1
        # Two connections may count alike; each gets a number.
        self._opened = 0

    def version(self) -> str:
        """What differs whenever the ledger does.

        Raises:
            StoreError: The ledger is gone, damaged or of another version, so that what is known of
                it must not be told on.
        """
        if self._ledger.is_postgres:
            with self._ledger.reading() as connection:
                place = sa.func.pg_current_wal_insert_lsn()
                told = connection.execute(sa.select(sa.cast(place, sa.Text))).scalar_one()
                self._check(connection.execute(sa.text(_SCHEMA)).scalar())
            return str(told)
        with self._lock:
            try:
                connection = self._current()
                (count,) = connection.execute("PRAGMA data_version").fetchone()
                self._check((connection.execute(_SCHEMA).fetchone() or (None,))[0])
            except sqlite3.Error as error:
                self._drop()
                raise StoreError(self._ledger.place, f"cannot be read: {error}", _MEND) from error
            return f"{self._opened}.{count}"

    def _current(self) -> sqlite3.Connection:
        """The kept connection, or one to the file that lies there now."""
        path = str(self._ledger.engine.url.database)
        stat = stat_of(path)
        if stat is None or stat.st_ino != self._inode:
            self._drop()
            # Its connections would go on reading the file that was there.
            self._ledger.close()
        if stat is None:
            raise StoreError(self._ledger.place, "is not there", _MEND)
        if self._connection is None:
            uri = f"{Path(path).resolve().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._inode = stat.st_ino
            self._opened += 1
        return self._connection

    def _check(self, version: str | None) -> None:
        if version != HEAD:
            culprit = f"its schema version {version} is not that of this server ({HEAD})"
            fix = "Start the server again, with the version of dmaic-assets that others use."
            raise StoreError(self._ledger.place, culprit, fix)

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._inode = None, -1

    def close(self) -> None:
        with self._lock:
            self._drop()


@contextmanager
def open_project(settings: Settings, *, clock: Clock = utc_clock) -> Generator[Project]:
    """Opens the stores of a project for the length of a `with` block.

    Raises:
        StoreError: The ledger cannot be opened.
    """
    platform = open_platform(settings, clock=clock)
    project = Project(platform)
    try:
        yield project
    finally:
        project.close()
        platform.close()
