"""Which tasks may be claimed now, and what happens to leases that time has overtaken.

What belongs here: the selections and sweeps that claiming and reconciling share. All of it runs
inside the caller's write transaction.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.ledger.events import NewEvent, add_events
from dmaic_assets.ledger.rows import dumps
from dmaic_assets.ledger.schema_tasks import IS_LIVE, IS_OPEN, IS_PLANNED
from dmaic_assets.ledger.schema_tasks import tasks as table
from dmaic_assets.ledger.tasks import Task, to_task
from dmaic_assets.model import Json

# How far the clocks of two machines may lie apart before one counts as having jumped.
_SKEW_US = 60_000_000


def claimable(
    kinds: Sequence[str], now_us: int, *, run_id: str | None, limit: int
) -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - numbers of tasks
    """Selects the tasks that are next, oldest first.

    A task waits while its lane has a live task, of whatever run, or an earlier open one: of the
    same run when only that run's tasks are wanted, of any run otherwise. (A run that nobody
    works on must not hold up the next one for ever.)
    """
    t, live, earlier = (table.alias(name) for name in ("t", "live", "earlier"))
    has_live = sa.exists().where(live.c.lane == t.c.lane, sa.text(f"live.{IS_LIVE}"))
    has_earlier = sa.exists().where(
        earlier.c.lane == t.c.lane,
        earlier.c.task_id < t.c.task_id,
        sa.text(f"earlier.{IS_OPEN}"),
    )
    if run_id is not None:
        has_earlier = has_earlier.where(earlier.c.run_id == t.c.run_id)
    query = (
        sa.select(t.c.task_id)
        .where(sa.text(f"t.{IS_PLANNED}"), t.c.available_us <= now_us, t.c.kind.in_(kinds))
        .where(t.c.lane.is_(None) | (~has_live & ~has_earlier))
        .order_by(t.c.task_id)
        .limit(limit)
        .with_for_update(of=t, skip_locked=True)
    )
    return query if run_id is None else query.where(t.c.run_id == run_id)


def is_overtaken(connection: Connection, now_us: int) -> bool:
    """Tells whether some lease has expired, or some time lies further ahead than it can."""
    conditions = [sa.and_(sa.text(IS_LIVE), _expired(now_us) | _lease_ahead(now_us))]
    conditions.append(_delay_ahead(now_us))
    found = (sa.exists(sa.select(table.c.task_id).where(c)) for c in conditions)
    return bool(connection.execute(sa.select(sa.or_(*found))).scalar())


def expired_tasks(connection: Connection, now_us: int) -> list[Task]:
    """Lists the tasks whose lease has expired; nothing is changed."""
    query = sa.select(table).where(sa.text(IS_LIVE), _expired(now_us)).order_by(table.c.task_id)
    return [to_task(row) for row in connection.execute(query)]


def expire_leases(connection: Connection, now_us: int) -> list[Task]:
    """Takes the tasks of expired leases back: to be claimed again, or failed when out of attempts.

    Returns:
        The tasks as they are now.
    """
    rows = connection.execute(
        sa.select(table)
        .where(sa.text(IS_LIVE), _expired(now_us))
        .order_by(table.c.task_id)
        .with_for_update(skip_locked=True)
    ).all()
    return [_taken_back(connection, now_us, row) for row in rows]


def rebase_times(connection: Connection, now_us: int) -> int:
    """Moves times that lie further ahead than they can back to where the clock is now.

    No lease ends later than its time to live from now, no retry waits longer than its delay,
    on a clock that only runs forward. If one does, the clock has jumped back; left alone, a
    dead worker's task would stay out of reach for as long as the jump was.

    Returns:
        How many tasks were changed.
    """
    leases = table.update().where(sa.text(IS_LIVE), _lease_ahead(now_us))
    delays = table.update().where(_delay_ahead(now_us))
    return (
        connection.execute(leases.values(lease_until_us=now_us + table.c.ttl_us)).rowcount
        + connection.execute(delays.values(available_us=now_us + table.c.delay_us)).rowcount
    )


def _expired(now_us: int) -> "sa.ColumnElement[bool]":
    return table.c.lease_until_us <= now_us


def _lease_ahead(now_us: int) -> "sa.ColumnElement[bool]":
    return table.c.lease_until_us > now_us + 2 * table.c.ttl_us


def _delay_ahead(now_us: int) -> "sa.ColumnElement[bool]":
    is_delayed = sa.and_(sa.text(IS_PLANNED), table.c.available_us > 0)
    return is_delayed & (table.c.available_us - table.c.delay_us > now_us + _SKEW_US)


def _taken_back(connection: Connection, now_us: int, row: Row[Any]) -> Task:  # pyright: ignore[reportExplicitAny] - a row of tasks
    before = to_task(row)
    is_spent = before.attempts >= before.max_attempts
    error: Json = {
        "error": "Crash",
        "detail": f"{before.owner} stopped renewing its lease in state {before.state}",
        "hint": "Look for a killed or stuck worker; the task is taken over by the next one.",
    }
    values = {
        "state": "FAILED" if is_spent else "PLANNED",
        "owner": None,
        "lease_until_us": None,
        "available_us": 0,
        "delay_us": 0,
        "error": dumps(error),
        "updated_us": now_us,
        "finished_us": now_us if is_spent else None,
    }
    statement = table.update().where(table.c.task_id == before.task_id).values(values)
    after = to_task(connection.execute(statement.returning(*table.c)).one())
    data = {"from": before.state, "to": after.state, "attempts": after.attempts}
    event = NewEvent("lease_expired", before.run_id, before.task_id, None, before.owner, data)
    add_events(connection, now_us, [event])
    return after
