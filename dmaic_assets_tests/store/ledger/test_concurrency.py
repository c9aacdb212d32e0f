"""Many processes on one ledger, some of them killed, some oversleeping; checked afterwards."""

import multiprocessing
import random
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, list_tasks, open_task_count, plan_tasks
from dmaic_assets_tests.store.ledger.checker import check, read_history
from dmaic_assets_tests.store.ledger.worker import KIND, Order, open_for, work

pytestmark = pytest.mark.crash
_fork = multiprocessing.get_context("fork")


def start(order: Order) -> BaseProcess:
    process = _fork.Process(target=work, args=(order,))
    process.start()
    return process


def plan(ledger: Ledger, count: int) -> None:
    specs = [
        TaskSpec(
            f"k{number}",
            KIND,
            lane=f"lane{number % 7}" if number % 2 else None,
            max_attempts=1000,
            backoff_s=0,
        )
        for number in range(count)
    ]
    plan_tasks(ledger, specs)


def violations(ledger: Ledger, order: Order) -> list[str]:
    return check(ledger, read_history(order.folder / "history"), order.folder / "out")


def test_workers_at_once_do_everything_exactly_once(url: str, tmp_path: Path) -> None:
    order = Order(url, tmp_path / "w", batch=2)
    ledger = open_for(order)
    plan(ledger, 60)

    workers = [start(order) for _ in range(5)]
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0] * 5
    assert violations(ledger, order) == []
    assert list_events(ledger, kinds=("lease_expired", "effect_failed")) == []
    ledger.close()


def test_killed_and_overslept_workers_lose_and_double_nothing(url: str, tmp_path: Path) -> None:
    order = Order(url, tmp_path / "w", ttl_s=0.4, oversleeps=True, work_s=0.05)
    ledger = open_for(order)
    plan(ledger, 40)
    chance = random.Random(20261121)
    workers = [start(order) for _ in range(4)]
    kills = 0
    deadline = time.monotonic() + 60

    while open_task_count(ledger) and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.02, 0.1))
        if kills < 20:
            victim = chance.randrange(len(workers))
            workers[victim].kill()
            workers[victim].join()
            kills += 1
            workers[victim] = start(order)
    for worker in workers:
        worker.join(30)

    assert kills >= 5
    assert violations(ledger, order) == []
    ledger.close()


def test_workers_that_oversleep_are_refused_and_their_tasks_done_by_others(
    url: str, tmp_path: Path
) -> None:
    order = Order(url, tmp_path / "w", ttl_s=0.4, oversleeps=True)
    ledger = open_for(order)
    plan(ledger, 30)

    workers = [start(order) for _ in range(4)]
    for worker in workers:
        worker.join(60)

    assert violations(ledger, order) == []
    history = read_history(order.folder / "history")
    refused = {operation.task for operation in history if not operation.succeeded}
    assert refused
    ledger.close()


def test_processes_that_plan_the_same_make_one_task_each(url: str, tmp_path: Path) -> None:
    order = Order(url, tmp_path / "w")
    gate = _fork.Barrier(4)

    planners = [_fork.Process(target=_plan_at_once, args=(order, gate)) for _ in range(4)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join(60)

    ledger = open_for(order)
    assert [planner.exitcode for planner in planners] == [0] * 4
    assert sorted(task.key for task in list_tasks(ledger)) == sorted(f"k{n}" for n in range(200))
    assert len(list_events(ledger, kinds=("task_planned",))) == 200
    ledger.close()


def _plan_at_once(order: Order, gate: "multiprocessing.synchronize.Barrier") -> None:
    ledger = open_for(order)
    gate.wait(30)
    plan(ledger, 200)
    ledger.close()
