"""Tasks: units of work under an idempotency key, planned once, and looked at.

What belongs here: planning, reading, and what a person does to a task (retry, cancel). Working on
one needs a lease: leases.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.errors import BadInputError, IllegalMoveError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow, run_prepared
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, storable, upsert
from dmaic_assets.store.ledger.database.schema_tasks import IS_LIVE, IS_OPEN, IS_PLANNED
from dmaic_assets.store.ledger.database.schema_tasks import tasks as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events
from dmaic_assets.store.ledger.tasks.states import OPEN_STATES, TASK_STATES, TaskState

# 12 columns a row: stays below the number of variables that SQLite takes in one statement.
_PLAN_CHUNK = 500
# New tasks from which PostgreSQL's statistics mislead its planner; below, sorting is cheap.
_ANALYZE_FROM = 200
_IS_OF_RUN = table.c.run_id == sa.bindparam("of_run", type_=sa.Text)
_STATES = sa.select(table.c.task_id, table.c.state).where(_IS_OF_RUN)
_OPEN = sa.select(sa.func.count()).select_from(table).where(sa.text(IS_OPEN))
_OPEN_OF_RUN = _OPEN.where(_IS_OF_RUN)


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """Work to be planned. Equal keys mean the same work, whoever plans it.

    Tasks of one `lane` are worked on one at a time, in the order of planning; None waits for
    nobody. A task that fails is tried again after `backoff_s`, twice that, and so on, until
    `max_attempts` are used; a crash of its worker counts as an attempt.
    """

    key: str
    kind: str
    lane: str | None = None
    payload: Json = None
    run_id: str | None = None
    max_attempts: int = 3
    backoff_s: float = 60.0


@dataclass(frozen=True, slots=True)
class TaskFile:
    """The file that a task's payload names; "" in that of a task about something else."""

    source: str = ""
    sha256: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as the ledger knows it. `token` counts how often it was leased."""

    task_id: int
    key: str
    kind: str
    lane: str | None
    run_id: str | None
    state: TaskState
    payload: Json
    result: Json
    owner: str | None
    token: int
    attempts: int
    max_attempts: int
    backoff_s: float
    error: Json
    available_at: datetime
    leased_at: datetime | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @property
    def of_file(self) -> TaskFile:
        """The file that it is about."""
        return from_json(TaskFile, self.payload if isinstance(self.payload, dict) else {})

    @property
    def file(self) -> str:
        """The file that it is about, as "source/name"; the beginning of its key without one."""
        file = self.of_file
        return f"{file.source}/{file.name}" if file.name else self.key[:16]

    @property
    def why_failed(self) -> str:
        """What stopped it last; "" when nothing did."""
        detail = self.error.get("detail") if isinstance(self.error, dict) else self.error
        return str(detail or "")

    @property
    def elapsed_s(self) -> float:
        """Seconds from the last claim to the end; 0 while the task is open, never negative."""
        if self.finished_at is None or self.leased_at is None:
            return 0.0
        return max(0.0, (self.finished_at - self.leased_at).total_seconds())


def plan_tasks(ledger: Ledger, specs: Sequence[TaskSpec]) -> list[Task]:
    """Plans what is not planned yet, in the order given, in one transaction.

    Returns:
        The task of every spec in their order, new or as it stands.

    Raises:
        StoreError: The ledger refuses.
    """

    def work(connection: Connection) -> list[Task]:
        now_us = ledger.now_us()
        ledger.lock(connection, "plan")
        known = _by_key(connection, [spec.key for spec in specs])
        new = {spec.key: spec for spec in specs if spec.key not in known}
        rows = [_new_row(spec, now_us) for spec in new.values()]
        for part in chunks(rows, _PLAN_CHUNK):
            upsert(connection, table, part, conflict=("key",))
        found = known | _by_key(connection, list(new))
        planned = [
            NewEvent("task_planned", t.run_id, t.task_id, data={"key": t.key, "kind": t.kind})
            for t in found.values()
            if t.key in new
        ]
        add_events(connection, now_us, planned)
        if ledger.is_postgres and len(new) >= _ANALYZE_FROM:
            # Its planner would take the new tasks for few, and sort all of them at every claim.
            connection.exec_driver_sql("ANALYZE tasks")
        return [found[spec.key] for spec in specs]

    return ledger.write(work)


def get_task(ledger: Ledger, task: int | str) -> Task:
    """Reads one task by its number or its key.

    Raises:
        BadInputError: There is no such task.
    """
    column = table.c.task_id if isinstance(task, int) else table.c.key
    with ledger.reading() as connection:
        row = connection.execute(sa.select(table).where(column == task)).one_or_none()
    if row is None:
        raise _unknown(task)
    return to_task(row)


def list_tasks(
    ledger: Ledger, *, run_id: str | None = None, states: Sequence[TaskState] = ()
) -> list[Task]:
    """Lists tasks in the order of planning."""
    query = sa.select(table).order_by(table.c.task_id)
    if run_id is not None:
        query = query.where(table.c.run_id == run_id)
    if states:
        query = query.where(table.c.state.in_(states))
    with ledger.reading() as connection:
        return [to_task(row) for row in connection.execute(query)]


def newest_tasks(ledger: Ledger, limit: int) -> list[Task]:
    """Lists the tasks that were planned last, the newest in front."""
    query = sa.select(table).order_by(table.c.task_id.desc()).limit(limit)
    with ledger.reading() as connection:
        return [to_task(row) for row in connection.execute(query)]


def live_tasks(ledger: Ledger) -> list[Task]:
    """Lists the tasks that somebody holds a lease on, the one that expires first in front."""
    query = sa.select(table).where(sa.text(IS_LIVE)).order_by(table.c.lease_until_us)
    with ledger.reading() as connection:
        return [to_task(row) for row in connection.execute(query)]


def count_states(ledger: Ledger, run_id: str | None = None) -> dict[TaskState, int]:
    """Counts tasks by state, zeros included, of one run or of all."""
    query = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
    if run_id is not None:
        query = query.where(table.c.run_id == run_id)
    with ledger.reading() as connection:
        counts = {cast("TaskState", state): count for state, count in connection.execute(query)}
    return {state: counts.get(state, 0) for state in TASK_STATES}


def tasks_of_run(ledger: Ledger, run_id: str) -> list[Task]:
    """Lists the tasks that a run is responsible for, in the order of planning."""
    return list_tasks(ledger, run_id=run_id)


def task_states(ledger: Ledger, run_id: str) -> dict[int, TaskState]:
    """Tells in which state each task is that a run is responsible for, in the order of planning."""
    with ledger.reading() as connection:
        rows = run_prepared(connection, _STATES, {"of_run": run_id})
        return {task_id: cast("TaskState", state) for task_id, state in sorted(rows)}


def tasks_numbered(ledger: Ledger, numbers: Sequence[int]) -> list[Task]:
    """Reads tasks by their numbers, in the order of planning; unknown ones are left out."""
    found: list[Task] = []
    with ledger.reading() as connection:
        for part in chunks(sorted(numbers), 5_000):
            query = sa.select(table).where(table.c.task_id.in_(part)).order_by(table.c.task_id)
            found.extend(to_task(row) for row in connection.execute(query))
    return found


def retry_task(ledger: Ledger, task: int | str, *, run_id: str | None = None) -> Task:
    """Brings a failed task back with all its attempts, or hands an open one to another run.

    With `run_id` that run becomes responsible for the task, in the row and in a payload that
    names its run. A task that somebody is working on changes hands too, and its worker goes on
    with the payload that it has.

    Args:
        ledger: Where the task is.
        task: Its number or its key.
        run_id: The run that takes it on; None leaves it where it is.

    Raises:
        BadInputError: There is no such task.
        IllegalMoveError: It is done or was skipped.
    """

    def work(connection: Connection) -> Task:
        now_us = ledger.now_us()
        before = _locked(connection, task)
        if before.state not in (*OPEN_STATES, "FAILED"):
            raise IllegalMoveError(
                f"task {before.task_id} ({before.key})",
                f"is {before.state}: only a failed or an open task is brought back",
                "What is done is computed again by source: dmaic ingest --source SOURCE --force",
            )
        values = {"updated_us": now_us, **_brought_back(before), **_adopted(before, run_id, now_us)}
        statement = table.update().where(table.c.task_id == before.task_id).values(values)
        after = to_task(connection.execute(statement.returning(*table.c)).one())
        if after.state != before.state:
            event = moved(after, before.state, reason="brought back")
            add_events(connection, now_us, [event])
        return after

    return ledger.write(work)


def waiting_since(ledger: Ledger) -> datetime | None:
    """Tells when the first of the planned tasks was planned; None when none waits."""
    first = sa.select(sa.func.min(table.c.created_us)).where(sa.text(IS_PLANNED))
    with ledger.reading() as connection:
        found = connection.execute(first).scalar_one()
    return None if found is None else from_us(int(found))


def open_task_count(ledger: Ledger, run_id: str | None = None) -> int:
    """Counts the tasks that are not finished, of one run or of all."""
    with ledger.reading() as connection:
        if run_id is None:
            return run_prepared(connection, _OPEN, {})[0][0]
        return run_prepared(connection, _OPEN_OF_RUN, {"of_run": run_id})[0][0]


def moved(
    task: Task | PreparedRow, before: TaskState, *, owner: str | None = None, reason: Json = None
) -> NewEvent:
    """Builds the event of a task's move to the state that it is in now."""
    data: dict[str, Json] = {"from": before, "to": task.state, "attempts": task.attempts}
    if reason is not None:
        data["reason"] = reason
    return NewEvent("task_state_changed", task.run_id, task.task_id, owner=owner, data=data)


def denied(task: Task, wanted: TaskState, allowed: Sequence[TaskState]) -> IllegalMoveError:
    """Builds the refusal of a move that the state machine does not have."""
    return IllegalMoveError(
        f"task {task.task_id} ({task.key})",
        f"cannot go from {task.state} to {wanted}; that takes {' or '.join(allowed) or 'nothing'}",
        f"Look at the task: dmaic job show {task.task_id}",
    )


def to_task(row: Row[Any] | PreparedRow) -> Task:  # pyright: ignore[reportExplicitAny] - a row of tasks
    """Reads a row of the table of tasks."""
    return Task(
        task_id=row.task_id,
        key=row.key,
        kind=row.kind,
        lane=row.lane,
        run_id=row.run_id,
        state=cast("TaskState", row.state),
        payload=loads(row.payload),
        result=None if row.result is None else loads(row.result),
        owner=row.owner,
        token=row.fencing,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        backoff_s=row.backoff_us / 1_000_000,
        error=None if row.error is None else loads(row.error),
        available_at=from_us(row.available_us),
        leased_at=None if row.leased_us is None else from_us(row.leased_us),
        lease_until=None if row.lease_until_us is None else from_us(row.lease_until_us),
        created_at=from_us(row.created_us),
        updated_at=from_us(row.updated_us),
        finished_at=None if row.finished_us is None else from_us(row.finished_us),
    )


def _brought_back(task: Task) -> dict[str, object]:
    if task.state != "FAILED":
        return {}
    fresh: dict[str, object] = {"attempts": 0, "available_us": 0, "delay_us": 0}
    return {"state": "PLANNED", "finished_us": None, **fresh}


def _adopted(task: Task, run_id: str | None, now_us: int) -> dict[str, object]:
    if run_id is None:
        return {}
    is_held = task.lease_until is not None and to_us(task.lease_until) > now_us
    if is_held or not isinstance(task.payload, dict) or "run_id" not in task.payload:
        return {"run_id": run_id}
    return {"run_id": run_id, "payload": dumps({**task.payload, "run_id": run_id})}


def _locked(connection: Connection, task: int | str) -> Task:
    column = table.c.task_id if isinstance(task, int) else table.c.key
    query = sa.select(table).where(column == task).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _unknown(task)
    return to_task(row)


def _by_key(connection: Connection, keys: Sequence[str]) -> dict[str, Task]:
    found: dict[str, Task] = {}
    for part in chunks(keys, 5_000):
        query = sa.select(table).where(table.c.key.in_(part)).order_by(table.c.task_id)
        found.update({row.key: to_task(row) for row in connection.execute(query)})
    return found


def _new_row(spec: TaskSpec, now_us: int) -> dict[str, object]:
    return {
        "key": spec.key,
        "kind": spec.kind,
        "lane": spec.lane,
        "run_id": spec.run_id,
        "state": OPEN_STATES[0],
        "payload": dumps(spec.payload),
        "fencing": 0,
        "ttl_us": 0,
        "available_us": 0,
        "delay_us": 0,
        "backoff_us": int(spec.backoff_s * 1_000_000),
        "attempts": 0,
        "max_attempts": spec.max_attempts,
        "created_us": now_us,
        "updated_us": now_us,
    }


def _unknown(task: int | str) -> BadInputError:
    return BadInputError(
        f"task {storable(str(task))}", "no such task", "List the tasks with `dmaic job status`."
    )
