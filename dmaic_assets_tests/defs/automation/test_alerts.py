"""The daemon tells of Dagster runs that failed, once; its sensors exist where alerts are on."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import dagster as dg
import pytest

from dmaic_assets.defs.automation.alerts import alert_sensors
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.alerts import list_alerts
from dmaic_assets.work.run.platform import Platform, platform_of


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("alerts: {enabled: true}\n")
    with platform_of(load_settings(tmp_path, environment={})) as opened:
        yield opened


def sensor(platform: Platform, name: str) -> dg.SensorDefinition:
    return next(s for s in alert_sensors(platform.settings) if s.name == name)


@dg.op
def fails() -> None:
    raise ValueError('a cell that holds "Oswald Sekret"')


@dg.job
def failing_job() -> None:
    fails()


def test_where_alerts_are_off_there_is_no_sensor(tmp_path: Path) -> None:
    assert alert_sensors(load_settings(tmp_path, environment={})) == ()


@pytest.mark.parametrize("tags", [{}, {"dmaic/run": "20261121T041500Z__abc1234"}])
def test_a_job_that_failed_is_told_once(platform: Platform, tags: dict[str, str]) -> None:
    told = cast("dg.RunStatusSensorDefinition", sensor(platform, "failed_runs_sensor"))
    with dg.DagsterInstance.ephemeral() as instance:
        result = failing_job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        for _ in range(2):
            context = dg.build_run_status_sensor_context(
                sensor_name=told.name,
                dagster_event=result.get_run_failure_event(),
                dagster_instance=instance,
                dagster_run=result.dagster_run,
                resources={"platform": platform},
            ).for_run_failure()
            told(context)

    (alert,) = list_alerts(platform.ledger)
    named = tags.get("dmaic/run", result.run_id)
    assert (alert.run_id, alert.severity) == (named, "critical")
    assert alert.title == f"failing_job failed: run {named}"
    line = (platform.paths.data / "logs" / "alerts.jsonl").read_text()
    assert "failing_job" in line
    assert "Sekret" not in line


def test_the_look_sends_what_waits(platform: Platform) -> None:
    look = sensor(platform, "alerts_sensor")
    context = dg.build_sensor_context(resources={"platform": platform})

    reason = look(context)

    assert isinstance(reason, dg.SkipReason)
    assert reason.skip_message == "sent 0 messages"
