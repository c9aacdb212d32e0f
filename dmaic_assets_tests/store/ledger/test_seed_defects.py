"""The defects of the system that this one was modelled on: each is a promise that is kept here.

One test per defect of features K01-K14, on both databases; the module tests look closer.
"""

from pathlib import Path

import pytest

from dmaic_assets.errors import IllegalMoveError, SettingsError, StaleLeaseError
from dmaic_assets.settings.project import Paths, load_settings
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import RECEIPT_BYTES, run_effect
from dmaic_assets.store.ledger.effects.reconcile import reconcile
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.store.ledger.tasks.leases import advance, claim, complete, heartbeat, release
from dmaic_assets.store.ledger.tasks.states import TASK_STATES
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, get_task, plan_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import find_receipt

KIND = "defect"


def plan(ledger: Ledger, *keys: str, max_attempts: int = 3) -> None:
    plan_tasks(ledger, [TaskSpec(key, KIND, max_attempts=max_attempts) for key in keys])


def take(ledger: Ledger, owner: str, limit: int = 1) -> list[Lease]:
    return claim(ledger, owner, kinds=(KIND,), limit=limit, ttl_s=60)


def test_an_expired_task_is_leased_again_with_and_without_a_clean_up(
    ledger: Ledger, clock: HandClock, tmp_path: Path
) -> None:
    plan(ledger, "k")
    paths = Paths(root=tmp_path, data=tmp_path / "data")

    take(ledger, "a")
    clock.move(minutes=2)
    (second,) = take(ledger, "b")
    clock.move(minutes=2)
    reconcile(ledger, paths)
    (third,) = take(ledger, "c")

    assert (second.task.key, third.task.key) == ("k", "k")


def test_a_released_task_is_planned_again(ledger: Ledger) -> None:
    plan(ledger, "k")

    released = release(ledger, take(ledger, "a")[0])

    assert (released.state, released.owner, released.attempts) == ("PLANNED", None, 0)


def test_an_effect_that_raised_is_executed_again_and_not_replayed_as_empty(ledger: Ledger) -> None:
    calls: list[int] = []

    def work() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return 7

    with pytest.raises(ZeroDivisionError):
        run_effect(ledger, "k", work, kind="write")
    assert find_receipt(ledger, "k") is None

    again = run_effect(ledger, "k", work, kind="write")
    replay = run_effect(ledger, "k", work, kind="write")

    assert (again.value, again.replayed) == (7, False)
    assert (replay.value, replay.replayed, len(calls)) == (7, True, 2)


def test_a_result_of_any_size_is_replayed_whole(ledger: Ledger) -> None:
    large = {"rows": ["x" * 100] * 1000}
    assert len(str(large)) > RECEIPT_BYTES

    run_effect(ledger, "k", lambda: large, kind="write")

    assert run_effect(ledger, "k", lambda: None, kind="write").value == large
    assert len(list((ledger.artifacts / "receipts").rglob("*.json.gz"))) == 1


@pytest.mark.parametrize("to", [state for state in TASK_STATES if state != "DONE"])
def test_a_task_never_goes_back_whoever_asks(ledger: Ledger, to: str) -> None:
    plan(ledger, "k")
    (lease,) = take(ledger, "a")
    for state in ("READ", "JUDGED", "STORED"):
        lease = advance(ledger, lease, state)

    if to in ("STORED", "FAILED"):
        complete(ledger, lease)
    with pytest.raises((IllegalMoveError, StaleLeaseError)):
        advance(ledger, lease, to)

    assert get_task(ledger, "k").state in ("STORED", "DONE")


def test_a_worker_that_overslept_writes_nothing(ledger: Ledger, clock: HandClock) -> None:
    plan(ledger, "k")
    (old,) = take(ledger, "a")
    clock.move(minutes=2)
    (new,) = take(ledger, "b")

    for write in (
        lambda: advance(ledger, old, "READ"),
        lambda: heartbeat(ledger, old),
        lambda: release(ledger, old),
        lambda: run_effect(ledger, "e", lambda: 1, kind="write", lease=old),
    ):
        with pytest.raises(StaleLeaseError):
            write()

    assert new.token > old.token
    assert get_task(ledger, "k").owner == "b"
    assert find_receipt(ledger, "e") is None


def test_select_and_update_of_a_claim_cannot_be_split(open_ledger: Opener) -> None:
    first, second = open_ledger(), open_ledger()
    plan(first, "k")

    found = [*take(first, "a"), *take(second, "b")]

    assert [lease.owner for lease in found] == ["a"]


def test_the_reconciler_tells_how_much_it_put_right(
    ledger: Ledger, clock: HandClock, tmp_path: Path
) -> None:
    plan(ledger, "a", "b", "c")
    take(ledger, "w", limit=2)
    clock.move(minutes=2)

    found = reconcile(ledger, Paths(root=tmp_path, data=tmp_path / "data"))

    assert found.counts["expired_leases"] == 2
    assert found.expired_leases == ("a", "b")


def test_five_crashes_are_five_attempts_and_a_poison_task_ends(
    ledger: Ledger, clock: HandClock
) -> None:
    plan(ledger, "poison", max_attempts=5)

    claims = 0
    for _ in range(8):
        claims += len(take(ledger, f"w{claims}"))
        clock.move(minutes=2)

    task = get_task(ledger, "poison")
    assert (claims, task.state, task.attempts) == (5, "FAILED", 5)
    crashes = [e for e in list_events(ledger, task_id=task.task_id) if e.kind == "lease_expired"]
    assert [event.owner for event in crashes] == ["w0", "w1", "w2", "w3", "w4"]


def test_a_second_claim_of_one_worker_is_another_task(ledger: Ledger) -> None:
    plan(ledger, "a", "b")

    first, second = take(ledger, "w")[0], take(ledger, "w")[0]

    assert (first.task.key, second.task.key) == ("a", "b")
    assert [get_task(ledger, key).owner for key in "ab"] == ["w", "w"]


def test_a_lease_that_no_heartbeat_can_keep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="heartbeat_s"):
        load_settings(
            tmp_path,
            environment={},
            overrides={"ledger": {"lease_ttl_s": 30.0, "heartbeat_s": 30.0}},
        )
