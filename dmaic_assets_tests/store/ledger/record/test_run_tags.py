"""A run with a name stays, whatever its age; a name stands for one run."""

from datetime import timedelta

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.project import utc_clock
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.retention import prune
from dmaic_assets.store.ledger.record.run_tags import list_tags, tag_run, untag
from dmaic_assets.store.ledger.record.runs import finish_run, list_runs
from dmaic_assets.store.ledger.tasks.leases import complete
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets_tests.store.ledger.conftest import HandClock, Opener
from dmaic_assets_tests.store.ledger.examples import a_lease, a_run, a_task, stored

LONG_S = timedelta(days=400).total_seconds()


@pytest.fixture
def ledger(open_ledger: Opener, clock: HandClock) -> Ledger:
    clock.now = utc_clock()
    return open_ledger()


def runs_of(ledger: Ledger, clock: HandClock, count: int) -> list[str]:
    made = []
    for number in range(count):
        run_id = a_run(ledger).run_id
        a_task(ledger, f"t{number}", run_id=run_id)
        complete(ledger, stored(ledger, a_lease(ledger)))
        finish_run(ledger, run_id, status="succeeded", totals={})
        clock.move(seconds=1)
        made.append(run_id)
    return made


def test_a_named_run_is_never_pruned_and_its_tasks_stay(ledger: Ledger, clock: HandClock) -> None:
    first, second, third = runs_of(ledger, clock, 3)
    tag_run(ledger, second, "audit-2026")
    clock.move(seconds=LONG_S)

    pruned = prune(ledger, keep_runs=0)

    assert pruned.rows["runs"] == 2
    assert [run.run_id for run in list_runs(ledger, None)] == [second]
    assert [task.run_id for task in list_tasks(ledger)] == [second]

    assert untag(ledger, "audit-2026").run_id == second
    assert prune(ledger, keep_runs=0).rows["runs"] == 1
    assert {first, third}.isdisjoint(run.run_id for run in list_runs(ledger, None))


def test_a_name_stands_for_one_run_and_a_run_may_have_several(
    ledger: Ledger, clock: HandClock
) -> None:
    first, second = runs_of(ledger, clock, 2)
    made = tag_run(ledger, first, "before")
    clock.move(seconds=1)
    tag_run(ledger, first, "release-1")

    assert tag_run(ledger, first, "before") == made
    with pytest.raises(BadInputError, match=f"is the name of run {first}"):
        tag_run(ledger, second, "before")
    assert [(tag.name, tag.run_id) for tag in list_tags(ledger)] == [
        ("release-1", first),
        ("before", first),
    ]


def test_what_is_not_there_is_named(ledger: Ledger, clock: HandClock) -> None:
    (run_id,) = runs_of(ledger, clock, 1)
    tag_run(ledger, run_id, "audit")

    with pytest.raises(BadInputError, match="did you mean audit"):
        untag(ledger, "audlt")
    with pytest.raises(BadInputError):
        tag_run(ledger, "nobody", "x")
    assert [tag.name for tag in list_tags(ledger)] == ["audit"]
