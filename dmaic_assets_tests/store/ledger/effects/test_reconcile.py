import os
from dataclasses import replace
from pathlib import Path

import pytest

from dmaic_assets.settings.project import Paths, utc_clock
from dmaic_assets.store.effect_files import move_file, stage_bytes
from dmaic_assets.store.keys import sha256_file
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.store.ledger.effects.reconcile import Reconciliation, reconcile
from dmaic_assets.store.ledger.record.files import (
    Settlement,
    arrivals,
    register_files,
    set_disposition,
    settle,
)
from dmaic_assets.store.ledger.record.runs import get_run, start_run
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.leases import claim
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, get_task, plan_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.effects.test_effects import dead_owner, leave_open
from dmaic_assets_tests.store.ledger.examples import (
    KINDS,
    a_file,
    a_lease,
    a_run,
    a_task,
    find_receipt,
)

A, B = "a" * 64, "b" * 64
HOUR_S = 3600.0


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(root=tmp_path, data=tmp_path / "data")


@pytest.fixture
def ledger(open_ledger: Opener, clock: HandClock) -> Ledger:
    # What is on the disk has real times; the clock is moved on from them.
    clock.now = utc_clock()
    return open_ledger()


def put(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def accepted(paths: Paths, sha256: str, source: str = "orders") -> Path:
    return put(paths.warehouse / "accepted" / source / f"{sha256[:16]}.parquet")


def settle_accepted(ledger: Ledger, paths: Paths, sha256: str) -> Path:
    path = accepted(paths, sha256)
    register_files(ledger, [a_file(sha256=sha256)], "r")
    relative = str(path.relative_to(paths.data))
    settle(ledger, "orders", sha256, Settlement("accepted", "r", accepted_path=relative))
    return path


def test_a_tidy_project_needs_nothing(ledger: Ledger, paths: Paths, clock: HandClock) -> None:
    settle_accepted(ledger, paths, A)
    put(paths.incoming / "orders" / f"a.csv.part-{'0' * 16}")
    clock.move(days=2)

    found = reconcile(ledger, paths)

    assert found.is_clean
    assert set(found.counts.values()) == {0}
    assert list_events(ledger) == []


def test_an_empty_project_needs_nothing(ledger: Ledger, paths: Paths) -> None:
    assert reconcile(ledger, paths).is_clean


class Wreck:
    """A project in which everything went wrong that the reconciler knows."""

    def __init__(self, ledger: Ledger, paths: Paths, clock: HandClock) -> None:
        self.run = a_run(ledger).run_id
        self.kept = settle_accepted(ledger, paths, A)
        self.lost = settle_accepted(ledger, paths, B)
        self.lost.unlink()
        a_task(ledger, "expired")
        a_lease(ledger, ttl_s=60)
        leave_open(ledger, "abandoned", dead_owner())
        receipt = {"path": str(self.lost.relative_to(paths.data))}
        run_effect(ledger, "lost receipt", lambda: receipt, kind="accepted")
        kept = {"path": str(self.kept.relative_to(paths.data))}
        run_effect(ledger, "kept receipt", lambda: kept, kind="accepted")
        self.part = stage_bytes(paths.quarantine / "orders" / "x" / "rows.parquet", b"half").part
        self.orphan = accepted(paths, "c" * 64)
        self.held = put(paths.quarantine / "orders" / ("d" * 16) / "rows.parquet")
        self.staged = put(paths.staging / "big.parquet")
        payload = {"source": "orders", "sha256": "e" * 64}
        a_task(ledger, "spent", max_attempts=1, payload=payload)
        a_lease(ledger, ttl_s=60)
        self.spent = accepted(paths, "e" * 64)
        clock.move(hours=2)

    def expected(self, *, dry_run: bool) -> Reconciliation:
        return Reconciliation(
            expired_leases=("expired", "spent"),
            abandoned_effects=("abandoned",),
            interrupted_runs=(self.run,),
            stale_parts=(self.part, self.staged),
            unrecorded_files=(self.orphan, self.spent, self.held.parent, self.part.parent),
            lost_files=(self.lost,),
            lost_receipts=("lost receipt",),
            is_dry_run=dry_run,
        )


def test_everything_left_over_is_found_counted_and_put_right(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    wreck = Wreck(ledger, paths, clock)

    found = reconcile(ledger, paths)

    assert found == wreck.expected(dry_run=False)
    assert get_task(ledger, "expired").state == "PLANNED"
    assert get_run(ledger, wreck.run).status == "interrupted"
    assert not wreck.part.exists()
    assert not wreck.orphan.exists()
    orphaned = paths.archive / "orphaned"
    assert (orphaned / wreck.orphan.relative_to(paths.data)).exists()
    assert (orphaned / wreck.held.relative_to(paths.data)).exists()
    assert wreck.kept.exists()
    assert find_receipt(ledger, "lost receipt") is None
    assert find_receipt(ledger, "kept receipt") is not None
    assert not run_effect(ledger, "abandoned", lambda: None, kind="write").replayed
    (told,) = list_events(ledger, kinds=("crash_recovery",))
    assert told.data == {name: count for name, count in found.counts.items() if count}


def test_a_dry_run_finds_the_same_and_changes_nothing(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    wreck = Wreck(ledger, paths, clock)
    before = (get_task(ledger, "expired"), list_events(ledger), get_run(ledger, wreck.run))
    files = sorted(paths.data.rglob("*"))

    first = reconcile(ledger, paths, dry_run=True)
    second = reconcile(ledger, paths, dry_run=True)

    assert first == second == wreck.expected(dry_run=True)
    assert (get_task(ledger, "expired"), list_events(ledger), get_run(ledger, wreck.run)) == before
    assert sorted(paths.data.rglob("*")) == files
    assert find_receipt(ledger, "lost receipt") is not None


def test_a_second_time_there_is_nothing_left_but_what_only_a_run_can_make(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    wreck = Wreck(ledger, paths, clock)
    reconcile(ledger, paths)

    again = reconcile(ledger, paths)

    assert again.lost_files == (wreck.lost,)
    assert sum(again.counts.values()) == 1


def test_work_that_is_going_on_is_left_alone(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    run_id = a_run(ledger).run_id
    register_files(ledger, [a_file(sha256=A)], run_id)
    payload = {"source": "orders", "sha256": B}
    a_task(ledger, run_id=run_id, payload=payload)
    clock.move(hours=2)
    lease = a_lease(ledger, ttl_s=60)
    leave_open(ledger, "k", lease.owner, task_id=lease.task.task_id, fencing=lease.token)
    written = [accepted(paths, A), accepted(paths, B)]
    put(paths.staging / "big.parquet")

    found = reconcile(ledger, paths)

    assert found.is_clean
    assert all(path.exists() for path in written)


def test_what_was_written_just_now_is_left_alone(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    settle_accepted(ledger, paths, A)
    young = [
        accepted(paths, B),
        stage_bytes(paths.warehouse / "accepted" / "orders" / "x.parquet", b"half").part,
        put(paths.staging / "big.parquet"),
    ]
    os.utime(young[0], (0, 0))
    clock.move(seconds=HOUR_S - 60)

    assert reconcile(ledger, paths, stale_s=HOUR_S).is_clean
    clock.move(seconds=120)
    found = reconcile(ledger, paths, stale_s=HOUR_S)

    assert found.unrecorded_files == (young[0],)
    assert set(found.stale_parts) == {young[1], young[2]}


@pytest.mark.parametrize("disposition", ["rejected", "replaced", "removed"])
def test_accepted_rows_of_a_file_that_is_not_accepted_any_more_are_set_aside(
    ledger: Ledger, paths: Paths, clock: HandClock, disposition: str
) -> None:
    path = settle_accepted(ledger, paths, A)
    set_disposition(ledger, "orders", A, disposition)
    clock.move(hours=2)

    assert reconcile(ledger, paths).unrecorded_files == (path,)


def test_a_ledger_that_knows_nothing_judges_nothing(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    path = accepted(paths, A)
    clock.move(hours=2)

    found = reconcile(ledger, paths)

    assert found.unrecorded_files == (path,)
    assert path.exists()


def test_setting_aside_twice_keeps_both(ledger: Ledger, paths: Paths, clock: HandClock) -> None:
    settle_accepted(ledger, paths, A)
    for content in (b"one", b"two"):
        put(accepted(paths, B), content)
        clock.move(hours=2)
        reconcile(ledger, paths)

    aside = sorted((paths.archive / "orphaned" / "warehouse" / "accepted" / "orders").iterdir())
    assert sorted(path.read_bytes() for path in aside) == [b"one", b"two"]


def test_a_move_that_a_crash_cut_short_is_no_leftover(ledger: Ledger, paths: Paths) -> None:
    source = put(paths.incoming / "orders" / "a.csv", b"rows")
    target = paths.quarantine / "orders" / "k" / "a.csv"
    move_file(source, target, sha256=sha256_file(source))

    assert reconcile(ledger, paths).is_clean
    assert replace(a_file(), path=target).path.exists()
    assert arrivals(ledger) == []


def test_a_run_without_tasks_is_interrupted_only_after_a_while(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    run_id = a_run(ledger).run_id
    assert reconcile(ledger, paths, stale_s=HOUR_S).is_clean
    clock.move(seconds=HOUR_S)

    assert reconcile(ledger, paths, stale_s=HOUR_S).interrupted_runs == (run_id,)
    assert get_run(ledger, run_id).finished_at == clock.now


def test_what_a_library_kept_beside_a_part_file_goes_with_it(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    part = put(paths.warehouse / "warehouse.duckdb.part-00ff00ff00ff00ff")
    journal = put(paths.warehouse / "warehouse.duckdb.part-00ff00ff00ff00ff.wal")
    mine = put(paths.warehouse / "warehouse.duckdb.wal")
    clock.move(hours=2)

    found = reconcile(ledger, paths)

    assert found.stale_parts == (part, journal)
    assert mine.exists()


def test_a_run_that_waits_for_workers_is_not_interrupted(
    ledger: Ledger, paths: Paths, clock: HandClock
) -> None:
    waiting = start_run(ledger, git_sha="g", config_hash="", inputs_hash="", kind="worker").run_id
    plan_tasks(ledger, [TaskSpec("k", "intake", run_id=waiting)])
    clock.move(hours=2)

    assert reconcile(ledger, paths).interrupted_runs == ()
    assert get_run(ledger, waiting).status == "running"


def test_a_lease_of_a_process_that_has_ended_is_found_before_it_runs_out(
    ledger: Ledger, paths: Paths
) -> None:
    a_task(ledger)
    claim(ledger, dead_owner(), kinds=KINDS)

    assert reconcile(ledger, paths, dry_run=True).expired_leases == ("t",)
    assert reconcile(ledger, paths).expired_leases == ("t",)
    assert get_task(ledger, "t").state == "PLANNED"
    assert reconcile(ledger, paths).is_clean
