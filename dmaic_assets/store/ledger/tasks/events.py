"""What happened to tasks and effects, one structured row per transition (K11).

What belongs here: writing and reading events. Each is written in the transaction of what it
tells, so an event without its transition cannot exist.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.database.prepared_statements import run_prepared
from dmaic_assets.store.ledger.database.rows import dumps, loads
from dmaic_assets.store.ledger.database.schema_tasks import events as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us

EventKind: TypeAlias = Literal[
    "task_planned",
    "task_leased",
    "task_state_changed",
    "lease_renewed",
    "lease_released",
    "lease_expired",
    "task_retry_scheduled",
    "effect_started",
    "effect_completed",
    "effect_failed",
    "effect_abandoned",
    "effect_replayed",
    "crash_recovery",
    "rule_changed",
    "change_status_set",
    "alarm_answered",
]


_COLUMNS = ("at_us", "kind", "run_id", "task_id", "effect_key", "owner", "data")
_INSERT_MANY = table.insert()
_INSERT = (
    table.insert().values({n: sa.bindparam(n, type_=table.c[n].type) for n in _COLUMNS}).inline()
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written; what does not apply is None."""

    kind: EventKind
    run_id: str | None = None
    task_id: int | None = None
    effect_key: str | None = None
    owner: str | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `event_id` orders events, whatever the clock did."""

    event_id: int
    at: datetime
    kind: EventKind
    run_id: str | None
    task_id: int | None
    effect_key: str | None
    owner: str | None
    data: Mapping[str, Json]


def add_events(connection: Connection, now_us: int, new: Sequence[NewEvent]) -> None:
    """Writes events inside the transaction of what they tell."""
    rows = [
        {
            "at_us": now_us,
            "kind": event.kind,
            "run_id": event.run_id,
            "task_id": event.task_id,
            "effect_key": event.effect_key,
            "owner": event.owner,
            "data": dumps(dict(event.data)),
        }
        for event in new
    ]
    if len(rows) == 1:
        run_prepared(connection, _INSERT, rows[0])
    elif rows:
        connection.execute(_INSERT_MANY, rows)


def events_of_rows(source: "sa.CTE", **columns: "sa.ColumnElement[Any] | sa.Null") -> "sa.CTE":  # pyright: ignore[reportExplicitAny] - columns of several types
    """Builds the writing of one event per row of a statement, as a part of that statement.

    For PostgreSQL, which then has one statement to run instead of two. `at_us`, `kind`, `owner`
    and `data` are parameters named `event_...` unless given.

    Args:
        source: The rows, with columns `run_id` and `task_id` unless these are given.
        columns: What to write into columns of events.
    """
    given: dict[str, Any] = {  # pyright: ignore[reportExplicitAny] - columns of several types
        n: sa.bindparam(f"event_{n}", type_=table.c[n].type)
        for n in ("at_us", "kind", "owner", "data")
    }
    given |= {n: source.c[n] for n in ("run_id", "task_id") if n in source.c}
    given |= columns
    insert = table.insert().from_select(list(given), sa.select(*given.values()).select_from(source))
    return insert.cte("told")


def list_events(
    ledger: Ledger,
    *,
    task_id: int | None = None,
    kinds: Sequence[EventKind] = (),
    since: datetime | None = None,
) -> list[Event]:
    """Lists events in the order in which they happened."""
    query = sa.select(table).order_by(table.c.event_id)
    if task_id is not None:
        query = query.where(table.c.task_id == task_id)
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    if since is not None:
        query = query.where(table.c.at_us >= to_us(since))
    with ledger.reading() as connection:
        return [_event(row) for row in connection.execute(query)]


def _event(row: Row[Any]) -> Event:  # pyright: ignore[reportExplicitAny] - a row of events
    return Event(
        event_id=row.event_id,
        at=from_us(row.at_us),
        kind=cast("EventKind", row.kind),
        run_id=row.run_id,
        task_id=row.task_id,
        effect_key=row.effect_key,
        owner=row.owner,
        data=cast("dict[str, Json]", loads(row.data)),
    )
