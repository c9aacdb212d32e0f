"""The DuckDB database of the warehouse: views only, over accepted rows and ledger mirrors.

What belongs here: keeping the views equal to what lies on the disk, and opening the database.
What does not: rows; they are in Parquet files, which any number of processes write.
"""

import secrets
import shutil
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from dmaic_assets.errors import StoreError
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.effect_files import PART_MARK, fsync_file, fsync_folder, store_error
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.warehouse.layout import (
    LEDGER_SCHEMA,
    View,
    database_path,
    quote_name,
    quote_text,
    wanted_views,
)

# A view of ours carries its own SQL as a comment behind this mark; others' views are left alone.
_MARK = "dmaic: "
# Seconds between two tries to open a database that another process holds.
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class ViewsReceipt:
    """What refreshing did: qualified names, sorted, and what could not be done."""

    written: tuple[str, ...]
    dropped: tuple[str, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the database was rewritten."""
        return bool(self.written or self.dropped)


@contextmanager
def open_database(
    database: Path, *, read_only: bool = True, wait_s: float = 10.0
) -> Generator[duckdb.DuckDBPyConnection]:
    """Opens a DuckDB file for the length of a `with` block and always gives it back.

    Raises:
        StoreError: It is not there, not a DuckDB file, or still held by another process (or by
            this one in another mode) after `wait_s`.
    """
    connection = _connect(database, read_only=read_only, wait_s=wait_s)
    try:
        yield connection
    finally:
        connection.close()


def refresh_views(paths: Paths, *, wait_s: float = 30.0) -> ViewsReceipt:
    """Makes the views of the warehouse equal to what lies on the disk.

    One view per source with accepted files, by the source's name; in the schema `_dmaic` one
    per ledger mirror. Files that come, go or bring new columns need no refresh: a view looks
    at its folder when asked. Views, tables and macros that people made themselves stay.

    The database is rewritten beside and renamed, and only when a view has to change, so readers
    neither wait nor block; those who have it open see the old views until they open it again.

    Raises:
        StoreError: The folder refuses, or another process has the database open for writing
            for longer than `wait_s`.
    """
    database = database_path(paths)
    with file_lock(database.with_name(".views.lock"), wait_s=wait_s):
        wanted = {view.qualified: view for view in wanted_views(paths)}
        present = _present_views(database, wait_s=wait_s)
        ours = {name for name, comment in present.items() if comment.startswith(_MARK)}
        foreign = sorted(set(wanted) & (set(present) - ours))
        problems = tuple(f"{name}: a view of somebody's own has this name" for name in foreign)
        stale = [
            view
            for name, view in wanted.items()
            if name not in foreign and present.get(name) != f"{_MARK}{view.query}"
        ]
        dropped = sorted(ours - set(wanted))
        if not stale and not dropped:
            return ViewsReceipt((), (), problems)
        receipt = _rewrite(database, stale, dropped)
        return replace(receipt, problems=(*problems, *receipt.problems))


def _present_views(database: Path, *, wait_s: float) -> Mapping[str, str]:
    if not _has_content(database):
        return {}
    query = "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
    with open_database(database, wait_s=wait_s) as connection:
        rows = connection.execute(query).fetchall()
    return {
        f"{quote_name(schema)}.{quote_name(name)}": comment or "" for schema, name, comment in rows
    }


def _rewrite(database: Path, stale: Sequence[View], dropped: Sequence[str]) -> ViewsReceipt:
    part = database.with_name(f"{database.name}{PART_MARK}{secrets.token_hex(8)}")
    try:
        if _has_content(database):
            shutil.copyfile(database, part)
        written, problems = _alter(part, stale, dropped)
        if written or dropped:
            fsync_file(part)
            part.replace(database)
            fsync_folder(database.parent)
    except OSError as error:
        raise store_error(database, error) from error
    except duckdb.Error as error:
        raise StoreError(
            str(database), f"cannot be rewritten: {error}", "Check the disk, then run again."
        ) from error
    finally:
        for leftover in (part, part.with_name(f"{part.name}.wal")):
            leftover.unlink(missing_ok=True)
    return ViewsReceipt(tuple(written), tuple(dropped), tuple(problems))


def _alter(
    part: Path, stale: Sequence[View], dropped: Sequence[str]
) -> tuple[list[str], list[str]]:
    connection = duckdb.connect(str(part))
    try:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_name(LEDGER_SCHEMA)}")
        for name in dropped:
            connection.execute(f"DROP VIEW IF EXISTS {name}")
        problems = _create_all(connection, stale)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    written = (view.qualified for view in stale if view.qualified not in problems)
    return sorted(written), [f"{name}: {error}" for name, error in problems.items()]


def _create_all(
    connection: duckdb.DuckDBPyConnection, stale: Sequence[View]
) -> dict[str, duckdb.Error]:
    """Makes views in one transaction, which waits for the disk once; else each in its own.

    Returns:
        By name why a view could not be made.
    """
    with suppress(duckdb.Error):
        _create(connection, stale)
        return {}
    problems: dict[str, duckdb.Error] = {}
    for view in stale:
        try:
            _create(connection, [view])
        except duckdb.Error as error:
            problems[view.qualified] = error
    return problems


def _create(connection: duckdb.DuckDBPyConnection, views: Sequence[View]) -> None:
    connection.execute("BEGIN")
    try:
        for view in views:
            comment = quote_text(f"{_MARK}{view.query}")
            connection.execute(f"CREATE OR REPLACE VIEW {view.qualified} AS {view.query}")
            connection.execute(f"COMMENT ON VIEW {view.qualified} IS {comment}")
    except duckdb.Error:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(database: Path, *, read_only: bool, wait_s: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return duckdb.connect(str(database), read_only=read_only)
        except duckdb.Error as error:
            if not _is_held(error):
                raise StoreError(
                    str(database),
                    f"cannot be opened: {error}",
                    "It holds views only: move it away and the next run builds it anew.",
                ) from error
            if time.monotonic() >= deadline:
                raise StoreError(
                    str(database),
                    f"is held by another program: {error}",
                    "Close the program that has the database open for writing, then run again.",
                ) from error
        time.sleep(_POLL_S)


def _has_content(database: Path) -> bool:
    return database.is_file() and database.stat().st_size > 0


def _is_held(error: duckdb.Error) -> bool:
    text = str(error)
    return "Could not set lock" in text or "different configuration" in text
