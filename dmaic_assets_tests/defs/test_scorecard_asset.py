"""The conformance scorecard as an asset: known while code and cases stay, page and table shown."""

import dagster as dg

from dmaic_assets.work.state.scorecard import SCORECARD, take_scorecard


def test_the_scorecard_is_computed_once_and_linked(desk):
    platform = desk.project.platform
    asset = [dg.AssetKey(SCORECARD)]
    job = desk.definitions.resolve_implicit_job_def_def_for_assets(asset)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

    outcome = job.execute_in_process(
        instance=desk.instance, asset_selection=asset, run_config=quiet
    )
    again = take_scorecard(platform)

    assert outcome.success
    (event,) = desk.materializations(SCORECARD)
    assert event.metadata["memoized"].value is False
    assert sum(r.data["cases"] for r in event.metadata["groups"].records) > 100
    assert all(r.data["failed"] == 0 for r in event.metadata["groups"].records)
    assert again.page.path in event.metadata["page"].value
    assert again.is_memoized
    assert event.tags["dagster/data_version"] == again.data_version
    page = (platform.paths.data / again.page.path).read_text()
    assert "Conformance scorecard: no case failed" in page
