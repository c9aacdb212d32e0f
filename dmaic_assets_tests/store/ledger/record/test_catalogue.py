from dmaic_assets.model import AssetOutcome, Cell
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.catalogue import (
    enqueue_outcomes,
    mark_published,
    reserve_unpublished,
    unpublished,
)
from dmaic_assets_tests.store.ledger.conftest import HandClock


def an_outcome(run_id: str = "r", *, version: str = "d") -> AssetOutcome:
    return AssetOutcome("profile", Cell(run_id, "orders"), version, "c", False, run_id, {"rows": 3})


def test_an_outcome_is_kept_once_until_it_is_published(ledger: Ledger) -> None:
    assert enqueue_outcomes(ledger, [an_outcome(), an_outcome()]) == 1
    assert enqueue_outcomes(ledger, [an_outcome()]) == 0
    (event,) = unpublished(ledger)
    assert event.outcome == an_outcome()

    assert mark_published(ledger, [event.event_id]) == 1
    assert mark_published(ledger, [event.event_id]) == 0
    assert enqueue_outcomes(ledger, [an_outcome()]) == 0
    assert unpublished(ledger) == []


def test_a_new_result_of_the_same_cell_is_an_outcome_of_its_own(ledger: Ledger) -> None:
    enqueue_outcomes(ledger, [an_outcome(version="1"), an_outcome(version="2")])

    assert [e.outcome.data_version for e in unpublished(ledger)] == ["1", "2"]
    assert [e.outcome.data_version for e in unpublished(ledger, limit=1)] == ["1"]


def test_two_publishers_never_get_the_same_outcome(ledger: Ledger, clock: HandClock) -> None:
    enqueue_outcomes(ledger, [an_outcome(f"r{n}") for n in range(5)])

    first = reserve_unpublished(ledger, "sensor", limit=3, ttl_s=60)
    second = reserve_unpublished(ledger, "bulk", limit=3, ttl_s=60)

    assert [len(first), len(second)] == [3, 2]
    assert reserve_unpublished(ledger, "third") == []
    mark_published(ledger, [event.event_id for event in first])
    clock.move(seconds=60)
    assert reserve_unpublished(ledger, "third") == second


def test_nothing_to_publish_is_no_error(ledger: Ledger) -> None:
    assert enqueue_outcomes(ledger, []) == 0
    assert reserve_unpublished(ledger, "p") == []
    assert mark_published(ledger, []) == 0
