"""The ledger's database: opening, transactions, locks and time.

What belongs here: everything that differs between SQLite and PostgreSQL in how work is bracketed.
What the tables hold, the other modules of this package say (docs/guides/ledger.md).
"""

import os
import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.settings.project import Clock
from dmaic_assets.store.effect_files import store_error
from dmaic_assets.store.ledger.database.engines import make_engine
from dmaic_assets.store.ledger.database.failures import is_transient, translated
from dmaic_assets.store.ledger.database.migrate import current_version, upgrade
from dmaic_assets.store.ledger.database.schema import HEAD
from dmaic_assets.store.ledger.database.turnstile import Turnstile

ResultT = TypeVar("ResultT")
# Times are stored as whole microseconds since then (Unix time).
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The unit of stored times: Python's own resolution.
_MICROSECOND = timedelta(microseconds=1)
# Seconds at most before a try again after a conflict: about as long as a transaction.
_RETRY_S = 0.02
# Ports of TCP are numbers of 16 bits.
_PORTS = 1 << 16
# Query parameters of libpq that are secrets or name a file with one.
_SECRETS = frozenset({"password", "passfile", "sslpassword", "sslkey"})


class Ledger:
    """One open ledger. Threads may share it; a forked child gets connections of its own."""

    def __init__(
        self, engine: Engine, clock: Clock, *, busy_timeout_ms: int, artifacts: Path
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.artifacts = artifacts
        self.timeout_s = busy_timeout_ms / 1000
        # When this process last looked for expired leases, on its monotonic clock.
        self.swept_at_s = -1e9
        # Whether this process's last claim found nothing; then it looks before it locks.
        self.is_idle = False
        self._pid = os.getpid()
        self._current = threading.local()
        # The same pool; each statement is a transaction.
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
        database = engine.url.database
        self._turnstile = (
            None if self.is_postgres or database is None else Turnstile(Path(f"{database}.lock"))
        )

    @classmethod
    def open(
        cls, url: str, *, clock: Clock, busy_timeout_ms: int = 30_000, artifacts: Path
    ) -> "Ledger":
        """Opens a ledger, making or migrating it when it is not at the newest schema.

        Args:
            url: `sqlite:///path` or `postgresql://...`.
            clock: Tells the time of everything that is recorded.
            busy_timeout_ms: How long to wait for other writers before refusing.
            artifacts: The folder of content-addressed outputs (`Paths.artifacts`).

        Raises:
            BadInputError: The URL is of no supported kind.
            StoreError: The database is away, locked, read-only, damaged, or of a newer version.
        """
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            _make_folder(Path(parsed.database or ""))
        engine = make_engine(parsed, busy_timeout_ms=busy_timeout_ms)
        ledger = cls(engine, clock, busy_timeout_ms=busy_timeout_ms, artifacts=artifacts)
        try:
            ledger._bring_to_head()
        except BaseException:
            ledger.close()
            raise
        return ledger

    @property
    def is_postgres(self) -> bool:
        """Whether the ledger lives in PostgreSQL rather than SQLite."""
        return self.engine.dialect.name == "postgresql"

    @property
    def place(self) -> str:
        """The ledger's address for messages, without its password."""
        return shown_url(self.engine.url)

    @property
    def data(self) -> Path:
        """The data folder, which artifact paths are relative to."""
        return self.artifacts.parent

    @property
    def is_in_transaction(self) -> bool:
        """Whether this thread is inside a transaction of this ledger."""
        return self._connection() is not None

    def now_us(self) -> int:
        """The clock's time in microseconds since 1970, UTC."""
        return to_us(self.clock())

    def close(self) -> None:
        """Gives all connections back; the ledger can be used again and reconnects then."""
        self.engine.dispose(close=os.getpid() == self._pid)

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """Brackets writes: all of them become visible together, or none.

        Inside another transaction of the same thread this is a part of it, undone alone when
        it fails. So any of this package's functions can be called within one bracket.

        Raises:
            StoreError: The database refuses or is locked beyond the busy timeout.
        """
        outer = self._connection()
        with self._translating():
            if outer is None:
                with self._begun() as connection:
                    yield connection
            else:
                with outer.begin_nested():
                    yield outer

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Brackets reads: they see one state of the ledger, with the writes of an outer bracket.

        Raises:
            StoreError: The database refuses.
        """
        outer = self._connection() or getattr(self._current, "reader", None)
        with self._translating():
            if outer is not None:
                yield outer
                return
            self._leave_parent()
            with self.engine.connect() as connection:
                if self.is_postgres:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    self._current.reader = connection
                    try:
                        yield connection
                    finally:
                        self._current.reader = None

    @contextmanager
    def exclusive(self) -> Generator[Connection]:
        """Gives a connection without a transaction while no other process writes (SQLite).

        For maintenance that databases refuse inside transactions.

        Raises:
            StoreError: The database refuses or is locked beyond the busy timeout.
        """
        self._leave_parent()
        with self._translating(), ExitStack() as stack:
            connection = stack.enter_context(self.engine.connect())
            if self._turnstile is not None:
                stack.enter_context(self._turnstile.turn(self.timeout_s))
            connection.execution_options(isolation_level="AUTOCOMMIT", dmaic_autocommit=True)
            yield connection

    @property
    def has_single_writes(self) -> bool:
        """Whether a write of one statement needs no transaction around it here and now."""
        return self.is_postgres and not self.is_in_transaction

    def write(self, work: Callable[[Connection], ResultT], *, is_single: bool = False) -> ResultT:
        """Runs `work` in a transaction, again when it lost against concurrent work.

        Args:
            work: What to do.
            is_single: Whether it is one statement, which is a transaction by itself: that saves
                two of three trips to a server. Only where `has_single_writes`.

        Raises:
            StoreError: The database refuses, or stays locked beyond the busy timeout.
        """
        if self._connection() is not None:
            with self.transaction() as connection:
                return work(connection)
        deadline = time.monotonic() + self.timeout_s
        while True:
            try:
                with self._alone() if is_single else self._begun() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not is_transient(error) or time.monotonic() > deadline:
                    raise translated(error, self.place) from error
            # The wait only spreads competitors; no result depends on it.
            time.sleep(random.uniform(0, _RETRY_S))  # noqa: S311

    def lock(self, connection: Connection, name: str) -> None:
        """Keeps others who lock the same name out until the transaction ends.

        SQLite's writers exclude each other already.
        """
        if self.is_postgres:
            key = sa.func.hashtextextended(f"dmaic:{name}", 0)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    def _bring_to_head(self) -> None:
        with self.reading() as connection:
            is_new = current_version(connection) != HEAD
        if is_new:
            with self.transaction() as connection:
                self.lock(connection, "schema")
                if current_version(connection) != HEAD:
                    upgrade(connection, self.place)

    def _connection(self) -> Connection | None:
        return getattr(self._current, "connection", None)

    @contextmanager
    def _begun(self) -> Generator[Connection]:
        self._leave_parent()
        with ExitStack() as stack:
            connection = stack.enter_context(self.engine.connect())
            if self._turnstile is not None:
                # Before the turn comes: whatever is done in it, everybody waits for.
                connection = connection.execution_options(dmaic_write=True)
                stack.enter_context(self._turnstile.turn(self.timeout_s))
            stack.enter_context(connection.begin())
            self._current.connection = connection
            try:
                yield connection
            finally:
                self._current.connection = None

    @contextmanager
    def _alone(self) -> Generator[Connection]:
        self._leave_parent()
        with self._single.connect() as connection:
            yield connection

    @contextmanager
    def _translating(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            raise translated(error, self.place) from error

    def _leave_parent(self) -> None:
        # A connection used by parent and child at once damages both.
        if os.getpid() != self._pid:
            self.engine.dispose(close=False)
            self._pid = os.getpid()


def to_us(moment: datetime) -> int:
    """Spells a time of known zone as microseconds since 1970, UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(value: int) -> datetime:
    """Reads what `to_us` wrote."""
    return _EPOCH + value * _MICROSECOND


def shown_url(url: URL) -> str:
    """Spells an address without its secrets: the password, and what stands for one in the query."""
    secret = {key: "***" for key in url.query if key.lower() in _SECRETS}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def _parsed(url: str) -> URL:
    # What is raised here has no cause: SQLAlchemy's words repeat the text, and its password.
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise _bad_url("the text is not a database URL") from None
    except ValueError:
        raise _bad_url("its port is no number") from None
    if parsed.port is not None and not 0 < parsed.port < _PORTS:
        raise _bad_url(f"port {parsed.port} is not from 1 to {_PORTS - 1}")
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg2")
    if backend != "sqlite":
        raise _bad_url(f"{backend} is not supported")
    if not parsed.database or parsed.database == ":memory:":
        raise _bad_url("a ledger in memory is lost with its process")
    return parsed


def _bad_url(culprit: str) -> BadInputError:
    return BadInputError(
        "DMAIC_LEDGER_URL", culprit, "Give sqlite:///path/to/ledger.sqlite or postgresql://..."
    )


def _make_folder(database: Path) -> None:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise store_error(database.parent, error) from error
    if database.is_dir():
        raise StoreError(str(database), "is a folder, not a ledger", "Name a file in the folder.")
