"""Workers: processes that work planned tasks, of any run, until they are told to stop.

What belongs here: the loop, and closing runs that nobody waits for (`trigger: worker`). Such a
run's outcomes go to the ledger's outbox, from where they reach Dagster's catalog.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from dmaic_assets.errors import StoreError
from dmaic_assets.model import Cell
from dmaic_assets.store.ledger.record.catalogue import enqueue_outcomes
from dmaic_assets.store.ledger.record.runs import get_run, list_runs
from dmaic_assets.store.ledger.tasks.leases import claim, release, worker_name
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES
from dmaic_assets.store.ledger.tasks.tasks import Task, tasks_of_run
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets.work.run.bulk import close_run
from dmaic_assets.work.run.closing import close_cell, publish_stores
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import is_left
from dmaic_assets.work.run.tasks import KIND, work_task
from dmaic_assets.work.run.upkeep import put_right_if_due
from dmaic_assets.work.run.watch import source_of

_log = logging.getLogger(__name__)
# Seconds a worker rests when there is nothing to claim.
_IDLE_S = 0.5
# Seconds after which the main thread looks up: Python runs a signal's handler there and nowhere
# else, and a signal that the system gives to another thread does not wake it.
_LISTEN_S = 0.5


def work_until_told(
    platform: Platform,
    stop: threading.Event,
    *,
    concurrency: int = 1,
    until_idle: bool = False,
    on_task: Callable[[Task], None] | None = None,
) -> int:
    """Works planned tasks until `stop` is set: the one in hand is finished, no other is begun.

    Args:
        platform: The stores.
        stop: Set it to end the loop; a signal handler may.
        concurrency: Tasks worked on at the same time.
        until_idle: Whether to end when nothing is claimable, instead of waiting for more.
        on_task: Told each task that ended, possibly from another thread.

    Returns:
        How many tasks were worked on.

    Raises:
        StoreError: Ledger or disk refuse; what else was in hand has been finished, and `stop` set.
    """
    put_right_if_due(platform)
    _close_left(platform)
    with ThreadPoolExecutor(concurrency, thread_name_prefix="worker") as pool:
        loops = [
            pool.submit(_loop, platform, stop, until_idle, on_task) for _ in range(concurrency)
        ]
        while (ends := wait(loops, _LISTEN_S, FIRST_EXCEPTION)).not_done:
            if any(loop.exception() for loop in ends.done):
                break
        if ends.not_done:
            # A worker at a part of its strength would go unseen; one that ends is started again.
            stop.set()
        return sum(loop.result() for loop in loops)


def _loop(
    platform: Platform,
    stop: threading.Event,
    until_idle: bool,  # noqa: FBT001 - an internal loop, called in one place
    on_task: Callable[[Task], None] | None,
) -> int:
    owner, done = worker_name(), 0
    ttl_s = platform.settings.dmaic.ledger.lease_ttl_s
    while not stop.is_set():
        leases = claim(platform.ledger, owner, kinds=(KIND,), limit=1, ttl_s=ttl_s)
        if not leases and until_idle:
            return done
        if not leases and not stop.wait(_IDLE_S):
            put_right_if_due(platform)
        for lease in leases:
            if stop.is_set():
                release(platform.ledger, lease)
                continue
            work_task(platform, lease)
            done += 1
            _after(platform, lease.task, on_task)
    return done


def _after(platform: Platform, task: Task, on_task: Callable[[Task], None] | None) -> None:
    if on_task is not None:
        on_task(task)
    if task.run_id is not None and get_run(platform.ledger, task.run_id).kind == "worker":
        close_if_over(platform, task.run_id)


def _close_left(platform: Platform) -> None:
    """Closes runs of workers that died, or were refused, after the last task."""
    for run in list_runs(platform.ledger, None, status="running"):
        if run.kind != "worker":
            continue
        try:
            close_if_over(platform, run.run_id)
        except StoreError as error:
            # What refuses one run's publishing must not keep the worker from all other work.
            _log.warning("run %s stays open: %s", run.run_id, error)


def close_if_over(platform: Platform, run_id: str) -> bool:
    """Closes a run whose tasks have all ended; whoever comes second finds it closed.

    Returns:
        Whether this call closed it.
    """
    tasks = tasks_of_run(platform.ledger, run_id)
    run = get_run(platform.ledger, run_id)
    if run.status != "running" or not all(t.state in TERMINAL_STATES for t in tasks):
        return False
    started = time.perf_counter()
    by_source: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if not is_left(task):
            by_source[source_of(task)].append(task)
    cells = [close_cell(platform, Cell(run_id, s), mine) for s, mine in by_source.items()]
    enqueue_outcomes(platform.ledger, [o for cell in cells for o in cell.outcomes])
    publish_stores(platform, list(by_source), run_id)
    close_run(platform, run_id, cells, time.perf_counter() - started)
    _log.info("run %s closed with %d cells", run_id, len(cells))
    for trouble in tell_people(platform):
        _log.warning("%s", trouble)
    return True
