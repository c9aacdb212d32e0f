"""Every test that takes `ledger` runs twice: on SQLite and on PostgreSQL."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dmaic_assets.store.ledger.database.schema_alerts import metadata
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets_tests.store.ledger.postgres import NoServerError, Server, running_server

Opener = Callable[..., Ledger]
_numbers = itertools.count(1)
# Faster than TRUNCATE, which makes new files; the legal moves are part of the schema.
_EMPTY = "; ".join(
    f"DELETE FROM {table.name}"
    for table in reversed(metadata.sorted_tables)
    if table.name != "task_moves"
)


class HandClock:
    """A clock that moves only when told to, in either direction."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 4, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    try:
        # Nothing of a test's data has to survive a power cut.
        with running_server(["fsync=off", "full_page_writes=off"]) as server:
            server.execute("CREATE DATABASE shared")
            _make(server.url("shared"))
            yield server
    except NoServerError as error:
        message = f"NO POSTGRESQL: half of the ledger's tests cannot run ({error})"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without content: copying it is faster than making one."""
    path = tmp_path_factory.mktemp("made") / "ledger.sqlite"
    _make(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The newest schema without content, for the length of one test."""
    yield postgres_server.url("shared")
    postgres_server.execute(f"SET lock_timeout = '10s'; {_EMPTY}", "shared")


@pytest.fixture
def own_postgres_url(postgres_server: Server) -> Iterator[str]:
    """A database that the test may do anything to; it has nothing in it."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return _copied(request, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no ledger is yet."""
    if request.param == "postgres":
        return request.getfixturevalue("own_postgres_url")
    return f"sqlite:///{tmp_path / 'new' / 'ledger.sqlite'}"


def _copied(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / "data" / "ledger" / "ledger.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(request.getfixturevalue("made_sqlite"), path)
    return f"sqlite:///{path}"


def _make(url: str) -> None:
    Ledger.open(url, clock=HandClock(), artifacts=Path("/nonexistent/artifacts")).close()


@pytest.fixture
def open_ledger(url: str, tmp_path: Path, clock: HandClock) -> Iterator[Opener]:
    """Opens the same ledger any number of times, as other processes would."""
    opened: list[Ledger] = []

    def opener(**options: int) -> Ledger:
        ledger = Ledger.open(url, clock=clock, artifacts=tmp_path / "data" / "artifacts", **options)
        opened.append(ledger)
        return ledger

    yield opener
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_ledger: Opener) -> Ledger:
    return open_ledger()


@pytest.fixture
def sqlite_ledger(
    request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock
) -> Iterator[Ledger]:
    """For what does not depend on the database, or only exists with SQLite."""
    url = _copied(request, tmp_path)
    ledger = Ledger.open(url, clock=clock, artifacts=tmp_path / "data" / "artifacts")
    yield ledger
    ledger.close()
