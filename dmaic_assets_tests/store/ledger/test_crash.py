"""A worker killed in each window between claim, write, rename, record and completion."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from dmaic_assets.settings.project import Paths
from dmaic_assets.store.effect_files import PART_MARK
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.reconcile import reconcile
from dmaic_assets.store.ledger.tasks.leases import claim
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, get_task, plan_tasks
from dmaic_assets_tests.store.ledger.checker import check, read_history
from dmaic_assets_tests.store.ledger.worker import KIND, Order, open_for, work

pytestmark = pytest.mark.crash
_fork = multiprocessing.get_context("fork")
PLACES = (
    "after_claim",
    "after_read",
    "after_write",
    "after_fsync",
    "before_rename",
    "after_rename",
    "before_record",
    "after_record",
    "before_complete",
    "after_complete",
)


def run_until_killed(order: Order, failpoint: str) -> int:
    process = _fork.Process(target=_work_with, args=(order, failpoint))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def _work_with(order: Order, failpoint: str) -> None:
    os.environ["DMAIC_FAILPOINT"] = failpoint
    work(order)


@pytest.fixture
def order(url: str, tmp_path: Path) -> Order:
    return Order(url, tmp_path / "data", ttl_s=0.3)


def planned(order: Order, count: int) -> Ledger:
    ledger = open_for(order)
    plan_tasks(ledger, [TaskSpec(f"k{n}", KIND, "lane", max_attempts=50) for n in range(count)])
    return ledger


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_in_any_window_is_made_good(order: Order, place: str) -> None:
    ledger = planned(order, 3)

    codes = [run_until_killed(order, f"{place}:kill:{visit}") for visit in (1, 2)]
    finish = run_until_killed(order, "")

    assert codes == [-signal.SIGKILL] * 2
    assert finish == 0
    assert check(ledger, read_history(order.folder / "history"), order.folder / "out") == []
    ledger.close()


def test_what_a_kill_left_half_written_is_removed(order: Order, tmp_path: Path) -> None:
    ledger = planned(order, 1)
    run_until_killed(order, "after_fsync:kill")
    out = order.folder / "out"
    quarantine = order.folder / "quarantine"
    out.rename(quarantine)
    assert [PART_MARK in path.name for path in quarantine.iterdir()] == [True]
    time.sleep(0.4)

    found = reconcile(ledger, Paths(tmp_path, order.folder), stale_s=0.1)

    assert len(found.stale_parts) == 1
    assert (found.expired_leases, found.abandoned_effects) == (("k0",), ("write:k0",))
    assert list(quarantine.iterdir()) == []
    ledger.close()


def test_a_task_that_kills_every_worker_ends_as_failed(order: Order) -> None:
    ledger = open_for(order)
    plan_tasks(ledger, [TaskSpec("poison", KIND, "lane", max_attempts=3)])
    plan_tasks(ledger, [TaskSpec("next", KIND, "lane")])

    codes: list[int] = []
    while get_task(ledger, "poison").state != "FAILED":
        codes.append(run_until_killed(order, "after_claim:kill"))
        time.sleep(0.35)
        for lease in claim(ledger, "looking", kinds=("nothing",)):
            pytest.fail(f"claimed {lease}")

    assert codes == [-signal.SIGKILL] * 3
    assert run_until_killed(order, "") == 0
    assert get_task(ledger, "next").state == "DONE"
    ledger.close()
