"""Leases: time-limited, fenced claims on tasks; every write under one proves that it still holds.

What belongs here: claiming, renewing, moving, finishing and giving back. What is done between
two moves, the worker knows (docs/adr/0012).
"""

import os
import random
import secrets
import socket
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningUpdate

from dmaic_assets.errors import BadInputError, StaleLeaseError
from dmaic_assets.ledger.claims import (
    Wanted,
    expire_leases,
    grant_next,
    is_any_due,
    is_overtaken,
    rebase_times,
)
from dmaic_assets.ledger.events import NewEvent, add_events
from dmaic_assets.ledger.rows import dumps
from dmaic_assets.ledger.schema_tasks import tasks as table
from dmaic_assets.ledger.states import (
    LIVE_STATES,
    MOVES,
    TERMINAL_STATES,
    TaskState,
    predecessors,
)
from dmaic_assets.ledger.store import Ledger, from_us
from dmaic_assets.ledger.tasks import Task, denied, moved, to_task
from dmaic_assets.model import Json

_SECOND_US = 1_000_000
_MAX_BACKOFF_S = 3600.0
_JITTER_SHARE = 0.25
_SWEEP_S = 1.0
# Statements that every worker runs all the time are built once.
_TASK = sa.select(table).where(table.c.task_id == sa.bindparam("at_task"))
_TASK_LOCKED = _TASK.with_for_update()


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's claim on a task; `token` is higher than that of every earlier claim on it."""

    task: Task
    owner: str
    token: int
    until: datetime
    ttl_s: float


def worker_name() -> str:
    """Makes an owner name that no other worker has: host, process and chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def claim(
    ledger: Ledger,
    owner: str,
    *,
    kinds: Sequence[str],
    limit: int = 1,
    ttl_s: float = 120.0,
    run_id: str | None = None,
) -> list[Lease]:
    """Leases the oldest claimable tasks; no two owners ever get the same one.

    Leases that expired are taken back on the way (at once when there is too little else to do,
    within a second otherwise), so a dead worker's tasks come back by themselves. Each lease
    given counts as an attempt until it is released. At most one task per lane is
    live, so a batch has at most one of each.

    Args:
        ledger: Where the tasks are.
        owner: Who claims, as `worker_name` gives it.
        kinds: Which kinds of tasks the owner can work on.
        limit: How many at most.
        ttl_s: After how long without a heartbeat the lease expires.
        run_id: Only tasks of this run, in its own order.

    Raises:
        BadInputError: A lease without duration was asked for.
        StoreError: The ledger refuses.
    """
    if ttl_s <= 0:
        raise BadInputError("ttl_s", f"{ttl_s} is no duration", "Give seconds above zero.")
    began = time.perf_counter()
    wanted = Wanted(tuple(kinds), run_id, limit)

    def work(connection: Connection) -> list[Lease]:
        now_us, ttl_us = ledger.now_us(), int(ttl_s * _SECOND_US)
        tasks = grant_next(connection, wanted, owner, now_us=now_us, ttl_us=ttl_us)
        if (len(tasks) < limit or _is_sweep_due(ledger)) and _swept(connection, now_us):
            more = replace(wanted, limit=limit - len(tasks))
            tasks += grant_next(connection, more, owner, now_us=now_us, ttl_us=ttl_us)
        ledger.is_idle = not tasks
        if not tasks:
            return []
        latency_us = round((time.perf_counter() - began) * 1e6)
        add_events(connection, now_us, [_leased_event(task, latency_us) for task in tasks])
        until = from_us(now_us + ttl_us)
        return [Lease(task, owner, task.token, until, ttl_s) for task in tasks]

    if ledger.is_idle and not _is_any_due(ledger, wanted):
        return []
    return ledger.write(work)


def heartbeat(ledger: Ledger, lease: Lease, *, ttl_s: float | None = None) -> Lease:
    """Renews a lease for its time to live, or the one given, from now.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """

    def work(connection: Connection) -> Lease:
        now_us = ledger.now_us()
        ttl_us = int((ttl_s or lease.ttl_s) * _SECOND_US)
        until_us = now_us + ttl_us
        values = {"lease_until_us": until_us, "ttl_us": ttl_us, "updated_us": now_us}
        task = _held(connection, lease, values)
        data: Json = {"until": from_us(until_us).isoformat()}
        event = NewEvent("lease_renewed", task.run_id, task.task_id, None, lease.owner, data)
        add_events(connection, now_us, [event])
        return Lease(task, lease.owner, lease.token, from_us(until_us), ttl_us / _SECOND_US)

    return ledger.write(work)


def advance(ledger: Ledger, lease: Lease, to: TaskState, *, result: Json = None) -> Lease:
    """Moves a task on; a terminal state ends the lease.

    Returns:
        The lease with the task as it is now.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
        IllegalMoveError: The state machine has no such move, or it is not made under a lease.
    """
    if to in ("PLANNED", "LEASED"):
        raise denied(lease.task, to, ())
    is_end = to in TERMINAL_STATES

    def work(connection: Connection) -> Lease:
        now_us = ledger.now_us()
        values: dict[str, object] = {"state": to, "updated_us": now_us}
        if is_end:
            values |= {"owner": None, "lease_until_us": None, "finished_us": now_us}
            values |= {"result": dumps(result)}
        before, task = _moved(connection, lease, to, values)
        add_events(connection, now_us, [moved(task, before, owner=lease.owner)])
        return Lease(task, lease.owner, lease.token, lease.until, lease.ttl_s)

    return ledger.write(work)


def complete(ledger: Ledger, lease: Lease, result: Json = None) -> Task:
    """Finishes a task with its result.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
        IllegalMoveError: Nothing was stored or quarantined yet.
    """
    return advance(ledger, lease, "DONE", result=result).task


def skip(ledger: Ledger, lease: Lease, result: Json = None) -> Task:
    """Finishes a task whose work turned out to be done already.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
        IllegalMoveError: The task was judged already.
    """
    return advance(ledger, lease, "SKIPPED_DUPLICATE", result=result).task


def fail(
    ledger: Ledger,
    lease: Lease,
    error: Json,
    *,
    retry: bool = True,
    rng: random.Random | None = None,
) -> Task:
    """Gives a task back that went wrong: to be tried again later, or failed for good.

    It is tried again after its backoff, doubled with every attempt, up to an hour, and up to a
    quarter more, so that tasks that failed together do not come back together.

    Args:
        ledger: Where the task is.
        lease: The claim on it.
        error: What went wrong, as text or as an error envelope.
        retry: False when trying again cannot help.
        rng: Draws the spread; None derives it from task and attempt.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """

    def work(connection: Connection) -> Task:
        now_us = ledger.now_us()
        current = _held(connection, lease, {"updated_us": now_us})
        is_final = not retry or current.attempts >= current.max_attempts
        delay_us = 0 if is_final else _delay_us(current, rng)
        values = {
            "state": "FAILED" if is_final else "PLANNED",
            "owner": None,
            "lease_until_us": None,
            "available_us": 0 if is_final else now_us + delay_us,
            "delay_us": delay_us,
            "error": dumps(error),
            "updated_us": now_us,
            "finished_us": now_us if is_final else None,
        }
        task = _held(connection, lease, values)
        new = [moved(task, current.state, owner=lease.owner, reason=error)]
        if not is_final:
            data: Json = {"delay_s": delay_us / _SECOND_US, "attempts": task.attempts}
            new.append(NewEvent("task_retry_scheduled", task.run_id, task.task_id, data=data))
        add_events(connection, now_us, new)
        return task

    return ledger.write(work)


def release(ledger: Ledger, lease: Lease) -> Task:
    """Gives a task back untouched, as a worker does that is told to stop; no attempt is used.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """

    def work(connection: Connection) -> Task:
        now_us = ledger.now_us()
        attempts = _current(connection, lease, is_locked=True).attempts - 1
        values = {
            "state": "PLANNED",
            "owner": None,
            "lease_until_us": None,
            "attempts": attempts,
            "updated_us": now_us,
        }
        task = _held(connection, lease, values)
        event = NewEvent("lease_released", task.run_id, task.task_id, owner=lease.owner)
        add_events(connection, now_us, [event])
        return task

    return ledger.write(work)


@contextmanager
def fenced(ledger: Ledger, lease: Lease | None) -> Generator[Connection]:
    """Brackets writes under a lease: until the bracket ends nobody can take the task over.

    Meant for the one rename that publishes outside bytes, and for several ledger writes that
    belong together; keep it short.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """
    with ledger.transaction() as connection:
        if lease is not None:
            _ = _current(connection, lease, is_locked=True)
        yield connection


def require_lease(ledger: Ledger, lease: Lease) -> Task:
    """Proves that a lease still holds at this moment and reads its task.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """
    with ledger.reading() as connection:
        return _current(connection, lease)


def _is_any_due(ledger: Ledger, wanted: Wanted) -> bool:
    with ledger.reading() as connection:
        return is_any_due(connection, wanted, ledger.now_us())


def _is_sweep_due(ledger: Ledger) -> bool:
    # While there is plenty to do nobody runs out of work; then tasks of the dead would wait.
    now_s = time.monotonic()
    if now_s - ledger.swept_at_s < _SWEEP_S:
        return False
    ledger.swept_at_s = now_s
    return True


def _swept(connection: Connection, now_us: int) -> bool:
    if not is_overtaken(connection, now_us):
        return False
    rebase_times(connection, now_us)
    expire_leases(connection, now_us)
    return True


def _leased_event(task: Task, latency_us: int) -> NewEvent:
    data: Json = {"attempt": task.attempts, "token": task.token, "latency_us": latency_us}
    return NewEvent("task_leased", task.run_id, task.task_id, owner=task.owner, data=data)


def _held(connection: Connection, lease: Lease, values: Mapping[str, object]) -> Task:
    row = connection.execute(_update_held(*values), _given(lease, values)).one_or_none()
    return _current(connection, lease) if row is None else to_task(row)


def _moved(
    connection: Connection, lease: Lease, to: TaskState, values: Mapping[str, object]
) -> tuple[TaskState, Task]:
    known = lease.task.state
    if to in MOVES[known]:
        # The common case in one statement: the lease knows where its task is.
        statement, given = _update_held(*values, is_at=True), _given(lease, values)
        row = connection.execute(statement, given | {"at_state": known}).one_or_none()
        if row is not None:
            return known, to_task(row)
    before = _current(connection, lease, is_locked=True)
    if to not in MOVES[before.state]:
        raise denied(before, to, [s for s in predecessors(to) if s in LIVE_STATES])
    return before.state, _held(connection, lease, values)


@cache
def _update_held(*columns: str, is_at: bool = False) -> ReturningUpdate[Any]:  # pyright: ignore[reportExplicitAny] - rows of tasks
    # An owner stands only in live tasks: the table's checks see to that.
    update = table.update().where(
        table.c.task_id == sa.bindparam("at_task"),
        table.c.owner == sa.bindparam("at_owner"),
        table.c.fencing == sa.bindparam("at_token"),
    )
    if is_at:
        update = update.where(table.c.state == sa.bindparam("at_state"))
    changed = {name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
    return update.values(changed).returning(*table.c)


def _given(lease: Lease, values: Mapping[str, object]) -> dict[str, object]:
    holder = {"at_task": lease.task.task_id, "at_owner": lease.owner, "at_token": lease.token}
    return holder | {f"to_{name}": value for name, value in values.items()}


def _current(connection: Connection, lease: Lease, *, is_locked: bool = False) -> Task:
    query = _TASK_LOCKED if is_locked else _TASK
    row = connection.execute(query, {"at_task": lease.task.task_id}).one_or_none()
    task = None if row is None else to_task(row)
    if task is not None and task.owner == lease.owner and task.token == lease.token:
        return task
    if task is None:
        culprit = "the task was removed"
    elif task.owner is None:
        culprit = f"its lease (token {lease.token}) ended: the task is {task.state}"
    else:
        culprit = f"taken over by {task.owner} (token {task.token}; this lease has {lease.token})"
    raise StaleLeaseError(
        f"task {lease.task.task_id} ({lease.task.key})",
        culprit,
        "Drop this work: whoever holds the task now does it again. Raise the lease's time to live "
        "if workers are slow rather than dead.",
    )


def _delay_us(task: Task, rng: random.Random | None) -> int:
    base = min(task.backoff_s * 2 ** (task.attempts - 1), _MAX_BACKOFF_S)
    # Spreading retries needs no secrecy.
    source = rng or random.Random(f"{task.key}:{task.attempts}")  # noqa: S311
    return int(base * (1 + source.uniform(0, _JITTER_SHARE)) * _SECOND_US)
