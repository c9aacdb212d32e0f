"""Which tasks may be claimed now, and what happens to leases that time has overtaken.

What belongs here: the selections and sweeps that claiming and reconciling share. All of it runs
inside the caller's write transaction. Statements are built once: building costs more than running.
"""

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.dml import ReturningUpdate

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow, run_prepared
from dmaic_assets.store.ledger.database.rows import dumps
from dmaic_assets.store.ledger.database.schema_tasks import IS_LIVE, IS_OPEN, IS_PLANNED
from dmaic_assets.store.ledger.database.schema_tasks import tasks as table
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events, events_of_rows
from dmaic_assets.store.ledger.tasks.owners import is_gone
from dmaic_assets.store.ledger.tasks.tasks import Task, to_task


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks a claim is for."""

    kinds: tuple[str, ...]
    run_id: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Who claims what, for how long, and since when (on the process's monotonic clock)."""

    wanted: Wanted
    owner: str
    ttl_us: int
    began_s: float

    def for_more(self, limit: int) -> "Asked":
        """The same for another number of tasks."""
        return replace(self, wanted=replace(self.wanted, limit=limit))

    def latency_us(self) -> int:
        """How long the claim has taken until now."""
        return round((time.perf_counter() - self.began_s) * 1e6)


# How far the clocks of two machines may lie apart before one counts as having jumped.
_SKEW_US = 60_000_000
_now: "sa.BindParameter[int]" = sa.bindparam("now_us", type_=sa.BigInteger)
_is_expired = sa.and_(sa.text(IS_LIVE), table.c.lease_until_us <= _now)
_is_lease_ahead = sa.and_(sa.text(IS_LIVE), table.c.lease_until_us > _now + 2 * table.c.ttl_us)
_is_delay_ahead = sa.and_(
    sa.text(IS_PLANNED),
    table.c.available_us > 0,
    table.c.available_us - table.c.delay_us > _now + _SKEW_US,
)
_OVERTAKEN = sa.select(
    sa.exists(sa.select(table.c.task_id).where(sa.or_(_is_expired, _is_lease_ahead)))
    | sa.exists(sa.select(table.c.task_id).where(_is_delay_ahead))
)
_is_left = sa.and_(sa.text(IS_LIVE), table.c.owner.in_(sa.bindparam("gone", expanding=True)))
_LOST = sa.select(table).where(sa.or_(_is_expired, _is_left)).order_by(table.c.task_id)
_LOST_LOCKED = _LOST.with_for_update(skip_locked=True)
_OWNERS = sa.select(table.c.owner).where(sa.text(IS_LIVE)).distinct()
_REBASE_LEASES = table.update().where(_is_lease_ahead).values(lease_until_us=_now + table.c.ttl_us)
_REBASE_DELAYS = table.update().where(_is_delay_ahead).values(available_us=_now + table.c.delay_us)


def is_any_due(connection: Connection, wanted: Wanted, now_us: int) -> bool:
    """Tells whether a claim could give anything now; only reads, so it disturbs no writer."""
    query = _next(is_of_run=wanted.run_id is not None, kinds=len(wanted.kinds))
    is_due = bool(run_prepared(connection, query, _sought(replace(wanted, limit=1), now_us)))
    return is_due or is_overtaken(connection, now_us)


def grant_next(connection: Connection, asked: Asked, now_us: int) -> list[PreparedRow]:
    """Gives the tasks that are next to an owner, oldest first, under a new fencing token each.

    A task waits while its lane has a live task, of whatever run, or an earlier open one: of the
    same run when only that run's tasks are wanted, of any run otherwise. (A run that nobody
    works on must not hold up the next one for ever.)
    """
    wanted = asked.wanted
    statement = _grant(is_of_run=wanted.run_id is not None, kinds=len(wanted.kinds))
    rows = run_prepared(connection, statement, _sought(wanted, now_us) | _granted(asked, now_us))
    return sorted(rows, key=_number)


def grant_at_once(connection: Connection, asked: Asked, now_us: int) -> list[PreparedRow]:
    """Does as `grant_next` and tells it, in one statement (PostgreSQL)."""
    wanted = asked.wanted
    statement = _grant_and_tell(is_of_run=wanted.run_id is not None, kinds=len(wanted.kinds))
    event = {
        "event_at_us": now_us,
        "event_kind": "task_leased",
        "event_owner": asked.owner,
        "until_now_us": asked.latency_us(),
    }
    given = _sought(wanted, now_us) | _granted(asked, now_us) | event
    return sorted(run_prepared(connection, statement, given), key=_number)


def is_overtaken(connection: Connection, now_us: int) -> bool:
    """Tells whether some lease has expired, or some time lies further ahead than it can."""
    return bool(run_prepared(connection, _OVERTAKEN, {"now_us": now_us})[0][0])


def gone_owners(connection: Connection) -> list[str]:
    """Lists the owners of leases that were processes of this machine and have ended."""
    return [owner for owner in connection.execute(_OWNERS).scalars() if is_gone(owner)]


def expired_tasks(connection: Connection, now_us: int) -> list[Task]:
    """Lists the tasks whose lease has expired, or whose owner is gone; nothing is changed."""
    lost = {"now_us": now_us, "gone": gone_owners(connection)}
    return [to_task(row) for row in connection.execute(_LOST, lost)]


def expire_leases(connection: Connection, now_us: int) -> list[Task]:
    """Takes the tasks of expired leases, and of owners that are gone, back.

    Returns:
        The tasks as they are now: to be claimed again, or failed when out of attempts.
    """
    lost = {"now_us": now_us, "gone": gone_owners(connection)}
    rows = connection.execute(_LOST_LOCKED, lost).all()
    return [_taken_back(connection, now_us, row) for row in rows]


def rebase_times(connection: Connection, now_us: int) -> int:
    """Moves times that lie further ahead than they can back to where the clock is now.

    No lease ends later than its time to live from now, no retry waits longer than its delay,
    on a clock that only runs forward. If one does, the clock has jumped back; left alone, a
    dead worker's task would stay out of reach for as long as the jump was.

    Returns:
        How many tasks were changed.
    """
    changes = (_REBASE_LEASES, _REBASE_DELAYS)
    return sum(connection.execute(change, {"now_us": now_us}).rowcount for change in changes)


def _sought(wanted: Wanted, now_us: int) -> dict[str, object]:
    kinds = {f"kind_{number}": kind for number, kind in enumerate(wanted.kinds)}
    return {"now_us": now_us, "most": wanted.limit, "run": wanted.run_id, **kinds}


def _granted(asked: Asked, now_us: int) -> dict[str, object]:
    return {
        "to_owner": asked.owner,
        "to_ttl_us": asked.ttl_us,
        "to_until_us": now_us + asked.ttl_us,
    }


def _number(row: PreparedRow) -> int:
    return row.task_id


@cache
def _grant_and_tell(*, is_of_run: bool, kinds: int) -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - rows of tasks
    granted = _grant(is_of_run=is_of_run, kinds=kinds).cte("granted")
    # What the server adds to the time that the claim has taken.
    here = sa.extract("epoch", sa.func.clock_timestamp() - sa.func.statement_timestamp())
    latency = sa.cast(here * 1_000_000, sa.BigInteger) + sa.bindparam(
        "until_now_us", type_=sa.BigInteger
    )
    parts: tuple[sa.ColumnElement[Any] | str, ...] = (  # pyright: ignore[reportExplicitAny] - numbers and text
        '{"attempt":',
        granted.c.attempts,
        ',"token":',
        granted.c.fencing,
        ',"latency_us":',
        latency,
        "}",
    )
    return sa.select(granted).add_cte(events_of_rows(granted, data=sa.func.concat(*parts)))


@cache
def _grant(*, is_of_run: bool, kinds: int) -> ReturningUpdate[Any]:  # pyright: ignore[reportExplicitAny] - rows of tasks
    picked = _next(is_of_run=is_of_run, kinds=kinds, is_locked=True).cte("picked")
    return (
        table.update()
        .where(table.c.task_id.in_(sa.select(picked.c.task_id)))
        .values(
            state="LEASED",
            owner=sa.bindparam("to_owner"),
            fencing=table.c.fencing + 1,
            attempts=table.c.attempts + 1,
            ttl_us=sa.bindparam("to_ttl_us", type_=sa.BigInteger),
            leased_us=_now,
            lease_until_us=sa.bindparam("to_until_us", type_=sa.BigInteger),
            updated_us=_now,
        )
        .returning(*table.c)
    )


@cache
def _next(*, is_of_run: bool, kinds: int, is_locked: bool = False) -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - numbers of tasks
    t, live, earlier = (table.alias(name) for name in ("t", "live", "earlier"))
    has_live = sa.exists().where(live.c.lane == t.c.lane, sa.text(f"live.{IS_LIVE}"))
    has_earlier = sa.exists().where(
        earlier.c.lane == t.c.lane,
        earlier.c.task_id < t.c.task_id,
        sa.text(f"earlier.{IS_OPEN}"),
    )
    if is_of_run:
        has_earlier = has_earlier.where(earlier.c.run_id == t.c.run_id)
    query = (
        sa.select(t.c.task_id)
        .where(sa.text(f"t.{IS_PLANNED}"), t.c.available_us <= _now)
        .where(t.c.kind.in_([sa.bindparam(f"kind_{n}", type_=sa.Text) for n in range(kinds)]))
        .where(t.c.lane.is_(None) | (~has_live & ~has_earlier))
        .order_by(t.c.task_id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    if is_locked:
        query = query.with_for_update(of=t, skip_locked=True)
    return query.where(t.c.run_id == sa.bindparam("run")) if is_of_run else query


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
