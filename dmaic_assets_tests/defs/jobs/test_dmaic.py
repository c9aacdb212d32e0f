"""The job of the phases: it leaves nothing open, and a refusal reaches whoever asked."""

import dagster as dg
import pytest

from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.dmaic import DMAIC, OP
from dmaic_assets.defs.jobs.launch import execute_dmaic
from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.process.recursion.recursion import recursion_state
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.holders import holder_of
from dmaic_assets_tests.work.conftest import csv_of

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def refusing(history):
    """A desk whose charter nobody can read."""
    charters = history.project.platform.paths.charters
    charters.mkdir(parents=True, exist_ok=True)
    (charters / "orders.yaml").write_text("goaal: fewer\n")
    return history


def from_ui(desk, config) -> dg.ExecuteInProcessResult:
    job = desk.definitions.resolve_job_def(DMAIC)
    return job.execute_in_process(
        instance=desk.instance,
        run_config={"ops": {OP: {"config": config}}, **QUIET},
        resources={"platform": desk.project.platform, "watch": BulkWatch()},
        raise_on_error=False,
    )


def test_a_refused_phase_ends_its_run_as_failed_and_in_nobodys_hands(refusing):
    platform = refusing.project.platform

    with pytest.raises(BadInputError, match="goaal"):
        execute_dmaic(platform, RunRequest(), until="define", instance=refusing.instance)

    newest = list_runs(platform.ledger, 1)[0]
    assert newest.status == "failed"
    assert newest.finished_at is not None
    assert list_runs(platform.ledger, status="running") == []
    assert holder_of(platform, newest.run_id) is None


def test_what_was_judged_before_the_refusal_is_kept(refusing):
    platform = refusing.project.platform
    with pytest.raises(BadInputError):
        execute_dmaic(platform, RunRequest(), until="define", instance=refusing.instance)
    (platform.paths.charters / "orders.yaml").write_text("goal: fewer\n")

    judged, cycle = execute_dmaic(
        platform, RunRequest(), until="define", instance=refusing.instance
    )

    assert judged is not None
    assert sum(len(c.verdicts) for c in judged.cells) == 0
    assert [r.phase for r in cycle.results] == ["define"]
    assert list_runs(platform.ledger, 1)[0].status == "succeeded"


def test_an_unknown_phase_is_refused_before_a_run_is_opened(history):
    before = len(list_runs(history.project.platform.ledger, None))

    outcome = from_ui(history, {"until": "improove"})

    assert not outcome.success
    assert len(list_runs(history.project.platform.ledger, None)) == before


def test_a_recursion_begun_in_the_ui_gets_an_id_of_its_own(history):
    outcome = from_ui(history, {"until": "define", "recursion": "new"})

    newest = list_runs(history.project.platform.ledger, 1)[0]
    assert outcome.success
    assert newest.recursion_id not in (None, "new")
    assert newest.iteration == 1


def test_a_failed_run_is_no_point_of_its_recursion(refusing):
    platform = refusing.project.platform
    request = RunRequest(recursion="r1")
    with pytest.raises(BadInputError):
        execute_dmaic(platform, request, until="define", instance=refusing.instance)

    state = recursion_state(platform, "r1")

    assert state.runs == ()
    assert not state.stop.is_stop


def test_a_file_that_a_store_refuses_is_told_with_its_class_culprit_and_fix(desk):
    project = desk.project
    project.reload(ledger={"max_attempts": 1})
    for name in ("1.csv", "2.csv"):
        project.drop(name, csv_of(0 if name == "1.csv" else 500))
    # Where the accepted rows are to go lies something else.
    accepted = project.data / "warehouse" / "accepted"
    accepted.parent.mkdir(parents=True, exist_ok=True)
    accepted.write_text("")

    with pytest.raises(StoreError) as refused:
        execute_dmaic(project.platform, RunRequest(), until="define", instance=desk.instance)

    assert refused.value.exit_code == 5
    assert refused.value.subject == "orders/1.csv"
    assert str(accepted) in refused.value.culprit
    assert refused.value.culprit.endswith("(and 1 more file)")
    assert refused.value.fix.endswith("only what is missing is done.")
    assert list_runs(project.platform.ledger, 1)[0].status == "failed"


def test_a_change_file_that_cannot_be_read_is_told_as_it_is(desk):
    desk.project.drop("1.csv", csv_of(0))
    platform = desk.project.platform
    path = changes_path(platform.settings, "orders")
    path.parent.mkdir(exist_ok=True)
    path.write_text("source: orders\nchanges:\n- {id: a.trim, kind: trimm, columns: [a]}\n")

    with pytest.raises(BadInputError, match="kind"):
        execute_dmaic(platform, RunRequest(), until="define", instance=desk.instance)
