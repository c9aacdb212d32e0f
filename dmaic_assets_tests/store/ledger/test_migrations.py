import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import dmaic_assets.store.ledger
from dmaic_assets.errors import StoreError
from dmaic_assets.store.ledger.database import schema_tasks
from dmaic_assets.store.ledger.database.engines import make_engine
from dmaic_assets.store.ledger.database.migrate import current_version, upgrade
from dmaic_assets.store.ledger.database.schema import HEAD, metadata
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.store.ledger.tasks.states import MOVES
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_run

PROCESSES = 6


def test_the_code_knows_the_newest_migration() -> None:
    folder = Path(dmaic_assets.store.ledger.__file__).parent / "migrations"

    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def test_the_migrations_make_exactly_the_declared_schema(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert current_version(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_constraints_have_the_names_that_are_declared(ledger: Ledger) -> None:
    inspector = sa.inspect(ledger.engine)

    for name, table in metadata.tables.items():
        declared = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(name)} == declared


def test_the_store_holds_the_same_moves_as_the_code(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        stored = set(map(tuple, connection.execute(sa.select(schema_tasks.task_moves))))

    assert stored == {(before, after) for before, afters in MOVES.items() for after in afters}


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_an_older_ledger_is_brought_up_with_its_content(
    new_url: str, clock: HandClock, revision: str
) -> None:
    _make_old(new_url, revision)

    ledger = Ledger.open(new_url, clock=clock, artifacts=Path("/nonexistent"))

    (run,) = list_runs(ledger)
    assert (run.run_id, run.status, run.started_at) == ("old", "succeeded", from_us(1))
    assert (run.recursion_id, run.iteration) == (None, None)
    assert a_run(ledger).status == "running"
    with ledger.reading() as connection:
        assert current_version(connection) == HEAD
    ledger.close()


def test_migrating_twice_changes_nothing(ledger: Ledger) -> None:
    run = a_run(ledger)

    with ledger.transaction() as connection:
        upgrade(connection, ledger.place)

    assert list_runs(ledger) == [run]


def test_a_ledger_of_a_newer_version_is_refused_untouched(new_url: str, clock: HandClock) -> None:
    ledger = Ledger.open(new_url, clock=clock, artifacts=Path("/nonexistent"))
    with ledger.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()

    with pytest.raises(StoreError, match="9999 is unknown") as refusal:
        Ledger.open(new_url, clock=clock, artifacts=Path("/nonexistent"))

    assert refusal.value.fix.startswith("Install the version")


def test_a_failing_migration_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(sa.make_url(f"sqlite:///{tmp_path / 'l.sqlite'}"), busy_timeout_ms=1000)

    with (
        pytest.raises(ZeroDivisionError),
        engine.connect().execution_options(dmaic_write=True) as connection,
        connection.begin(),
    ):
        upgrade(connection, "here", to="0001")
        raise ZeroDivisionError

    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_many_processes_may_open_a_new_ledger_first(new_url: str, clock: HandClock) -> None:
    assert _open_at_once(new_url) == PROCESSES

    ledger = Ledger.open(new_url, clock=clock, artifacts=Path("/nonexistent"))
    assert len(list_runs(ledger)) == PROCESSES
    ledger.close()


def _make_old(url: str, revision: str) -> None:
    """Makes a ledger as an older version of the package did, with one run in it."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    else:
        parsed = parsed.set(drivername="postgresql+psycopg2")
    engine = make_engine(parsed, busy_timeout_ms=1000)
    with (
        engine.connect().execution_options(dmaic_write=True) as connection,
        connection.begin(),
    ):
        upgrade(connection, url, to=revision)
        connection.exec_driver_sql(
            "INSERT INTO runs (run_id, kind, status, started_us, git_sha, config_hash, "
            "inputs_hash) VALUES ('old', 'cli', 'succeeded', 1, 'g', 'c', 'i')"
        )
    engine.dispose()


def _open_at_once(url: str) -> int:
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(PROCESSES)
    workers = [context.Process(target=_open, args=(url, gate)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return sum(worker.exitcode == 0 for worker in workers)


def _open(url: str, gate: "multiprocessing.synchronize.Barrier") -> None:
    gate.wait(30)
    ledger = Ledger.open(url, clock=HandClock(), artifacts=Path("/nonexistent"))
    a_run(ledger)
    ledger.close()
