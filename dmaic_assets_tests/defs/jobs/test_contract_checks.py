"""Contracts are checks of the asset `entropy`: a warning each, and none blocks."""

from dmaic_assets.defs.checks.contracts import CONTRACT_CHECKS, ENTROPY
from dmaic_assets.defs.jobs.launch import execute_analyses
from dmaic_assets.work.analyses.analyze import Asked


def test_every_contract_is_checked_by_the_job_and_by_the_asset(history):
    found = execute_analyses(history.project.platform, Asked((ENTROPY,)), instance=history.instance)
    (result,) = [r for r in found.results if r.analysis == ENTROPY]

    lights = {v.use: v.light for v in result.outcome.value.tables["orders"].contracts}
    for check in CONTRACT_CHECKS:
        (passed, severity, _) = history.checks(check.name, ENTROPY)[result.run_id]
        assert passed == (lights[check.use] in ("green", "yellow"))
        assert severity == "WARN"
        assert not check.spec().blocking

    assert history.materialize(result.run_id, ENTROPY).success
