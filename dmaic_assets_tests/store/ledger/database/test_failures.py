"""Disks that are full or read-only, and what the two databases say about it."""

import sqlite3
from pathlib import Path

import psycopg2.errors
import pytest
import sqlalchemy as sa

from dmaic_assets.errors import IllegalMoveError, InvariantError, StoreError
from dmaic_assets.store.ledger.database.failures import is_transient, translated
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.store.ledger.record.memo import lookup, remember
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_memo_record, find_receipt
from dmaic_assets_tests.store.places import read_only, tiny_disk


def many(start: int) -> list[object]:
    return [a_memo_record(f"{n:064}") for n in range(start, start + 1000)]


def from_sqlite(name: str) -> sa.exc.DBAPIError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorname = name
    return sa.exc.OperationalError("", {}, error)


def from_postgres(code: str | None) -> sa.exc.DBAPIError:
    kind = type("Refusal", (psycopg2.errors.OperationalError,), {"pgcode": code})
    return sa.exc.OperationalError("", {}, kind("what PostgreSQL says"))


@pytest.mark.parametrize(
    ("error", "words", "fix"),
    [
        (from_sqlite("SQLITE_BUSY"), "is locked", "Wait"),
        (from_sqlite("SQLITE_BUSY_SNAPSHOT"), "is locked", "Wait"),
        (from_sqlite("SQLITE_FULL"), "no space left", "Free space"),
        (from_sqlite("SQLITE_READONLY_DBMOVED"), "read-only", "Give"),
        (from_sqlite("SQLITE_CORRUPT"), "damaged", "Restore"),
        (from_sqlite("SQLITE_NOTADB"), "damaged", "Restore"),
        (from_sqlite("SQLITE_CANTOPEN"), "cannot be opened", "Check"),
        (from_sqlite("SQLITE_IOERR_WRITE"), "disk error", "Check"),
        (from_postgres("53100"), "no space left", "Free space"),
        (from_postgres("55P03"), "is locked", "Wait"),
        (from_postgres("25006"), "read-only", "Give"),
        (from_postgres("53300"), "no free connection", "Start fewer"),
        (from_postgres("XX001"), "damaged", "Restore"),
        (from_postgres("57P01"), "cannot be reached", "Check"),
        (from_postgres("3D000"), "cannot be reached", "Check"),
        (from_postgres(None), "cannot be reached", "Check"),
        (from_postgres("40P01"), "lost against concurrent work", "Run again"),
    ],
    ids=str,
)
def test_every_refusal_names_place_reason_and_fix(
    error: sa.exc.DBAPIError, words: str, fix: str
) -> None:
    refusal = translated(error, "the ledger's place")

    assert isinstance(refusal, StoreError)
    assert refusal.subject == "the ledger's place"
    assert words in refusal.culprit
    assert "what " in refusal.culprit
    assert refusal.fix.startswith(fix)


def test_a_denied_move_and_a_broken_constraint_are_no_store_errors() -> None:
    denied = sa.exc.IntegrityError("", {}, sqlite3.IntegrityError("task_state_transition_denied"))
    broken = sa.exc.IntegrityError("", {}, sqlite3.IntegrityError("CHECK constraint failed: x"))

    assert isinstance(translated(denied, "p"), IllegalMoveError)
    assert type(translated(broken, "p")) is InvariantError


def test_only_lost_races_are_tried_again() -> None:
    again = [from_sqlite("SQLITE_BUSY"), from_postgres("40P01"), from_postgres("40001")]
    never = [from_sqlite("SQLITE_FULL"), from_postgres("53100"), from_postgres("55P03")]

    assert [is_transient(error) for error in [*again, *never]] == [True] * 3 + [False] * 3


def test_a_ledger_that_may_not_grow_refuses_and_keeps_what_it_has(sqlite_ledger: Ledger) -> None:
    remember(sqlite_ledger, many(0))
    with sqlite_ledger.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        # Holds for this connection, which is the only one in the pool.
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    with pytest.raises(StoreError, match="no space left"):
        remember(sqlite_ledger, many(1000))

    assert len(lookup(sqlite_ledger, [f"{n:064}" for n in range(2000)])) == 1000


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_space(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with tiny_disk(disk, 3 << 20):
        ledger = Ledger.open(
            f"sqlite:///{disk / 'ledger.sqlite'}", clock=HandClock(), artifacts=disk / "artifacts"
        )
        kept = 0
        with pytest.raises(StoreError) as refusal:
            while kept < 100_000:
                remember(ledger, many(kept))
                kept += 1000
        assert refusal.value.exit_code == 5
        assert len(lookup(ledger, [f"{n:064}" for n in range(kept + 1000)])) == kept > 0

        remounted = sa.text("SELECT 1")
        with ledger.reading() as connection:
            assert connection.execute(remounted).scalar() == 1
        _grow(disk)
        remember(ledger, many(kept))
        assert len(lookup(ledger, [f"{n:064}" for n in range(kept + 1000)])) == kept + 1000
        ledger.close()


def test_an_effect_that_meets_a_full_disk_is_not_done(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dmaic_assets.store.effect_files import write_bytes

    def write() -> str:
        return write_bytes(tmp_path / "out", b"rows").sha256

    monkeypatch.setenv("DMAIC_FAILPOINT", "after_write:full")
    with pytest.raises(StoreError, match="no space"):
        run_effect(ledger, "k", write, kind="write")
    assert find_receipt(ledger, "k") is None
    monkeypatch.delenv("DMAIC_FAILPOINT")

    assert not run_effect(ledger, "k", write, kind="write").replayed
    assert (tmp_path / "out").read_bytes() == b"rows"


def test_a_large_receipt_that_cannot_be_stored_is_no_receipt(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.artifacts.parent.mkdir(parents=True, exist_ok=True)
    ledger.artifacts.write_text("a file where the folder belongs")

    with pytest.raises(StoreError):
        run_effect(ledger, "k", lambda: "x" * 30_000, kind="write")

    assert find_receipt(ledger, "k") is None
    ledger.artifacts.unlink()
    assert run_effect(ledger, "k", lambda: "x" * 30_000, kind="write").value == "x" * 30_000


def test_a_read_only_folder_is_told_when_a_ledger_is_to_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    folder.mkdir()

    with read_only(folder), pytest.raises(StoreError) as refusal:
        Ledger.open(f"sqlite:///{folder / 'ledger.sqlite'}", clock=HandClock(), artifacts=tmp_path)

    assert "cannot be opened" in str(refusal.value)
    assert "may write" in refusal.value.fix


def test_a_read_only_folder_is_told_when_an_existing_ledger_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    Ledger.open(url, clock=HandClock(), artifacts=tmp_path).close()

    with read_only(folder), pytest.raises(StoreError) as refusal:
        ledger = Ledger.open(url, clock=HandClock(), artifacts=tmp_path)
        remember(ledger, many(0))

    assert refusal.value.exit_code == 5


def _grow(disk: Path) -> None:
    import subprocess

    subprocess.run(["mount", "-o", "remount,size=32m", disk], check=True)
