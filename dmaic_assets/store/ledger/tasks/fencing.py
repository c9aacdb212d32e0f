"""Writes under a lease: each proves, in the same statement, that the lease still holds.

What belongs here: the condition on task, owner and fencing token, and what a worker is told that
fails it. Which moves there are, leases.py says (docs/adr/0012).
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningUpdate

from dmaic_assets.errors import StaleLeaseError
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow, run_prepared
from dmaic_assets.store.ledger.database.schema_tasks import tasks as table
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import events_of_rows
from dmaic_assets.store.ledger.tasks.states import LIVE_STATES, MOVES, TaskState, predecessors
from dmaic_assets.store.ledger.tasks.tasks import Task, denied, to_task

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
            _ = current_row(connection, lease, is_locked=True)
        yield connection


def held_by(lease: Lease) -> dict[str, object]:
    """The parameters by which a statement knows the lease: `at_task`, `at_owner`, `at_token`."""
    return {"at_task": lease.task.task_id, "at_owner": lease.owner, "at_token": lease.token}


def is_holder() -> "tuple[sa.ColumnElement[bool], ...]":
    """The condition on a row of tasks that the lease of these parameters holds it."""
    # An owner stands only in live tasks: the table's checks see to that.
    return (
        table.c.task_id == sa.bindparam("at_task"),
        table.c.owner == sa.bindparam("at_owner"),
        table.c.fencing == sa.bindparam("at_token"),
    )


def update_held(connection: Connection, lease: Lease, values: Mapping[str, object]) -> PreparedRow:
    """Changes columns of the leased task.

    Returns:
        The row as it is now.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """
    rows = run_prepared(connection, _update(*values), _given(lease, values))
    return rows[0] if rows else current_row(connection, lease)


def move_held(
    connection: Connection, lease: Lease, to: TaskState, values: Mapping[str, object]
) -> tuple[TaskState, PreparedRow]:
    """Moves the leased task on.

    Returns:
        The state that it was in, and the row as it is now.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
        IllegalMoveError: The state machine has no such move.
    """
    known = lease.task.state
    if to in MOVES[known]:
        # The common case in one statement: the lease knows where its task is.
        given = _given(lease, values) | {"at_state": known}
        rows = run_prepared(connection, _update(*values, is_at=True), given)
        if rows:
            return known, rows[0]
    before: TaskState = current_row(connection, lease, is_locked=True).state
    if to not in MOVES[before]:
        task = to_task(current_row(connection, lease))
        raise denied(task, to, [s for s in predecessors(to) if s in LIVE_STATES])
    return before, update_held(connection, lease, values)


def move_held_at_once(
    connection: Connection, lease: Lease, values: Mapping[str, object], event: Mapping[str, object]
) -> PreparedRow | None:
    """Moves the leased task on and tells it, in one statement (PostgreSQL).

    Args:
        connection: Need not be in a transaction.
        lease: The claim on the task.
        values: The columns to change.
        event: `event_at_us`, `event_kind`, `event_owner`, `event_data` of the event.

    Returns:
        The row as it is now; None, and nothing is changed, when the lease does not hold or the
        task is not where the lease knows it to be.
    """
    given = {**_given(lease, values), "at_state": lease.task.state, **event}
    rows = run_prepared(connection, _update_and_tell(*values), given)
    return rows[0] if rows else None


def current_row(connection: Connection, lease: Lease, *, is_locked: bool = False) -> PreparedRow:
    """Reads the leased task's row.

    Raises:
        StaleLeaseError: Somebody else has taken the task over.
    """
    query = _TASK_LOCKED if is_locked else _TASK
    rows = run_prepared(connection, query, {"at_task": lease.task.task_id})
    row = rows[0] if rows else None
    if row is not None and row.owner == lease.owner and row.fencing == lease.token:
        return row
    raise stale(lease, row)


def stale(lease: Lease, row: PreparedRow | None) -> StaleLeaseError:
    """Builds the refusal of a write under a lease that does not hold any more."""
    if row is None:
        culprit = "the task was removed"
    elif row.owner is None:
        culprit = f"its lease (token {lease.token}) ended: the task is {row.state}"
    else:
        culprit = f"taken over by {row.owner} (token {row.fencing}; this lease has {lease.token})"
    return StaleLeaseError(
        f"task {lease.task.task_id} ({lease.task.key})",
        culprit,
        "Drop this work: whoever holds the task now does it again. Raise the lease's time to live "
        "if workers are slow rather than dead.",
    )


@cache
def _update(*columns: str, is_at: bool = False) -> ReturningUpdate[Any]:  # pyright: ignore[reportExplicitAny] - rows of tasks
    update = table.update().where(*is_holder())
    if is_at:
        update = update.where(table.c.state == sa.bindparam("at_state"))
    changed = {name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
    return update.values(changed).returning(*table.c)


@cache
def _update_and_tell(*columns: str) -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - rows of tasks
    moved = _update(*columns, is_at=True).cte("moved")
    return sa.select(moved).add_cte(events_of_rows(moved))


def _given(lease: Lease, values: Mapping[str, object]) -> dict[str, object]:
    return held_by(lease) | {f"to_{name}": value for name, value in values.items()}
