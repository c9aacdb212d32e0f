import os
import socket
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from dmaic_assets.errors import InvariantError, StaleLeaseError, StoreError
from dmaic_assets.model import Json
from dmaic_assets.store.effect_files import stage_bytes
from dmaic_assets.store.ledger.database.schema_tasks import effects
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.effects.effects import (
    RECEIPT_BYTES,
    Prepared,
    run_effect,
)
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.leases import claim, complete
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import KINDS, a_lease, a_task, find_receipt, stored


class Counter:
    """An effect that counts how often it was executed and fails when told to."""

    def __init__(self, *failures: Exception | None, value: Json = None) -> None:
        self.calls = 0
        self._failures = failures
        self._value = value

    def __call__(self) -> Json:
        self.calls += 1
        failure = self._failures[self.calls - 1] if self.calls <= len(self._failures) else None
        if failure is not None:
            raise failure
        return {"call": self.calls} if self._value is None else self._value


def state_of(ledger: Ledger, key: str) -> tuple[str, int, str | None]:
    with ledger.reading() as connection:
        row = connection.execute(sa.select(effects).where(effects.c.effect_key == key)).one()
    return row.state, row.attempts, row.error


def leave_open(ledger: Ledger, key: str, owner: str, **values: object) -> None:
    """Puts the row there that a worker leaves who died while it executed."""
    now_us = ledger.now_us()
    row = {
        "effect_key": key,
        "kind": "write",
        "state": "open",
        "owner": owner,
        "epoch": 1,
        "attempts": 1,
        "started_us": now_us,
        "until_us": now_us + 600_000_000,
    }
    with ledger.transaction() as connection:
        connection.execute(effects.insert().values(row | values))


def dead_owner() -> str:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return f"{socket.gethostname()}:{child}:0"


def test_an_effect_is_executed_once_and_its_receipt_replayed(ledger: Ledger) -> None:
    effect = Counter()

    receipts = [run_effect(ledger, "k", effect, kind="write") for _ in range(3)]

    assert effect.calls == 1
    assert [receipt.value for receipt in receipts] == [{"call": 1}] * 3
    assert [receipt.replayed for receipt in receipts] == [False, True, True]
    kinds = [event.kind for event in list_events(ledger)]
    assert kinds == ["effect_started", "effect_completed", "effect_replayed", "effect_replayed"]


def test_a_raised_effect_is_recorded_and_never_replayed_as_success(ledger: Ledger) -> None:
    effect = Counter(ValueError("disk away"), ValueError("still away"))

    for _ in range(2):
        with pytest.raises(ValueError, match="away"):
            run_effect(ledger, "k", effect, kind="write")

    assert find_receipt(ledger, "k") is None
    assert state_of(ledger, "k") == ("failed", 2, "ValueError: still away")
    assert run_effect(ledger, "k", effect, kind="write").value == {"call": 3}
    assert run_effect(ledger, "k", effect, kind="write").replayed


def test_an_interrupted_effect_is_not_done(ledger: Ledger) -> None:
    effect = Counter(KeyboardInterrupt())  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        run_effect(ledger, "k", effect, kind="write")

    assert state_of(ledger, "k")[0] == "failed"
    assert not run_effect(ledger, "k", effect, kind="write").replayed


@pytest.mark.parametrize("size", [RECEIPT_BYTES - 2, RECEIPT_BYTES - 1, 1_000_000])
def test_receipts_of_any_size_are_replayed_whole(ledger: Ledger, size: int) -> None:
    effect = Counter(value="é" * (size // 6) + "x" * (size % 6))

    first = run_effect(ledger, "k", effect, kind="write")
    second = run_effect(ledger, "k", effect, kind="write")

    assert second.replayed
    assert second.value == first.value
    assert effect.calls == 1


@pytest.mark.parametrize(
    "value", [None, False, 0, "", [], {}, {"nested": [1.5, None, float("inf")]}], ids=str
)
def test_every_receipt_counts_the_empty_ones_too(ledger: Ledger, value: Json) -> None:
    calls: list[int] = []

    def effect() -> Json:
        calls.append(1)
        return value

    first = run_effect(ledger, "k", effect, kind="write")
    second = run_effect(ledger, "k", effect, kind="write")

    assert len(calls) == 1
    assert first.value == second.value
    assert find_receipt(ledger, "k") == second.value


def test_the_first_caller_gets_exactly_what_is_replayed(ledger: Ledger) -> None:
    effect = Counter(value=("a", (1, 2)))  # type: ignore[arg-type]

    assert run_effect(ledger, "k", effect, kind="write").value == ["a", [1, 2]]


def test_what_a_dead_process_left_open_is_executed_again(ledger: Ledger) -> None:
    leave_open(ledger, "k", dead_owner())
    effect = Counter()

    receipt = run_effect(ledger, "k", effect, kind="write")

    assert (receipt.replayed, effect.calls) == (False, 1)
    kinds = [event.kind for event in list_events(ledger)]
    assert kinds == ["effect_abandoned", "effect_started", "effect_completed"]


def test_what_an_unreachable_worker_left_open_is_executed_when_its_time_is_up(
    open_ledger: Opener, clock: HandClock
) -> None:
    ledger = open_ledger(busy_timeout_ms=200)
    leave_open(ledger, "k", "another-host:1:0")

    with pytest.raises(StoreError, match="another-host:1:0 has been executing it"):
        run_effect(ledger, "k", Counter(), kind="write")
    clock.move(seconds=600)

    assert not run_effect(ledger, "k", Counter(), kind="write").replayed


def test_what_the_holder_of_an_expired_lease_left_open_is_executed_again(
    ledger: Ledger, clock: HandClock
) -> None:
    a_task(ledger)
    dead = a_lease(ledger, ttl_s=60)
    leave_open(ledger, "k", dead.owner, task_id=dead.task.task_id, fencing=dead.token)
    clock.move(seconds=61)
    alive = a_lease(ledger, owner="next")

    assert not run_effect(ledger, "k", Counter(), kind="write", lease=alive).replayed


def test_a_worker_that_comes_back_to_its_own_open_effect_executes_it_again(ledger: Ledger) -> None:
    a_task(ledger)
    lease = a_lease(ledger)
    leave_open(ledger, "k", lease.owner, task_id=lease.task.task_id, fencing=lease.token)

    assert not run_effect(ledger, "k", Counter(), kind="write", lease=lease).replayed


def test_an_effect_that_a_living_lease_holder_executes_is_waited_for(open_ledger: Opener) -> None:
    ledger = open_ledger(busy_timeout_ms=200)
    a_task(ledger, "one")
    a_task(ledger, "two")
    first, second = claim(ledger, "w", kinds=KINDS, limit=2)
    leave_open(ledger, "k", first.owner, task_id=first.task.task_id, fencing=first.token)
    effect = Counter()

    with pytest.raises(StoreError):
        run_effect(ledger, "k", effect, kind="write", lease=second)

    assert effect.calls == 0


def test_who_comes_second_gets_the_receipt_of_the_first(open_ledger: Opener) -> None:
    mine, theirs = open_ledger(), open_ledger()
    executing, finish = threading.Event(), threading.Event()
    found: list[object] = []

    def slow() -> Json:
        executing.set()
        finish.wait(20)
        return "first"

    def second() -> None:
        found.append(run_effect(theirs, "k", lambda: "second", kind="write"))

    threads = [
        threading.Thread(target=lambda: found.append(run_effect(mine, "k", slow, kind="write"))),
        threading.Thread(target=second),
    ]
    threads[0].start()
    executing.wait(20)
    threads[1].start()
    threads[1].join(0.2)
    assert threads[1].is_alive()
    finish.set()
    for thread in threads:
        thread.join(20)

    assert [receipt.value for receipt in found] == ["first", "first"]


class TestStaleWorkers:
    def test_one_that_lost_its_task_does_not_begin(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger)
        stale = a_lease(ledger, ttl_s=60)
        clock.move(seconds=61)
        a_lease(ledger, owner="next")
        effect = Counter()

        with pytest.raises(StaleLeaseError):
            run_effect(ledger, "k", effect, kind="write", lease=stale)

        assert effect.calls == 0
        assert find_receipt(ledger, "k") is None

    def test_one_that_loses_its_task_meanwhile_records_and_publishes_nothing(
        self, ledger: Ledger, clock: HandClock, tmp_path: Path
    ) -> None:
        a_task(ledger)
        stale = a_lease(ledger, ttl_s=60)
        target = tmp_path / "out" / "rows.parquet"

        def overslept() -> Prepared:
            staged = stage_bytes(target, b"stale")
            clock.move(seconds=61)
            fresh = a_lease(ledger, owner="next")
            run_effect(ledger, "k", lambda: "fresh", kind="write", lease=fresh)
            complete(ledger, stored(ledger, fresh))
            return Prepared("stale", staged.publish, staged.discard)

        with pytest.raises(StaleLeaseError):
            run_effect(ledger, "k", overslept, kind="write", lease=stale)

        assert find_receipt(ledger, "k") == "fresh"
        assert list(target.parent.iterdir()) == []

    def test_one_whose_effect_was_taken_over_records_nothing(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        def overslept() -> Json:
            clock.move(seconds=601)
            with ledger.transaction() as connection:
                connection.execute(effects.update().values(owner="other-host:1:0"))
            run_effect(ledger, "k", lambda: "fresh", kind="write")
            return "stale"

        with pytest.raises(StaleLeaseError, match="taken over while"):
            run_effect(ledger, "k", overslept, kind="write")

        assert find_receipt(ledger, "k") == "fresh"


class TestPrepared:
    def test_it_is_published_with_its_record(self, ledger: Ledger, tmp_path: Path) -> None:
        target = tmp_path / "f"

        def write() -> Prepared:
            staged = stage_bytes(target, b"content")
            return Prepared({"sha256": staged.sha256}, staged.publish, staged.discard)

        run_effect(ledger, "k", write, kind="write")

        assert target.read_bytes() == b"content"
        assert run_effect(ledger, "k", write, kind="write").replayed

    def test_it_is_discarded_when_publishing_fails(self, ledger: Ledger, tmp_path: Path) -> None:
        target = tmp_path / "f"
        target.mkdir()

        def write() -> Prepared:
            staged = stage_bytes(target, b"content")
            return Prepared(None, staged.publish, staged.discard)

        with pytest.raises(StoreError):
            run_effect(ledger, "k", write, kind="write")

        assert state_of(ledger, "k")[0] == "failed"
        assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_receipt_that_does_not_hold_any_more_is_made_again(
    ledger: Ledger, tmp_path: Path
) -> None:
    target = tmp_path / "f"

    def write() -> Json:
        target.write_text("content")
        return str(target)

    def is_valid(value: Json) -> bool:
        return Path(str(value)).exists()

    run_effect(ledger, "k", write, kind="write", is_valid=is_valid)
    assert run_effect(ledger, "k", write, kind="write", is_valid=is_valid).replayed
    target.unlink()

    assert not run_effect(ledger, "k", write, kind="write", is_valid=is_valid).replayed
    assert target.exists()


def test_an_effect_inside_a_transaction_is_refused(ledger: Ledger) -> None:
    effect = Counter()

    with pytest.raises(InvariantError), ledger.transaction():
        run_effect(ledger, "k", effect, kind="write")

    assert effect.calls == 0


def test_a_receipt_that_others_renewed_meanwhile_is_not_forgotten_again(ledger: Ledger) -> None:
    effect = Counter()
    first = run_effect(ledger, "k", effect, kind="write").value

    def is_fresh(value: Json) -> bool:
        if value == first:
            run_effect(ledger, "k", effect, kind="write", is_valid=lambda found: found != first)
        return value != first

    receipt = run_effect(ledger, "k", effect, kind="write", is_valid=is_fresh)

    assert (effect.calls, receipt.value, receipt.replayed) == (2, {"call": 2}, True)


def test_an_execution_that_was_given_up_cannot_record_for_the_next_one(
    ledger: Ledger, clock: HandClock
) -> None:
    def sleepy() -> Json:
        clock.move(hours=1)
        with ledger.transaction() as connection:
            connection.execute(effects.delete())
        leave_open(ledger, "k", "another:1:0")
        return "late"

    with pytest.raises(StaleLeaseError):
        run_effect(ledger, "k", sleepy, kind="write")

    assert state_of(ledger, "k") == ("open", 1, None)
