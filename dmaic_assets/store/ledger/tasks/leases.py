"""Leases: time-limited, fenced claims on tasks; every write under one proves that it still holds.

What belongs here: claiming, renewing, moving, finishing and giving back. What is done between
two moves, the worker knows (docs/adr/0012).
"""

import os
import random
import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow
from dmaic_assets.store.ledger.database.rows import dumps
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.tasks.claims import (
    Asked,
    Wanted,
    expire_leases,
    gone_owners,
    grant_at_once,
    grant_next,
    is_any_due,
    is_overtaken,
    rebase_times,
)
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events
from dmaic_assets.store.ledger.tasks.fencing import (
    Lease,
    current_row,
    move_held,
    move_held_at_once,
    update_held,
)
from dmaic_assets.store.ledger.tasks.states import MOVES, TERMINAL_STATES, TaskState
from dmaic_assets.store.ledger.tasks.tasks import Task, denied, moved, to_task

# Microseconds in a second.
_SECOND_US = 1_000_000
# Seconds: doubling stops at an hour, so that a mended fault is noticed the same day.
_MAX_BACKOFF_S = 3600.0
# Share of a delay added at random, so that tasks that failed together do not return together.
_JITTER_SHARE = 0.25
# Seconds between two looks of one process for leases that have run out.
_SWEEP_S = 1.0


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
    asked = Asked(
        Wanted(tuple(kinds), run_id, limit), owner, int(ttl_s * _SECOND_US), time.perf_counter()
    )
    if ledger.is_idle and not _is_any_due(ledger, asked.wanted):
        return []
    rows = _granted_at_once(ledger, asked) if ledger.has_single_writes else _granted(ledger, asked)
    ledger.is_idle = not rows
    return [
        Lease(to_task(row), owner, row.fencing, from_us(row.lease_until_us), ttl_s) for row in rows
    ]


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
        row = update_held(connection, lease, values)
        data: Json = {"until": from_us(until_us).isoformat()}
        event = NewEvent("lease_renewed", row.run_id, row.task_id, None, lease.owner, data)
        add_events(connection, now_us, [event])
        return Lease(to_task(row), lease.owner, lease.token, from_us(until_us), ttl_us / _SECOND_US)

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
    ending: dict[str, object] = {}
    if to in TERMINAL_STATES:
        ending = {"owner": None, "lease_until_us": None, "result": dumps(result)}

    def values(now_us: int) -> dict[str, object]:
        ends = {"finished_us": now_us} if ending else {}
        return {"state": to, "updated_us": now_us, **ending, **ends}

    def at_once(connection: Connection) -> PreparedRow | None:
        now_us = ledger.now_us()
        return move_held_at_once(connection, lease, values(now_us), _told_move(lease, to, now_us))

    def work(connection: Connection) -> PreparedRow:
        now_us = ledger.now_us()
        before, row = move_held(connection, lease, to, values(now_us))
        add_events(connection, now_us, [moved(row, before, owner=lease.owner)])
        return row

    row: PreparedRow | None = None
    if ledger.has_single_writes and to in MOVES[lease.task.state]:
        row = ledger.write(at_once, is_single=True)
    if row is None:
        row = ledger.write(work)
    return Lease(to_task(row), lease.owner, lease.token, lease.until, lease.ttl_s)


def complete(ledger: Ledger, lease: Lease, result: Json = None) -> Task:
    """Finishes a task with its result.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
        IllegalMoveError: Nothing was stored or quarantined yet.
    """
    return advance(ledger, lease, "DONE", result=result).task


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
        current = to_task(update_held(connection, lease, {"updated_us": now_us}))
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
        task = to_task(update_held(connection, lease, values))
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
        attempts = current_row(connection, lease, is_locked=True).attempts - 1
        values = {
            "state": "PLANNED",
            "owner": None,
            "lease_until_us": None,
            "attempts": attempts,
            "updated_us": now_us,
        }
        task = to_task(update_held(connection, lease, values))
        event = NewEvent("lease_released", task.run_id, task.task_id, owner=lease.owner)
        add_events(connection, now_us, [event])
        return task

    return ledger.write(work)


def take_back_left(ledger: Ledger) -> None:
    """Takes back at once what processes of this machine left that have ended.

    Otherwise whoever comes after a crash would wait until the leases run out by themselves.

    Raises:
        StoreError: The ledger refuses.
    """
    with ledger.reading() as connection:
        if not gone_owners(connection):
            return
    ledger.write(lambda connection: expire_leases(connection, ledger.now_us()))


def _granted(ledger: Ledger, asked: Asked) -> list[PreparedRow]:
    limit = asked.wanted.limit

    def work(connection: Connection) -> list[PreparedRow]:
        now_us = ledger.now_us()
        rows = grant_next(connection, asked, now_us)
        if (len(rows) < limit or _is_sweep_due(ledger)) and _swept(connection, now_us):
            rows += grant_next(connection, asked.for_more(limit - len(rows)), now_us)
        latency_us = asked.latency_us()
        add_events(connection, now_us, [_leased_event(row, latency_us) for row in rows])
        return rows

    return ledger.write(work)


def _granted_at_once(ledger: Ledger, asked: Asked) -> list[PreparedRow]:
    def grant(more: Asked) -> list[PreparedRow]:
        return ledger.write(lambda c: grant_at_once(c, more, ledger.now_us()), is_single=True)

    if _is_sweep_due(ledger):
        _sweep(ledger)
    rows = grant(asked)
    if len(rows) < asked.wanted.limit and _sweep(ledger):
        rows += grant(asked.for_more(asked.wanted.limit - len(rows)))
    return rows


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


def _sweep(ledger: Ledger) -> bool:
    with ledger.reading() as connection:
        if not is_overtaken(connection, ledger.now_us()):
            return False
    return ledger.write(lambda connection: _swept(connection, ledger.now_us()))


def _swept(connection: Connection, now_us: int) -> bool:
    if not is_overtaken(connection, now_us):
        return False
    rebase_times(connection, now_us)
    expire_leases(connection, now_us)
    return True


def _leased_event(row: PreparedRow, latency_us: int) -> NewEvent:
    data: Json = {"attempt": row.attempts, "token": row.fencing, "latency_us": latency_us}
    return NewEvent("task_leased", row.run_id, row.task_id, owner=row.owner, data=data)


def _told_move(lease: Lease, to: TaskState, now_us: int) -> dict[str, object]:
    # Attempts stay the same for as long as a lease holds.
    event = moved(replace(lease.task, state=to), lease.task.state, owner=lease.owner)
    return {
        "event_at_us": now_us,
        "event_kind": event.kind,
        "event_owner": event.owner,
        "event_data": dumps(dict(event.data)),
    }


def _delay_us(task: Task, rng: random.Random | None) -> int:
    base = min(task.backoff_s * 2 ** (task.attempts - 1), _MAX_BACKOFF_S)
    # Spreading retries needs no secrecy.
    source = rng or random.Random(f"{task.key}:{task.attempts}")  # noqa: S311
    return int(base * (1 + source.uniform(0, _JITTER_SHARE)) * _SECOND_US)
