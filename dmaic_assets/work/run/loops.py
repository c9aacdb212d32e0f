"""The threads that work a run's tasks, one file at a time each, and how they are waited for."""

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress

from dmaic_assets.store.ledger.tasks.leases import claim, worker_name
from dmaic_assets.store.ledger.tasks.tasks import get_task
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import stop_run, stops_a_run
from dmaic_assets.work.run.tasks import KIND, work_task

_POLL_S = 0.1  # seconds between two looks at the work: what a person does not notice


def work_until(
    platform: Platform,
    run_id: str,
    stop: threading.Event,
    news: "queue.SimpleQueue[None]",
    *,
    fail_fast: bool,
) -> None:
    """Works tasks of a run as they become due, until `stop` is set; `news` is told each end."""
    owner = worker_name()
    ttl_s = platform.settings.dmaic.ledger.lease_ttl_s
    while not stop.is_set():
        leases = claim(platform.ledger, owner, kinds=(KIND,), limit=1, ttl_s=ttl_s, run_id=run_id)
        for lease in leases:
            work_task(platform, lease)
            if fail_fast and stops_a_run(ended := get_task(platform.ledger, lease.task.task_id)):
                # Before the next is claimed: one worker begins no file after the first that stops.
                stop_run(platform, run_id, ended)
            news.put(None)
        if not leases:
            stop.wait(_POLL_S)


def wait_for_news(news: "queue.SimpleQueue[None]", *, rest_s: float, most: int) -> None:
    """Rests so long, or until `most` tasks have ended; then until one has, at most a moment.

    All news there is is taken.
    """
    until_s = time.monotonic() + rest_s
    ended = 0
    with suppress(queue.Empty):
        while ended < most and (left_s := until_s - time.monotonic()) > 0:
            news.get(timeout=left_s)
            ended += 1
    with suppress(queue.Empty):
        if not ended:
            news.get(timeout=_POLL_S)
        while True:
            news.get_nowait()


def raise_first(loops: Sequence[Future[None]]) -> None:
    """Raises what ended a loop by itself: the others would wait out the lease of its task."""
    for loop in loops:
        if loop.done():
            loop.result()
