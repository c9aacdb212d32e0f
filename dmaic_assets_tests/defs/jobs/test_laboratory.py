"""The laboratory in Dagster: one run for what is not known, none for what is, and its checks."""

from dataclasses import replace

import pytest

from dmaic_assets.defs.checks.laboratory import LABORATORY_CHECKS
from dmaic_assets.defs.jobs.launch import execute_laboratory
from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.page.scripts import shared_files
from dmaic_assets.work.assets.names import HASHMAP_PAGE, HASHMAP_TRIALS
from dmaic_assets.work.assets.of_the_laboratory import LABORATORY_ASSETS

NAMES = [asset.name for asset in LABORATORY_ASSETS]


@pytest.fixture
def worked(history):
    found = execute_laboratory(
        history.project.platform, ["orders"], column="kind", instance=history.instance
    )
    return history, found


def test_every_asset_reaches_the_cell_of_the_newest_rows(worked):
    desk, found = worked
    (accepted,) = desk.materializations("accepted_rows")

    assert [r.asset for r in found] == NAMES
    for result in found:
        (event,) = desk.materializations(result.asset)
        assert event.partition == accepted.partition
        assert event.tags["dagster/data_version"] == result.version
        assert event.metadata["memoized"].value is False
    (page,) = desk.materializations(HASHMAP_PAGE)
    assert "](/artifacts/hashmap_page/" in page.metadata["page"].value
    scripts = (desk.project.platform.paths.artifacts / "assets").iterdir()
    assert {f"assets/{path.name}" for path in scripts} == shared_files()
    (trials,) = desk.materializations(HASHMAP_TRIALS)
    assert len(trials.metadata["trials"].records) == 20
    assert f"dagster/input_data_version/{NAMES[0]}" in trials.tags
    for check in LABORATORY_CHECKS:
        (passed, _, words) = desk.checks(check.name, HASHMAP_TRIALS)[accepted.partition]
        assert passed, words


def test_what_is_known_needs_no_dagster_run(worked):
    desk, first = worked
    before = desk.instance.get_runs_count()

    again = execute_laboratory(
        desk.project.platform, ["orders"], column="kind", instance=desk.instance
    )

    assert desk.instance.get_runs_count() == before
    assert all(r.is_memoized for r in again)
    assert [r.version for r in again] == [r.version for r in first]


def test_force_measures_again_and_is_held_against_the_last_figure(worked):
    desk, first = worked

    again = execute_laboratory(
        desk.project.platform, ["orders"], column="kind", force=True, instance=desk.instance
    )

    assert not any(r.is_memoized for r in again)
    before, after = (next(r.value for r in f if r.asset == HASHMAP_TRIALS) for f in (first, again))
    assert [t.before for t in after.trials] == [t.fastest for t in before.trials]


def test_the_ui_makes_one_asset_of_a_cell(worked):
    desk, _ = worked
    (event,) = desk.materializations(HASHMAP_TRIALS)

    outcome = desk.materialize(event.partition, HASHMAP_TRIALS)

    assert outcome.success
    assert len(outcome.get_asset_check_evaluations()) == len(LABORATORY_CHECKS)
    assert desk.materializations(HASHMAP_TRIALS)[0].metadata["column"].value == "id"


def test_a_refusal_reaches_whoever_asked(history):
    with pytest.raises(BadInputError, match="no key column 'kin'"):
        execute_laboratory(
            history.project.platform, ["orders"], column="kin", instance=history.instance
        )
    with pytest.raises(BadInputError, match="no accepted rows"):
        execute_laboratory(history.project.platform, ["nothing"], instance=history.instance)


def test_checks_fail_by_what_a_trial_says(worked):
    _, found = worked
    (matrix,) = (r.value for r in found if r.asset == HASHMAP_TRIALS)
    bad = replace(matrix.trials[0], alerts=("95 % of the places are in use",), before=1e-6)
    watchdog, regression = LABORATORY_CHECKS

    for check in (watchdog, regression):
        result = check.result(replace(matrix, trials=(bad, *matrix.trials[1:])))
        assert not result.passed
        assert result.description.startswith("1 of 20 trials: ")
