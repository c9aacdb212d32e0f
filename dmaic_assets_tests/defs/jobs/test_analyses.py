"""Analyses in Dagster: one run for what is not known, none for what is."""

import pytest

from dmaic_assets.defs.jobs.launch import execute_analyses
from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.work.analyses.analyze import Asked

STATISTICS = Asked(("statistics",))


@pytest.fixture
def studied(history):
    found = execute_analyses(history.project.platform, STATISTICS, instance=history.instance)
    return history, found.results


def test_an_outcome_reaches_the_cell_of_the_newest_rows(studied):
    desk, (_, result) = studied
    (accepted,) = desk.materializations("accepted_rows")
    (event,) = desk.materializations("statistics")

    assert event.partition == accepted.partition
    assert event.tags["dagster/data_version"] == result.version
    assert event.metadata["findings"].value == len(result.outcome.findings)


def test_what_is_known_needs_no_dagster_run(studied):
    desk, first = studied
    before = desk.instance.get_runs_count()

    again = execute_analyses(desk.project.platform, STATISTICS, instance=desk.instance).results

    assert desk.instance.get_runs_count() == before
    assert all(r.is_memoized for r in again)
    assert [r.version for r in again] == [r.version for r in first]


def test_the_ui_makes_one_cell(studied):
    desk, _ = studied
    (event,) = desk.materializations("statistics")

    assert desk.materialize(event.partition, "statistics").success
    assert desk.materializations("statistics")[0].metadata["memoized"].value is True


def test_a_refusal_reaches_whoever_asked(history):
    with pytest.raises(BadInputError, match="has no accepted rows"):
        execute_analyses(
            history.project.platform, Asked(sources=("nobody",)), instance=history.instance
        )


def test_an_analysis_that_fails_fails_the_run_and_its_step_and_is_tried_again(history):
    platform = history.project.platform
    arrival = [a for a in arrivals(platform.ledger) if a.is_in_warehouse][-1]
    (accepted,) = history.materializations("accepted_rows")
    rows = platform.paths.data / arrival.accepted_path
    whole = rows.read_bytes()
    rows.write_bytes(whole[: len(whole) // 2])

    broken = execute_analyses(platform, STATISTICS, instance=history.instance)
    (run,) = history.instance.get_runs(limit=1)
    step = history.materialize(accepted.partition, "semantic")
    rows.write_bytes(whole)
    again = execute_analyses(platform, STATISTICS, instance=history.instance)

    assert broken.results == ()
    assert isinstance(broken.refusal, InvariantError)
    assert [(f.analysis, f.table) for f in broken.failures] == [
        ("semantic", "orders"),
        ("statistics", "orders"),
    ]
    assert run.status.value == "FAILURE"
    assert not step.success
    assert (len(again.results), again.failures) == (2, ())
