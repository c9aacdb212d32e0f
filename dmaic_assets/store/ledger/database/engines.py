"""SQLAlchemy engines for the two databases, set up the way the ledger needs them."""

import sqlite3
import time

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from dmaic_assets.store.ledger.database.prepared_statements import run_text

# Seconds between two tries to change the mode, which takes milliseconds.
_WAL_PAUSE_S = 0.01
# Seconds unused after which a connection is asked whether it is alive.
_IDLE_S = 5.0
_USED_AT = "dmaic_used_at"


def make_engine(url: URL, *, busy_timeout_ms: int) -> Engine:
    """Makes an engine; nothing is connected yet.

    SQLite: write-ahead log, foreign keys, synchronous NORMAL (a power cut may lose the newest
    transactions, never the file), writers take their lock when they begin. PostgreSQL: lock
    waits end after the same timeout.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, busy_timeout_ms)
    return _postgres(url, busy_timeout_ms)


def _postgres(url: URL, busy_timeout_ms: int) -> Engine:
    engine = sa.create_engine(
        url,
        pool_size=4,
        max_overflow=-1,
        connect_args={
            "application_name": "dmaic",
            "connect_timeout": 10,
            "options": f"-c lock_timeout={busy_timeout_ms} -c timezone=UTC",
        },
    )

    def on_checkin(_dbapi: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_USED_AT] = time.monotonic()

    def on_checkout(
        dbapi: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # A connection in use is not asked whether it is alive: that would double the traffic.
        if time.monotonic() - entry.info.get(_USED_AT, time.monotonic()) > _IDLE_S:
            _ping(engine, dbapi)

    event.listen(engine, "checkin", on_checkin)
    event.listen(engine, "checkout", on_checkout)
    return engine


def _ping(engine: Engine, dbapi: DBAPIConnection) -> None:
    try:
        engine.dialect.do_ping(dbapi)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _sqlite(url: URL, busy_timeout_ms: int) -> Engine:
    engine = sa.create_engine(
        url,
        pool_size=4,
        max_overflow=-1,
        connect_args={"timeout": busy_timeout_ms / 1000, "isolation_level": None},
    )

    def on_connect(dbapi: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        _use_write_ahead_log(dbapi, busy_timeout_ms / 1000)
        dbapi.execute("PRAGMA synchronous = NORMAL")
        dbapi.execute("PRAGMA foreign_keys = ON")
        # Pages that every transaction changes are copied and synced a quarter as often.
        dbapi.execute("PRAGMA wal_autocheckpoint = 4000")
        dbapi.execute("PRAGMA temp_store = MEMORY")

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("dmaic_autocommit", False):
            # IMMEDIATE: a reader that becomes a writer half-way is refused without waiting.
            is_write = options.get("dmaic_write", False)
            run_text(connection, "BEGIN IMMEDIATE" if is_write else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def _use_write_ahead_log(dbapi: sqlite3.Connection, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            if dbapi.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                dbapi.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Changing the mode does not wait for others by itself.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE_S)
        else:
            return
