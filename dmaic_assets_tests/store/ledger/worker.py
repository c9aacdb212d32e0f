"""A worker that writes one file per task, and writes down everything that it did and saw.

Used by the crash and concurrency tests and by the benchmark; each process keeps its own history.
"""

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dmaic_assets.errors import IllegalMoveError, StaleLeaseError
from dmaic_assets.settings.project import utc_clock
from dmaic_assets.store.effect_files import failpoint, stage_bytes
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import Prepared, run_effect
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.store.ledger.tasks.leases import (
    advance,
    claim,
    complete,
    heartbeat,
    worker_name,
)
from dmaic_assets.store.ledger.tasks.tasks import open_task_count

KIND = "soak"
ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Order:
    """How a worker is to behave."""

    url: str
    folder: Path
    ttl_s: float = 5.0
    batch: int = 1
    # Whether the first worker of every tenth task sleeps through its lease.
    oversleeps: bool = False
    # How long a worker works on a task at most.
    work_s: float = 0.0
    seed: int = 0
    patience_s: float = 60.0


class History:
    """Operations with the times between which they took effect, one line each."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered: a killed process has written down what it finished.
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def call(
        self,
        facts: dict[str, object],
        work: Callable[[], ResultT],
        tell: Callable[[ResultT], object],
    ) -> ResultT:
        began = time.monotonic_ns()
        try:
            result = work()
        except StaleLeaseError:
            self._write(facts, began, "stale")
            raise
        self._write(facts, began, tell(result))
        return result

    def _write(self, facts: dict[str, object], began: int, outcome: object) -> None:
        line = {**facts, "began": began, "ended": time.monotonic_ns(), "outcome": outcome}
        os.write(self._file, json.dumps(line).encode() + b"\n")


def open_for(order: Order) -> Ledger:
    return Ledger.open(order.url, clock=utc_clock, artifacts=order.folder / "artifacts")


def work(order: Order, warm: Callable[[], object] | None = None) -> None:
    """Works until no task is open; `warm` is called after a first task of its own."""
    ledger = open_for(order)
    owner = worker_name()
    history = History(order.folder / "history" / f"{owner}.jsonl")
    chance = random.Random(f"{order.seed}:{owner}")
    if warm is not None:
        for lease in _claim(ledger, history, owner, order):
            _work_on(ledger, history, lease, order, chance)
        warm()
    deadline = time.monotonic() + order.patience_s
    while time.monotonic() < deadline:
        leases = _claim(ledger, history, owner, order)
        for lease in leases:
            try:
                _work_on(ledger, history, lease, order, chance)
            except StaleLeaseError:
                continue
        if not leases:
            if open_task_count(ledger) == 0:
                break
            time.sleep(chance.uniform(0.005, 0.03))
    ledger.close()


def _claim(ledger: Ledger, history: History, owner: str, order: Order) -> list[Lease]:
    return history.call(
        {"op": "claim", "owner": owner},
        lambda: claim(ledger, owner, kinds=(KIND,), limit=order.batch, ttl_s=order.ttl_s),
        lambda leases: [[lease.task.task_id, lease.token] for lease in leases],
    )


def _work_on(
    ledger: Ledger, history: History, lease: Lease, order: Order, chance: random.Random
) -> None:
    failpoint("after_claim")
    facts = {"owner": lease.owner, "task": lease.task.task_id, "token": lease.token}
    if order.oversleeps and lease.token == 1 and lease.task.task_id % 10 == 0:
        # Long enough that somebody has looked for expired leases meanwhile.
        time.sleep(order.ttl_s + 1.5)
        if lease.task.task_id % 20 == 0:
            history.call({"op": "heartbeat"} | facts, lambda: heartbeat(ledger, lease), _nothing)
    _advance(ledger, history, lease, "READ", facts)
    failpoint("after_read")
    if order.work_s:
        time.sleep(chance.uniform(0, order.work_s))
    _advance(ledger, history, lease, "JUDGED", facts)
    target = order.folder / "out" / f"{lease.task.key}.txt"
    content = f"{lease.task.key}\n".encode()

    def write() -> Prepared:
        staged = stage_bytes(target, content)
        return Prepared(
            {"by": lease.token, "sha256": staged.sha256}, staged.publish, staged.discard
        )

    history.call(
        {"op": "effect", "key": lease.task.key} | facts,
        lambda: run_effect(ledger, f"write:{lease.task.key}", write, kind="write", lease=lease),
        lambda receipt: {"replayed": receipt.replayed, "value": receipt.value},
    )
    _advance(ledger, history, lease, "STORED", facts)
    failpoint("before_complete")
    history.call(
        {"op": "complete"} | facts,
        lambda: complete(ledger, lease, {"file": target.name}),
        lambda task: task.state,
    )
    failpoint("after_complete")


def _advance(
    ledger: Ledger, history: History, lease: Lease, to: str, facts: dict[str, object]
) -> None:
    try:
        history.call(
            {"op": "advance", "to": to} | facts,
            lambda: advance(ledger, lease, to),
            lambda moved: moved.task.state,
        )
    except IllegalMoveError as error:
        raise AssertionError(f"the store let two owners into one task: {error}") from error


def _nothing(_value: object) -> None:
    return None
