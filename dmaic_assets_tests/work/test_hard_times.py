"""Full and refusing disks, clocks that jump, workers that oversleep: nothing lost or doubled."""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.settings.project import load_settings, utc_clock
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.record.runs import get_run, list_runs
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.store.ledger.tasks.leases import claim
from dmaic_assets.store.ledger.tasks.tasks import Task, count_states, list_tasks
from dmaic_assets.work.file.file_job import FileJob
from dmaic_assets.work.file.process import FileResult
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run import loops
from dmaic_assets.work.run import tasks as task_module
from dmaic_assets.work.run.bulk import KIND, open_run
from dmaic_assets.work.run.platform import Platform, open_platform
from dmaic_assets.work.run.tasks import kept_alive, work_task
from dmaic_assets.work.run.worker import work_until_told
from dmaic_assets_tests.store.places import read_only, tiny_disk
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project
from dmaic_assets_tests.work.crash.project import outcome


class MovedClock:
    """The real clock, set forward or back."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return utc_clock() + self.offset


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def moved(project: Project, clock: MovedClock) -> Project:
    """The project under a clock that can be set."""
    project.platform.close()
    project.platform = open_platform(load_settings(project.root, environment={}), clock=clock)
    return project


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Project]:
    """A project on a disk of its own that is soon full."""
    root = tmp_path / "disk"
    root.mkdir()
    with tiny_disk(root, 24 << 20):
        opened = make_project(root)
        yield opened
        opened.platform.close()


def fill(folder: Path, *, but_bytes: int) -> Path:
    """Leaves so little space."""
    filler = folder / "filler"
    stat = os.statvfs(folder)
    filler.write_bytes(b"\0" * max(0, stat.f_bavail * stat.f_frsize - but_bytes))
    return filler


def try_run(project: Project) -> str:
    """Runs everything; what stopped it, or its files' errors."""
    try:
        result = project.run()
    except StoreError as error:
        return str(error)
    return "" if result is None else "; ".join(reason for _, reason in result.errors)


@pytest.mark.parametrize("left_bytes", [0, 40_000, 400_000])
def test_a_full_disk_is_told_and_the_work_is_finished_when_there_is_space(
    small: Project, left_bytes: int
) -> None:
    small.drop("1.csv", csv_of(0))
    small.run()
    # A full disk may take no word that the work was given back: the lease has to run out.
    small.reload(ledger={"backoff_s": 0.0, "lease_ttl_s": 3.0, "heartbeat_s": 1.0})
    small.drop("2.csv", csv_of(1_000, rows=20_000))
    filler = fill(small.root, but_bytes=left_bytes)

    stopped = try_run(small)
    filler.unlink()
    small.reload()
    again = try_run(small)

    assert "space" in stopped or left_bytes == 400_000
    assert again == ""
    assert small.accepted_ids() == [*range(100), *range(1_000, 21_000)]
    assert outcome(small.root)["parts"] == []


def test_a_folder_that_refuses_is_told_and_the_work_is_finished_later(project: Project) -> None:
    project.drop("1.csv", csv_of(0))
    project.run()
    project.reload(ledger={"backoff_s": 0.0})
    project.drop("2.csv", csv_of(1_000))

    with read_only(project.data / "warehouse" / "accepted" / "orders"):
        stopped = try_run(project)
    again = try_run(project)

    assert "not writable" in stopped
    assert again == ""
    assert project.accepted_ids() == [*range(100), *range(1_000, 1_100)]


def test_a_clock_that_is_set_back_an_hour_changes_nothing_but_the_times(
    moved: Project, clock: MovedClock
) -> None:
    moved.drop("1.csv", csv_of(0))
    moved.run()

    clock.offset = timedelta(hours=-1)
    moved.drop("2.csv", csv_of(1_000))
    moved.run()
    clock.offset = timedelta()
    moved.drop("3.csv", csv_of(2_000))
    moved.run()

    assert moved.accepted_ids() == [*range(100), *range(1_000, 1_100), *range(2_000, 2_100)]
    assert [a.sequence for _, a in sorted(moved.arrivals().items())] == [1, 2, 3]
    assert len({run.run_id for run in list_runs(moved.platform.ledger)}) == 3
    assert moved.plan().is_empty


def test_a_clock_that_is_set_back_does_not_hold_up_the_work_of_the_dead(
    moved: Project, clock: MovedClock
) -> None:
    moved.drop("1.csv", csv_of(0))
    request = RunRequest(trigger="worker")
    open_run(moved.platform, moved.plan(request), request)
    claim(moved.platform.ledger, "dead", kinds=(KIND,), ttl_s=120.0)

    clock.offset = timedelta(hours=-1)
    work_until_told(moved.platform, threading.Event(), until_idle=True)
    clock.offset += timedelta(minutes=3)
    done = work_until_told(moved.platform, threading.Event(), until_idle=True)

    assert done == 1
    assert moved.accepted_ids() == [*range(100)]


def test_a_worker_that_wakes_after_its_task_was_taken_over_changes_nothing(
    moved: Project, clock: MovedClock
) -> None:
    moved.drop("1.csv", csv_of(0, amount=lambda n: "oops" if n == 3 else "12.5"))
    moved.drop("2.csv", csv_of(1_000))
    request = RunRequest(trigger="worker")
    run_id = open_run(moved.platform, moved.plan(request), request)
    (asleep,) = claim(moved.platform.ledger, "asleep", kinds=(KIND,), ttl_s=60.0)
    clock.offset = timedelta(minutes=2)
    work_until_told(moved.platform, threading.Event(), until_idle=True)
    before, tasks = outcome(moved.root), list_tasks(moved.platform.ledger)

    work_task(moved.platform, asleep)

    assert outcome(moved.root) == before
    assert list_tasks(moved.platform.ledger) == tasks
    assert get_run(moved.platform.ledger, run_id).status == "succeeded"
    assert count_states(moved.platform.ledger)["DONE"] == 2


def test_a_worker_that_oversleeps_before_it_moves_files_moves_none(
    moved: Project, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved.drop("1.csv", csv_of(0))
    moved.run()
    moved.drop("1.csv", csv_of(1_000))
    request = RunRequest(trigger="worker")
    open_run(moved.platform, moved.plan(request), request)
    (asleep,) = claim(moved.platform.ledger, "asleep", kinds=(KIND,), ttl_s=60.0)
    process_file = task_module.process_file
    taken_over: list[Lease] = []

    def processed_slowly(platform: Platform, job: FileJob) -> FileResult:
        result = process_file(platform, job)
        clock.offset = timedelta(hours=1)
        taken_over.extend(claim(platform.ledger, "next", kinds=(KIND,), ttl_s=60.0))
        return result

    monkeypatch.setattr(task_module, "process_file", processed_slowly)
    work_task(moved.platform, asleep)

    assert [lease.token for lease in taken_over] == [2]
    dispositions = [a.disposition for a in arrivals(moved.platform.ledger)]
    assert dispositions == ["accepted", "landed"]
    assert not list((moved.data / "archive").rglob("*.parquet"))


def test_a_lease_is_kept_although_the_ledger_refused_for_a_while(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.reload(ledger={"heartbeat_s": 0.02, "busy_timeout_ms": 20})
    project.drop("1.csv", csv_of(0))
    open_run(project.platform, project.plan(), RunRequest())
    ledger = project.platform.ledger
    (lease,) = claim(ledger, "w", kinds=(KIND,), ttl_s=60.0)
    other = sqlite3.connect(str(ledger.engine.url.database), isolation_level=None)
    caplog.set_level(logging.WARNING)

    with kept_alive(project.platform, lease):
        other.execute("BEGIN IMMEDIATE")
        wait_until(lambda: "no heartbeat" in caplog.text)
        other.execute("ROLLBACK")
        before = len(list_events(ledger, kinds=("lease_renewed",)))
        wait_until(lambda: len(list_events(ledger, kinds=("lease_renewed",))) > before)
    other.close()


def test_a_worker_of_which_a_part_breaks_ends_and_tells(project: Project) -> None:
    project.drop("1.csv", csv_of(0))
    request = RunRequest(trigger="worker")
    open_run(project.platform, project.plan(request), request)
    stop = threading.Event()
    too_late = threading.Timer(30, stop.set)
    too_late.start()

    def broken(_task: Task) -> None:
        raise StoreError("the pipe", "is broken", "Start the worker again.")

    began = time.monotonic()
    with pytest.raises(StoreError, match="the pipe"):
        work_until_told(project.platform, stop, concurrency=2, on_task=broken)
    too_late.cancel()

    assert time.monotonic() - began < 25
    assert project.accepted_ids() == [*range(100)]


def test_a_loop_that_breaks_ends_the_run_at_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the lease of the task that it had in hand: that is two minutes."""
    for source in ("a", "b", "c"):
        project.drop("1.csv", csv_of(0), source=source)
    calls: list[str] = []

    def broken_once(platform: Platform, lease: Lease) -> None:
        calls.append(lease.task.key)
        if len(calls) == 1:
            raise StoreError("the ledger", "has no space left", "Free space there.")
        work_task(platform, lease)

    monkeypatch.setattr(loops, "work_task", broken_once)

    began = time.monotonic()
    with pytest.raises(StoreError, match="has no space left"):
        project.run()

    assert time.monotonic() - began < 60


def wait_until(is_so: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
