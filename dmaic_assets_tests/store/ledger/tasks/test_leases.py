import random
import threading
from collections.abc import Callable

import pytest

from dmaic_assets.errors import BadInputError, StaleLeaseError
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.files import Settlement, arrivals, register_files, settle
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.store.ledger.tasks.fencing import Lease, fenced
from dmaic_assets.store.ledger.tasks.leases import (
    advance,
    claim,
    complete,
    fail,
    heartbeat,
    release,
    worker_name,
)
from dmaic_assets.store.ledger.tasks.tasks import TaskSpec, get_task, plan_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import KINDS, a_file, a_lease, a_run, a_task, stored


def plan(ledger: Ledger, *lanes: str | None, **options: object) -> None:
    plan_tasks(
        ledger,
        [TaskSpec(f"{lane}{n}", "intake", lane, **options) for n, lane in enumerate(lanes)],
    )


def keys(leases: list[Lease]) -> list[str]:
    return [lease.task.key for lease in leases]


def test_the_oldest_task_is_leased_first_and_to_one_owner_only(ledger: Ledger) -> None:
    plan(ledger, None, None)

    first = claim(ledger, "a", kinds=KINDS)
    second = claim(ledger, "b", kinds=KINDS)

    assert keys(first) == ["None0"]
    assert keys(second) == ["None1"]
    assert claim(ledger, "c", kinds=KINDS) == []
    assert (first[0].task.state, first[0].task.owner, first[0].token) == ("LEASED", "a", 1)


def test_a_batch_is_claimed_at_once(ledger: Ledger) -> None:
    plan(ledger, *[None] * 5)

    assert len(claim(ledger, "a", kinds=KINDS, limit=3)) == 3
    assert len(claim(ledger, "b", kinds=KINDS, limit=3)) == 2


def test_only_the_wanted_kinds_and_run_are_claimed(ledger: Ledger) -> None:
    run_id = a_run(ledger).run_id
    plan_tasks(ledger, [TaskSpec("other kind", "repair"), TaskSpec("no run", "intake")])
    plan_tasks(ledger, [TaskSpec("mine", "intake", run_id=run_id)])

    assert keys(claim(ledger, "a", kinds=KINDS, run_id=run_id, limit=9)) == ["mine"]
    assert keys(claim(ledger, "a", kinds=("repair", "x"), limit=9)) == ["other kind"]


def test_a_lease_without_duration_is_refused(ledger: Ledger) -> None:
    with pytest.raises(BadInputError):
        claim(ledger, "a", kinds=KINDS, ttl_s=0)


class TestLanes:
    def test_a_lane_is_worked_on_one_at_a_time_in_the_order_of_planning(
        self, ledger: Ledger
    ) -> None:
        plan(ledger, "x", "x", "y", None, "x", "y")
        done: list[str] = []
        while leases := claim(ledger, "a", kinds=KINDS, limit=9):
            assert len({lease.task.lane for lease in leases}) == len(leases)
            for lease in leases:
                done.append(lease.task.key)
                complete(ledger, stored(ledger, lease))

        assert done == ["x0", "y2", "None3", "x1", "y5", "x4"]

    def test_a_live_task_holds_up_its_lane_only(self, ledger: Ledger) -> None:
        plan(ledger, "x", "x", "y")
        a_lease(ledger)

        assert keys(claim(ledger, "b", kinds=KINDS, limit=9)) == ["y2"]

    def test_a_task_that_waits_for_its_retry_keeps_its_place(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        plan(ledger, "x", "x")
        fail(ledger, a_lease(ledger), "disk full")

        assert claim(ledger, "b", kinds=KINDS) == []
        clock.move(seconds=90)
        assert keys(claim(ledger, "b", kinds=KINDS)) == ["x0"]

    def test_a_failed_task_lets_the_next_one_go(self, ledger: Ledger) -> None:
        plan(ledger, "x", "x")
        fail(ledger, a_lease(ledger), "poison", retry=False)

        assert keys(claim(ledger, "b", kinds=KINDS)) == ["x1"]

    def test_a_run_does_not_wait_for_what_an_older_run_never_began(self, ledger: Ledger) -> None:
        old, new = a_run(ledger).run_id, a_run(ledger).run_id
        plan(ledger, "x", run_id=old)
        plan_tasks(ledger, [TaskSpec("new", "intake", "x", run_id=new)])

        assert keys(claim(ledger, "a", kinds=KINDS, run_id=new)) == ["new"]

    def test_a_run_waits_for_a_live_task_of_another_run(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        old, new = a_run(ledger).run_id, a_run(ledger).run_id
        plan(ledger, "x", run_id=old)
        plan_tasks(ledger, [TaskSpec("new", "intake", "x", run_id=new)])
        (held,) = claim(ledger, "a", kinds=KINDS, run_id=old, ttl_s=60)

        assert claim(ledger, "b", kinds=KINDS, run_id=new) == []
        clock.move(seconds=61)
        assert keys(claim(ledger, "b", kinds=KINDS, run_id=new)) == ["new"]
        with pytest.raises(StaleLeaseError):
            heartbeat(ledger, held)

    def test_two_runs_that_claim_in_one_lane_at_once_do_not_both_get_a_task(
        self, open_ledger: Opener
    ) -> None:
        ledger, other = open_ledger(), open_ledger()
        old, new = a_run(ledger).run_id, a_run(ledger).run_id
        plan_tasks(ledger, [TaskSpec("old", "intake", "x", run_id=old)])
        plan_tasks(ledger, [TaskSpec("new", "intake", "x", run_id=new)])
        found: list[list[Lease]] = []

        with ledger.transaction():
            claim(ledger, "a", kinds=KINDS, run_id=old)
            # Sees the ledger as it was before the claim above, then waits for it.
            thread = threading.Thread(
                target=lambda: found.append(claim(other, "b", kinds=KINDS, run_id=new))
            )
            thread.start()
            thread.join(0.3)
        thread.join(20)

        assert found == [[]]

    def test_without_a_run_the_order_holds_over_all_runs(self, ledger: Ledger) -> None:
        old, new = a_run(ledger).run_id, a_run(ledger).run_id
        plan_tasks(ledger, [TaskSpec("old", "intake", "x", run_id=old)])
        plan_tasks(ledger, [TaskSpec("new", "intake", "x", run_id=new)])

        assert keys(claim(ledger, "a", kinds=KINDS, limit=9)) == ["old"]


class TestExpiry:
    def test_an_expired_lease_is_taken_over_whatever_state_it_died_in(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        plan(ledger, *[None] * 4, max_attempts=9)
        died = claim(ledger, "dead", kinds=KINDS, limit=4, ttl_s=60)
        advance(ledger, died[1], "READ")
        advance(ledger, advance(ledger, died[2], "READ"), "JUDGED")
        stored(ledger, died[3])
        clock.move(seconds=60)

        taken = claim(ledger, "next", kinds=KINDS, limit=9)

        assert keys(taken) == ["None0", "None1", "None2", "None3"]
        assert {lease.task.state for lease in taken} == {"LEASED"}
        assert [lease.token for lease in taken] == [2] * 4
        assert [lease.task.attempts for lease in taken] == [2] * 4

    def test_a_heartbeat_keeps_a_lease(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger)
        lease = a_lease(ledger, ttl_s=60)
        for _ in range(5):
            clock.move(seconds=40)
            lease = heartbeat(ledger, lease)
            assert claim(ledger, "other", kinds=KINDS) == []

        longer = heartbeat(ledger, lease, ttl_s=600)
        clock.move(seconds=599)
        assert claim(ledger, "other", kinds=KINDS) == []
        assert longer.ttl_s == 600

    def test_crashes_count_as_attempts_and_a_poison_task_fails_with_its_history(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        plan(ledger, "x", "x", max_attempts=3)
        for attempt in range(1, 4):
            (lease,) = claim(ledger, f"w{attempt}", kinds=KINDS, ttl_s=60)
            assert (lease.task.key, lease.task.attempts) == ("x0", attempt)
            clock.move(seconds=61)

        assert keys(claim(ledger, "w4", kinds=KINDS)) == ["x1"]
        poison = get_task(ledger, "x0")
        assert poison.state == "FAILED"
        assert isinstance(poison.error, dict)
        assert "w3" in str(poison.error["detail"])
        history = [(e.kind, e.owner) for e in list_events(ledger, task_id=poison.task_id)]
        assert history == [
            ("task_planned", None),
            ("task_leased", "w1"),
            ("lease_expired", "w1"),
            ("task_leased", "w2"),
            ("lease_expired", "w2"),
            ("task_leased", "w3"),
            ("lease_expired", "w3"),
        ]

    def test_a_late_worker_goes_on_as_long_as_nobody_took_its_task(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        a_task(ledger)
        lease = a_lease(ledger, ttl_s=60)
        clock.move(seconds=600)

        assert complete(ledger, stored(ledger, lease)).state == "DONE"


def settle_under(ledger: Ledger, lease: Lease) -> None:
    settle(ledger, "orders", "a" * 64, Settlement("accepted", "r"), lease=lease)


def enter_fence(ledger: Ledger, lease: Lease) -> None:
    with fenced(ledger, lease):
        pytest.fail("a stale worker was let in")


@pytest.mark.parametrize("is_taken", [True, False], ids=["taken over", "taken back"])
@pytest.mark.parametrize(
    "write",
    [
        heartbeat,
        release,
        complete,
        enter_fence,
        settle_under,
        lambda ledger, lease: fail(ledger, lease, "late"),
        lambda ledger, lease: advance(ledger, lease, "READ"),
        lambda ledger, lease: advance(ledger, lease, "FAILED"),
    ],
)
def test_a_stale_worker_writes_nothing(
    ledger: Ledger,
    clock: HandClock,
    write: Callable[[Ledger, Lease], object],
    is_taken: bool,
) -> None:
    register_files(ledger, [a_file()], "r")
    a_task(ledger, max_attempts=9)
    # The same owner name twice: only the token tells the two claims apart.
    stale = a_lease(ledger, owner="worker", ttl_s=60)
    clock.move(seconds=61)
    if is_taken:
        a_lease(ledger, owner="worker", ttl_s=60)
    else:
        a_task(ledger, "another")
        claim(ledger, "other", kinds=("nothing",))
    before = (get_task(ledger, "t"), arrivals(ledger), list_events(ledger))

    with pytest.raises(StaleLeaseError) as refusal:
        write(ledger, stale)

    assert (get_task(ledger, "t"), arrivals(ledger), list_events(ledger)) == before
    assert "(t)" in refusal.value.subject


def test_a_released_task_is_claimable_at_once_and_has_lost_no_attempt(ledger: Ledger) -> None:
    a_task(ledger, max_attempts=1)
    for token in range(1, 4):
        lease = a_lease(ledger)
        assert (lease.token, lease.task.attempts) == (token, 1)
        assert release(ledger, advance(ledger, lease, "READ")).attempts == 0


def test_a_task_found_to_be_done_already_is_skipped(ledger: Ledger) -> None:
    a_task(ledger)

    task = advance(ledger, a_lease(ledger), "SKIPPED_DUPLICATE", result={"same_as": 1}).task

    assert (task.state, task.result, task.owner) == ("SKIPPED_DUPLICATE", {"same_as": 1}, None)


class TestRetry:
    def test_the_wait_doubles_with_every_attempt_and_spreads(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        a_task(ledger, max_attempts=4, backoff_s=60)
        waits: list[float] = []
        for _ in range(3):
            task = fail(ledger, a_lease(ledger), "flaky", rng=random.Random(1))
            assert task.state == "PLANNED"
            waits.append((task.available_at - clock.now).total_seconds())
            clock.now = task.available_at
        spread = 1 + random.Random(1).uniform(0, 0.25)

        assert waits == pytest.approx([60 * spread, 120 * spread, 240 * spread])
        assert fail(ledger, a_lease(ledger), "flaky").state == "FAILED"

    def test_it_is_not_claimed_a_moment_too_early(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger)
        available = fail(ledger, a_lease(ledger), "flaky").available_at
        clock.now = available
        clock.move(microseconds=-1)
        assert claim(ledger, "a", kinds=KINDS) == []
        clock.move(microseconds=1)
        assert len(claim(ledger, "a", kinds=KINDS)) == 1

    def test_tasks_that_failed_together_do_not_come_back_together(self, ledger: Ledger) -> None:
        plan(ledger, *[None] * 20)
        leases = claim(ledger, "a", kinds=KINDS, limit=20)

        back = {fail(ledger, lease, "server away").available_at for lease in leases}

        assert len(back) == 20

    def test_the_wait_has_a_limit(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger, max_attempts=30, backoff_s=3000)
        for _ in range(3):
            task = fail(ledger, a_lease(ledger), "flaky")
            assert (task.available_at - clock.now).total_seconds() <= 3600 * 1.25
            clock.now = task.available_at


class TestClockJumpsBack:
    def test_a_dead_workers_task_comes_back_within_its_time_to_live(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        a_task(ledger)
        a_lease(ledger, owner="dead", ttl_s=60)
        clock.move(hours=-1)

        assert claim(ledger, "next", kinds=KINDS) == []
        clock.move(seconds=61)
        assert len(claim(ledger, "next", kinds=KINDS)) == 1

    def test_a_living_worker_keeps_its_task(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger)
        lease = a_lease(ledger, ttl_s=60)
        clock.move(hours=-1)
        assert claim(ledger, "next", kinds=KINDS) == []
        clock.move(seconds=40)
        lease = heartbeat(ledger, lease)
        clock.move(seconds=40)

        assert claim(ledger, "next", kinds=KINDS) == []
        assert complete(ledger, stored(ledger, lease)).state == "DONE"

    def test_a_retry_waits_no_longer_than_its_delay(self, ledger: Ledger, clock: HandClock) -> None:
        a_task(ledger, backoff_s=60)
        fail(ledger, a_lease(ledger), "flaky")
        clock.move(hours=-1)
        assert claim(ledger, "next", kinds=KINDS) == []
        clock.move(seconds=80)

        assert len(claim(ledger, "next", kinds=KINDS)) == 1

    def test_what_was_planned_before_the_jump_can_be_claimed_after_it(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        a_task(ledger)
        clock.move(hours=-1)

        assert len(claim(ledger, "next", kinds=KINDS)) == 1


def test_every_claim_is_recorded_with_how_long_it_took(ledger: Ledger) -> None:
    a_task(ledger)
    a_lease(ledger)

    (event,) = list_events(ledger, kinds=("task_leased",))
    assert event.data["attempt"] == event.data["token"] == 1
    assert isinstance(event.data["latency_us"], int)


def test_no_two_workers_have_the_same_name() -> None:
    assert len({worker_name() for _ in range(100)}) == 100
