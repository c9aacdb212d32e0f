"""Dagster's SQLite files of a project: made by one process at a time, mended where they were not.

What belongs here: the state of those files. Two processes that make them at once note one revision
each, and Dagster refuses a file with two of them for ever after. Nothing here imports Dagster
before it opens an instance, so that the supervisor can ask.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from dmaic_assets.errors import StoreError
from dmaic_assets.store.file_lock import file_lock

_FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
# Making all three takes a second or two; a machine at its limits takes longer.
_WAIT_S = 120.0
# Seconds to wait for another process that holds the database; as the ledger's busy_timeout_ms.
_BUSY_S = 30.0


@contextmanager
def storage_lock(home: Path) -> Generator[None]:
    """Keeps other processes from opening Dagster's storage, and mends it first where it is due.

    Raises:
        StoreError: Another process holds it too long, or a file cannot be read or mended.
    """
    with file_lock(home / ".storage.lock", wait_s=_WAIT_S):
        for name in _FILES:
            _mend(home / name)
        yield


def is_made(home: Path) -> bool:
    """Tells whether every file is there with one revision, as it is when it was made once.

    Raises:
        StoreError: A file cannot be read.
    """
    return all(len(revisions(home / name)) == 1 for name in _FILES)


def make_apart(home: Path, environment: Mapping[str, str]) -> None:
    """Makes the files in a process of its own, before several processes open them at once.

    Raises:
        StoreError: It could not; the text of that process says why.
    """
    if is_made(home):
        return
    made = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "dmaic_assets.defs.instance.instance", str(home)],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        told = made.stderr.strip().splitlines()
        raise StoreError(
            str(home),
            f"Dagster's storage cannot be made: {told[-1] if told else 'no reason was told'}",
            "Check the disk and dagster.yaml in that folder, then start again.",
        )


def revisions(database: Path) -> list[str]:
    """Reads which revisions a file says that it is of; none for one that is not there.

    Raises:
        StoreError: It cannot be read.
    """
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_S)) as connection:
            return _revisions(connection)
    except sqlite3.Error as error:
        raise _unreadable(database, error) from error


def _mend(database: Path) -> None:
    """Forgets the older revision of two: the tables were made at the newer, by both."""
    if len(revisions(database)) < 2:
        return
    from dagster._core.storage.sqlite import LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION

    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_S)) as connection, connection:
            # The process that came second found tables without a revision, and noted this one.
            connection.execute(
                "DELETE FROM alembic_version WHERE version_num = ?",
                (LAST_KNOWN_STAMPED_SQLITE_ALEMBIC_REVISION,),
            )
            left = _revisions(connection)
    except sqlite3.Error as error:
        raise _unreadable(database, error) from error
    if len(left) != 1:
        raise StoreError(
            str(database),
            f"is of {len(left)} revisions at once: {', '.join(left)}",
            "Move it away: Dagster makes it anew, and what was judged is in the ledger.",
        )


def _revisions(connection: sqlite3.Connection) -> list[str]:
    tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.execute(tables).fetchone() is None:
        return []
    query = "SELECT version_num FROM alembic_version ORDER BY version_num"
    return [str(row[0]) for row in connection.execute(query)]


def _unreadable(database: Path, error: sqlite3.Error) -> StoreError:
    return StoreError(
        str(database),
        f"Dagster's storage cannot be read or written: {error}",
        "Check the disk; if the file is damaged, move it away: what was judged is in the ledger.",
    )
