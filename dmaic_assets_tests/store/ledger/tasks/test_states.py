import pytest
import sqlalchemy as sa

from dmaic_assets.errors import DmaicError, IllegalMoveError
from dmaic_assets.store.ledger.database.schema_tasks import tasks
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.leases import advance, claim
from dmaic_assets.store.ledger.tasks.states import (
    LIVE_STATES,
    MOVES,
    OPEN_STATES,
    TASK_STATES,
    TERMINAL_STATES,
    TaskState,
    predecessors,
)
from dmaic_assets.store.ledger.tasks.tasks import get_task
from dmaic_assets_tests.store.ledger.examples import KINDS, a_lease, a_task

# How a task gets into each state, by legal moves only.
PATHS: dict[TaskState, tuple[TaskState, ...]] = {
    "PLANNED": (),
    "LEASED": ("LEASED",),
    "READ": ("LEASED", "READ"),
    "JUDGED": ("LEASED", "READ", "JUDGED"),
    "STORED": ("LEASED", "READ", "JUDGED", "STORED"),
    "QUARANTINED": ("LEASED", "READ", "JUDGED", "QUARANTINED"),
    "DONE": ("LEASED", "READ", "DONE"),
    "FAILED": ("FAILED",),
    "SKIPPED_DUPLICATE": ("SKIPPED_DUPLICATE",),
}


def put(connection: sa.Connection, task_id: int, state: TaskState) -> None:
    """Writes a state as raw SQL would, with the columns that go with it."""
    is_live = state in LIVE_STATES
    values = {
        "state": state,
        "owner": "raw" if is_live else None,
        "lease_until_us": 1 if is_live else None,
    }
    if state == "LEASED":
        values["fencing"] = tasks.c.fencing + 1
    connection.execute(tasks.update().where(tasks.c.task_id == task_id).values(values))


@pytest.mark.parametrize("before", TASK_STATES)
def test_the_store_itself_refuses_every_move_that_is_not_in_the_table(
    ledger: Ledger, before: TaskState
) -> None:
    for after in TASK_STATES:
        task = a_task(ledger, f"{before}-{after}")
        with ledger.transaction() as connection:
            for state in PATHS[before]:
                put(connection, task.task_id, state)

        is_legal = after in MOVES[before] or after == before
        try:
            with ledger.transaction() as connection:
                put(connection, task.task_id, after)
            was_made = True
        except IllegalMoveError:
            was_made = False

        assert was_made == is_legal, f"{before} -> {after}"
        assert get_task(ledger, task.task_id).state == (after if is_legal else before)


@pytest.mark.parametrize("state", TASK_STATES)
def test_a_task_begins_as_planned_or_known(ledger: Ledger, state: TaskState) -> None:
    row = {
        "key": "k",
        "kind": "intake",
        "state": state,
        "payload": "null",
        "owner": "raw" if state in LIVE_STATES else None,
        "lease_until_us": 1 if state in LIVE_STATES else None,
        **dict.fromkeys(("fencing", "ttl_us", "available_us", "delay_us", "backoff_us"), 0),
        **dict.fromkeys(("attempts", "created_us", "updated_us"), 0),
        "max_attempts": 1,
    }

    if state in ("PLANNED", "SKIPPED_DUPLICATE"):
        with ledger.transaction() as connection:
            connection.execute(tasks.insert().values(row))
    else:
        with pytest.raises(IllegalMoveError), ledger.transaction() as connection:
            connection.execute(tasks.insert().values(row))


@pytest.mark.parametrize(
    "values",
    [
        {"fencing": 0},
        {"owner": "other"},
        {"owner": None},
        {"lease_until_us": None},
        {"attempts": -1},
        {"state": "RUNNING"},
    ],
    ids=str,
)
def test_the_store_keeps_tokens_and_owners_consistent(
    ledger: Ledger, values: dict[str, object]
) -> None:
    lease = a_lease_of(ledger)

    with pytest.raises(DmaicError), ledger.transaction() as connection:
        connection.execute(tasks.update().values(values))

    assert get_task(ledger, lease.task.task_id) == lease.task


def test_a_lane_can_never_have_two_live_tasks(ledger: Ledger) -> None:
    a_task(ledger, "one", lane="orders")
    other = a_task(ledger, "two", lane="orders")
    a_lease(ledger)

    with pytest.raises(DmaicError), ledger.transaction() as connection:
        put(connection, other.task_id, "LEASED")


@pytest.mark.parametrize("to", [s for s in TASK_STATES if s not in ("PLANNED", "LEASED")])
@pytest.mark.parametrize("before", LIVE_STATES)
def test_workers_are_refused_the_same_moves_with_the_reason(
    sqlite_ledger: Ledger, before: TaskState, to: TaskState
) -> None:
    lease = a_lease_of(sqlite_ledger)
    for state in PATHS[before][1:]:
        lease = advance(sqlite_ledger, lease, state)

    if to in MOVES[before]:
        assert advance(sqlite_ledger, lease, to).task.state == to
    else:
        with pytest.raises(IllegalMoveError) as refusal:
            advance(sqlite_ledger, lease, to)
        assert f"from {before} to {to}" in str(refusal.value)
        assert all(
            state in str(refusal.value) for state in predecessors(to) if state in LIVE_STATES
        )


@pytest.mark.parametrize("to", ["PLANNED", "LEASED"])
def test_going_back_is_no_advance(sqlite_ledger: Ledger, to: TaskState) -> None:
    with pytest.raises(IllegalMoveError):
        advance(sqlite_ledger, a_lease_of(sqlite_ledger), to)


def test_every_state_is_exactly_one_of_planned_live_and_terminal() -> None:
    assert {"PLANNED", *LIVE_STATES} == set(OPEN_STATES)
    assert sorted([*OPEN_STATES, *TERMINAL_STATES]) == sorted(TASK_STATES)
    assert MOVES.keys() == set(TASK_STATES)


def a_lease_of(ledger: Ledger):
    a_task(ledger)
    return claim(ledger, "worker", kinds=KINDS)[0]
