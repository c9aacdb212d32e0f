import os
import sqlite3
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.store.ledger.database.schema import meta
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us
from dmaic_assets.store.ledger.record.memo import lookup, remember
from dmaic_assets.store.ledger.record.metrics import list_metrics, record_metrics
from dmaic_assets.store.ledger.record.runs import get_run, start_run
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import a_memo_record, a_run


def test_times_survive_storage_to_the_microsecond(clock: HandClock) -> None:
    clock.move(microseconds=123_456)

    assert from_us(to_us(clock.now)) == clock.now


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "no url at all"],
)
def test_an_address_that_cannot_hold_a_ledger_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refusal:
        Ledger.open(url, clock=HandClock(), artifacts=tmp_path)

    assert refusal.value.subject == "DMAIC_LEDGER_URL"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@host:port/ledger",
        "postgresql://user:hunter2@host:99999/ledger",
        "postgresql://user:hunter2@host:0/ledger",
        "postgresql//user:hunter2@host/ledger",
        "mysql://user:hunter2@host/ledger",
    ],
)
def test_a_refused_address_is_told_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refusal:
        Ledger.open(url, clock=HandClock(), artifacts=tmp_path)

    assert refusal.value.subject == "DMAIC_LEDGER_URL"
    told = "".join(traceback.format_exception(refusal.value)) + refusal.value.fix
    assert "hunter2" not in told


def test_a_password_in_the_query_is_not_told_either(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refusal:
        Ledger.open(
            "postgresql://127.0.0.1:1/ledger?user=me&password=hunter2",
            clock=HandClock(),
            artifacts=tmp_path,
        )

    assert "hunter2" not in str(refusal.value)
    assert "cannot be reached" in str(refusal.value)


def test_a_plain_postgresql_address_means_the_driver_that_is_installed(postgres_url: str) -> None:
    ledger = Ledger.open(postgres_url, clock=HandClock(), artifacts=Path("/tmp/none"))

    assert ledger.engine.url.drivername == "postgresql+psycopg2"
    ledger.close()


def test_the_place_of_a_ledger_is_told_without_its_password() -> None:
    with pytest.raises(StoreError) as refusal:
        Ledger.open(
            "postgresql://user:hunter2@127.0.0.1:1/ledger",
            clock=HandClock(),
            artifacts=Path("/tmp"),
        )

    assert "hunter2" not in str(refusal.value)
    assert "cannot be reached" in str(refusal.value)


def test_opening_a_ledger_at_the_newest_schema_loads_no_migrations(
    ledger: Ledger, tmp_path: Path
) -> None:
    url = ledger.engine.url.render_as_string(hide_password=False)
    script = (
        "import sys; from pathlib import Path;"
        "from dmaic_assets.store.ledger.database.store import Ledger;"
        "from dmaic_assets.settings.project import utc_clock;"
        f"Ledger.open({url!r}, clock=utc_clock, artifacts=Path({str(tmp_path)!r})).close();"
        "sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_writes_of_one_bracket_are_seen_together_or_not_at_all(ledger: Ledger) -> None:
    run_id = a_run(ledger).run_id

    with pytest.raises(RuntimeError), ledger.transaction():
        record_metrics(ledger, run_id, "gate", "orders", {"rows": 1.0})
        remember(ledger, [a_memo_record("k")])
        raise RuntimeError

    assert list_metrics(ledger, run_id=run_id) == []
    assert lookup(ledger, ["k"]) == {}

    with ledger.transaction():
        record_metrics(ledger, run_id, "gate", "orders", {"rows": 1.0})
        remember(ledger, [a_memo_record("k")])
        assert len(list_metrics(ledger, run_id=run_id)) == 1

    assert lookup(ledger, ["k"]).keys() == {"k"}


def test_a_part_of_a_bracket_that_fails_is_undone_alone(ledger: Ledger) -> None:
    with ledger.transaction():
        kept = a_run(ledger).run_id
        with pytest.raises(RuntimeError), ledger.transaction():
            remember(ledger, [a_memo_record("k")])
            raise RuntimeError

    assert get_run(ledger, kept).run_id == kept
    assert lookup(ledger, ["k"]) == {}


def test_other_connections_see_nothing_of_an_open_bracket(open_ledger: Opener) -> None:
    mine, theirs = open_ledger(), open_ledger()

    with mine.transaction():
        remember(mine, [a_memo_record("k")])

        assert lookup(theirs, ["k"]) == {}

    assert lookup(theirs, ["k"]).keys() == {"k"}


def test_a_bracket_of_reads_sees_one_state(open_ledger: Opener) -> None:
    mine, theirs = open_ledger(), open_ledger()

    with mine.reading():
        before = lookup(mine, ["k"])
        remember(theirs, [a_memo_record("k")])

        assert lookup(mine, ["k"]) == before == {}

    assert lookup(mine, ["k"]).keys() == {"k"}


def test_a_forked_child_does_not_disturb_its_parent(ledger: Ledger) -> None:
    remember(ledger, [a_memo_record("before")])

    child = os.fork()
    if child == 0:
        try:
            remember(ledger, [a_memo_record("child")])
            ledger.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    remember(ledger, [a_memo_record("after")])

    assert lookup(ledger, ["before", "child", "after"]).keys() == {"before", "child", "after"}


def test_a_write_that_lost_against_concurrent_work_is_tried_again(ledger: Ledger) -> None:
    calls = 0

    def work(connection: sa.Connection) -> str:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise _transient(ledger)
        connection.execute(meta.insert().values(key="k", value="v"))
        return "written"

    assert ledger.write(work) == "written"
    assert calls == 3


def test_a_locked_ledger_is_refused_after_the_timeout_with_its_place(open_ledger: Opener) -> None:
    holder, waiter = open_ledger(), open_ledger(busy_timeout_ms=200)
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with holder.transaction() as connection:
            connection.execute(meta.insert().values(key="k", value="v"))
            holding.set()
            release.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(20)
    try:
        with pytest.raises(StoreError) as refusal, waiter.transaction() as connection:
            connection.execute(meta.insert().values(key="k", value="w"))
    finally:
        release.set()
        thread.join()

    assert "is locked" in str(refusal.value)
    assert refusal.value.fix.startswith("Wait")


def test_a_ledger_locked_by_another_tool_is_refused(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    path = sqlite_ledger.engine.url.database
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    impatient = Ledger.open(
        f"sqlite:///{path}", clock=HandClock(), busy_timeout_ms=100, artifacts=tmp_path
    )

    with pytest.raises(StoreError, match="is locked by another process"):
        a_run(impatient)

    other.execute("ROLLBACK")
    other.close()
    assert a_run(impatient).status == "running"
    impatient.close()


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"a,b\n1,2\n" * 1000)

    with pytest.raises(StoreError, match="damaged or not a ledger"):
        Ledger.open(f"sqlite:///{path}", clock=HandClock(), artifacts=tmp_path)

    assert path.read_bytes() == b"a,b\n1,2\n" * 1000


def test_a_damaged_ledger_is_told_when_it_is_met(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    remember(sqlite_ledger, [a_memo_record(f"k{n}") for n in range(2000)])
    sqlite_ledger.close()
    path = Path(str(sqlite_ledger.engine.url.database))
    content = bytearray(path.read_bytes())
    content[4096 * 30 : 4096 * 200] = os.urandom(4096 * 170)
    path.write_bytes(bytes(content))

    with pytest.raises(StoreError) as refusal:
        lookup(sqlite_ledger, [f"k{n}" for n in range(2000)])

    assert "damaged" in str(refusal.value)
    assert "the next run makes a new ledger" in refusal.value.fix


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError) as refusal:
        Ledger.open(
            f"sqlite:///{tmp_path}/file/ledger.sqlite", clock=HandClock(), artifacts=tmp_path
        )

    assert str(tmp_path / "file") in str(refusal.value)


def test_a_folder_in_the_ledgers_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        Ledger.open(f"sqlite:///{tmp_path}", clock=HandClock(), artifacts=tmp_path)


def test_a_thread_of_its_own_has_a_bracket_of_its_own(ledger: Ledger) -> None:
    seen: list[bool] = []

    with ledger.transaction():
        thread = threading.Thread(target=lambda: seen.append(ledger.is_in_transaction))
        thread.start()
        thread.join()

    assert seen == [False]


def test_two_runs_started_inside_one_bracket_differ(ledger: Ledger) -> None:
    with ledger.transaction():
        first = start_run(ledger, git_sha="g", config_hash="", inputs_hash="", kind="cli")
        second = start_run(ledger, git_sha="g", config_hash="", inputs_hash="", kind="cli")

    assert first.run_id != second.run_id


def _transient(ledger: Ledger) -> sa.exc.OperationalError:
    if ledger.is_postgres:
        import psycopg2.errors

        kind = type("Deadlock", (psycopg2.errors.DeadlockDetected,), {"pgcode": "40P01"})
        return sa.exc.OperationalError("", {}, kind("deadlock detected"))
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    return sa.exc.OperationalError("", {}, error)
