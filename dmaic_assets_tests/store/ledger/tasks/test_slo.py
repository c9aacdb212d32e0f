from datetime import timedelta

import pytest

from dmaic_assets.store.ledger.database.store import Ledger, to_us
from dmaic_assets.store.ledger.effects.effects import run_effect
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events
from dmaic_assets.store.ledger.tasks.leases import claim, complete, fail
from dmaic_assets.store.ledger.tasks.slo import (
    OBJECTIVES,
    Objective,
    ServiceLevel,
    judge,
    service_levels,
)
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, plan_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import KINDS, a_lease, a_task, stored

DAY = timedelta(days=1)
TIME = Objective("time_p50", 30, 5, "s", "at most", DAY, "")
RATE = Objective("completion_rate", 0.995, 0.005, "share", "at least", DAY, "")


def levels(ledger: Ledger) -> dict[str, ServiceLevel]:
    return {level.objective.name: level for level in service_levels(ledger)}


@pytest.mark.parametrize(
    ("objective", "value", "status", "left", "is_alert"),
    [
        (TIME, 0.0, "pass", 1.0, False),
        (TIME, 30.0, "pass", 1.0, False),
        (TIME, 32.5, "pass", 0.5, False),
        (TIME, 34.0, "pass", 0.2, True),
        (TIME, 35.0, "pass", 0.0, True),
        (TIME, 35.1, "warning", 0.0, True),
        (TIME, 40.0, "warning", 0.0, True),
        (TIME, 40.1, "fail", 0.0, True),
        (RATE, 1.0, "pass", 1.0, False),
        (RATE, 0.995, "pass", 1.0, False),
        (RATE, 0.99, "pass", 0.0, True),
        (RATE, 0.985, "warning", 0.0, True),
        (RATE, 0.984, "fail", 0.0, True),
    ],
)
def test_only_being_worse_than_the_target_uses_up_the_budget(
    objective: Objective, value: float, status: str, left: float, is_alert: bool
) -> None:
    level = judge(objective, (value, 10))

    assert (level.status, level.is_alert) == (status, is_alert)
    assert level.budget_left == pytest.approx(left, abs=1e-9)


def test_nothing_measured_is_no_failure(ledger: Ledger) -> None:
    found = service_levels(ledger)

    assert [level.objective for level in found] == list(OBJECTIVES)
    assert {level.status for level in found} == {"no data"}
    assert not any(level.is_alert for level in found)


def test_completion_counts_ended_tasks_of_the_window(ledger: Ledger, clock: HandClock) -> None:
    plan_tasks(ledger, [TaskSpec(f"k{n}", "intake") for n in range(5)])
    fail(ledger, a_lease(ledger), "old", retry=False)
    clock.move(days=1, seconds=1)
    leases = claim(ledger, "w", kinds=KINDS, limit=3)
    for lease in leases[:2]:
        complete(ledger, stored(ledger, lease))
    fail(ledger, leases[2], "poison", retry=False)

    level = levels(ledger)["completion_rate"]

    assert level.value == pytest.approx(2 / 3)
    assert (level.samples, level.status) == (3, "fail")


def test_times_are_from_claim_to_end(ledger: Ledger, clock: HandClock) -> None:
    plan_tasks(ledger, [TaskSpec(f"k{n}", "intake") for n in range(20)])
    start = clock.now
    for number, lease in enumerate(claim(ledger, "w", kinds=KINDS, limit=20), start=1):
        clock.now = start + timedelta(seconds=10 * number)
        complete(ledger, stored(ledger, lease))

    found = levels(ledger)

    assert (found["time_p50"].value, found["time_p50"].status) == (100.0, "fail")
    assert (found["time_p95"].value, found["time_p95"].status) == (190.0, "fail")
    assert found["time_p95"].samples == 20


def test_lease_latency_is_that_of_the_claims(ledger: Ledger) -> None:
    with ledger.transaction() as connection:
        new = [NewEvent("task_leased", data={"latency_us": n * 1000}) for n in range(1, 201)]
        add_events(connection, ledger.now_us(), new)

    level = levels(ledger)["lease_latency_p99"]

    assert (level.value, level.samples, level.status) == (198.0, 200, "warning")


def test_replays_are_a_share_of_what_was_asked_for(ledger: Ledger) -> None:
    for key in ("a", "b", "c", "a"):
        run_effect(ledger, key, lambda: None, kind="write")

    level = levels(ledger)["replay_rate"]

    assert (level.value, level.samples) == (0.25, 4)


def test_a_task_of_a_dead_worker_counts_as_recovered_once_it_is_taken_on(
    ledger: Ledger, clock: HandClock
) -> None:
    a_task(ledger, "one")
    a_task(ledger, "two")
    claim(ledger, "dead", kinds=KINDS, limit=2, ttl_s=60)
    clock.move(seconds=61)
    a_lease(ledger)
    half = levels(ledger)["recovery_rate"]
    a_lease(ledger)

    assert (half.value, half.status) == (0.5, "fail")
    assert levels(ledger)["recovery_rate"].status == "pass"


def test_a_task_that_the_crash_of_its_worker_ends_counts_as_recovered(
    ledger: Ledger, clock: HandClock
) -> None:
    a_task(ledger, max_attempts=1)
    a_lease(ledger, ttl_s=60)
    clock.move(seconds=61)
    assert claim(ledger, "next", kinds=KINDS) == []

    level = levels(ledger)["recovery_rate"]

    assert (level.value, level.samples, level.status) == (1.0, 1, "pass")


def test_windows_end_at_the_given_time(ledger: Ledger, clock: HandClock) -> None:
    a_task(ledger)
    complete(ledger, stored(ledger, a_lease(ledger)))

    later = service_levels(ledger, now=clock.now + timedelta(days=30))

    assert {level.status for level in later} == {"no data"}
    assert to_us(clock.now) == ledger.now_us()
