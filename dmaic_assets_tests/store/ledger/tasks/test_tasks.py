import pytest

from dmaic_assets.errors import BadInputError, IllegalMoveError
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.leases import claim, complete, fail
from dmaic_assets.store.ledger.tasks.tasks import (
    TaskSpec,
    count_states,
    get_task,
    list_tasks,
    live_tasks,
    open_task_count,
    plan_tasks,
    retry_task,
    tasks_of_run,
)
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import KINDS, a_lease, a_run, a_task, stored


def test_planning_twice_gives_the_same_tasks(ledger: Ledger) -> None:
    specs = [TaskSpec(f"k{n}", "intake", "orders", {"n": n}) for n in range(3)]

    first = plan_tasks(ledger, specs)
    second = plan_tasks(ledger, [*specs, TaskSpec("k3", "intake")])

    assert second[:3] == first
    assert [task.key for task in list_tasks(ledger)] == ["k0", "k1", "k2", "k3"]
    assert [task.payload for task in first] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert [e.kind for e in list_events(ledger, task_id=first[0].task_id)] == ["task_planned"]


def test_a_key_given_twice_in_one_plan_is_one_task(ledger: Ledger) -> None:
    tasks = plan_tasks(ledger, [TaskSpec("k", "intake"), TaskSpec("k", "intake")])

    assert tasks[0] == tasks[1]
    assert len(list_tasks(ledger)) == 1


def test_a_large_plan_keeps_its_order(ledger: Ledger) -> None:
    keys = [f"k{n * 7919 % 2503:04}" for n in range(2503)]

    tasks = plan_tasks(ledger, [TaskSpec(key, "intake") for key in keys])

    assert [task.key for task in tasks] == keys
    assert [task.key for task in list_tasks(ledger)] == keys


def test_tasks_are_counted_by_state_with_zeros(ledger: Ledger) -> None:
    run_id = a_run(ledger).run_id
    plan_tasks(ledger, [TaskSpec(f"k{n}", "intake", None, None, run_id) for n in range(3)])
    a_task(ledger, "of no run")
    complete(ledger, stored(ledger, a_lease(ledger)))
    a_lease(ledger)

    counts = count_states(ledger, run_id)

    assert counts["DONE"] == counts["LEASED"] == counts["PLANNED"] == 1
    assert sum(counts.values()) == 3
    assert counts["FAILED"] == 0
    assert sum(count_states(ledger).values()) == 4
    assert open_task_count(ledger, run_id) == 2
    assert len(live_tasks(ledger)) == 1


def test_a_failed_task_is_brought_back_with_all_its_attempts(ledger: Ledger) -> None:
    a_task(ledger, "k", max_attempts=1)
    failed = fail(ledger, a_lease(ledger), {"error": "IO"})
    assert failed.state == "FAILED"
    assert failed.error == {"error": "IO"}

    back = retry_task(ledger, failed.task_id)

    assert (back.state, back.attempts, back.finished_at) == ("PLANNED", 0, None)
    assert a_lease(ledger).token == 2
    assert [e.kind for e in list_events(ledger, task_id=back.task_id)] == [
        "task_planned",
        "task_leased",
        "task_state_changed",
        "task_state_changed",
        "task_leased",
    ]


def test_a_finished_task_is_not_brought_back(ledger: Ledger) -> None:
    a_task(ledger)
    done = complete(ledger, stored(ledger, a_lease(ledger)), {"rows": 3})

    with pytest.raises(IllegalMoveError):
        retry_task(ledger, done.task_id)

    assert get_task(ledger, "t").result == {"rows": 3}


def test_a_waiting_task_changes_its_run_and_payload(ledger: Ledger) -> None:
    old, new = a_run(ledger).run_id, a_run(ledger).run_id
    a_task(ledger, "k", payload={"run_id": old, "x": 1}, run_id=old)

    adopted = retry_task(ledger, "k", run_id=new)

    assert adopted.payload == {"run_id": new, "x": 1}
    assert [task.key for task in tasks_of_run(ledger, new)] == ["k"]
    assert tasks_of_run(ledger, old) == []


def test_a_task_in_work_changes_its_run_only(ledger: Ledger, clock: HandClock) -> None:
    old, new = a_run(ledger).run_id, a_run(ledger).run_id
    a_task(ledger, "k", payload={"run_id": old}, run_id=old)
    lease = a_lease(ledger, ttl_s=60)

    adopted = retry_task(ledger, "k", run_id=new)
    assert (adopted.run_id, adopted.payload) == (new, {"run_id": old})
    assert complete(ledger, stored(ledger, lease)).state == "DONE"

    a_task(ledger, "dead", payload={"run_id": old}, run_id=old)
    a_lease(ledger, ttl_s=60)
    clock.move(seconds=61)

    assert retry_task(ledger, "dead", run_id=new).payload == {"run_id": new}
    assert claim(ledger, "next", kinds=KINDS, run_id=new)[0].task.key == "dead"


def test_tasks_go_with_their_run(ledger: Ledger) -> None:
    from dmaic_assets.store.ledger.database.schema import runs

    run_id = a_run(ledger).run_id
    a_task(ledger, "k", run_id=run_id)

    with ledger.transaction() as connection:
        connection.execute(runs.delete())

    assert list_tasks(ledger) == []


def test_an_unknown_task_is_refused(ledger: Ledger) -> None:
    for unknown in (7, "k"):
        with pytest.raises(BadInputError, match="no such task"):
            get_task(ledger, unknown)
        with pytest.raises(BadInputError, match="no such task"):
            retry_task(ledger, unknown)


def test_the_time_a_task_took_is_told_and_never_negative(ledger: Ledger, clock: HandClock) -> None:
    a_task(ledger, "a")
    a_task(ledger, "b")
    first, second = a_lease(ledger), a_lease(ledger)
    assert first.task.elapsed_s == 0.0
    clock.move(seconds=7)
    done = complete(ledger, stored(ledger, first))
    clock.move(hours=-1)
    back_in_time = complete(ledger, stored(ledger, second))

    assert done.elapsed_s == 7.0
    assert back_in_time.elapsed_s == 0.0
