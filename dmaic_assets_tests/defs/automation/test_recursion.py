"""The sensor that goes on with a recursion, ticked by hand on a real project."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.dmaic import DMAIC, OP
from dmaic_assets.defs.jobs.launch import execute_dmaic
from dmaic_assets.store.ledger.record.runs import finish_run, list_runs
from dmaic_assets.work.plan.request import RunRequest

AT = datetime(2026, 11, 21, 3, 45, tzinfo=UTC)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def tick(desk) -> dg.SensorResult:
    definitions = desk.definitions
    with dg.build_sensor_context(
        instance=desk.instance,
        definitions=definitions,
        resources={"platform": desk.project.platform},
    ) as context:
        return definitions.resolve_sensor_def("recursion_sensor").evaluate_tick(context)


def execute(desk, run_config) -> None:
    outcome = desk.definitions.resolve_job_def(DMAIC).execute_in_process(
        instance=desk.instance,
        run_config={**run_config, **QUIET},
        resources={"platform": desk.project.platform, "watch": BulkWatch()},
    )
    assert outcome.success


def begin(desk, trigger="ui") -> str:
    request = RunRequest(trigger=trigger, recursion="r1")
    _, cycle = execute_dmaic(desk.project.platform, request, until="define", instance=desk.instance)
    return cycle.run_id


def test_without_a_recursion_nothing_is_launched(history):
    result = tick(history)

    assert not result.run_requests
    assert result.skip_message == "no recursion was begun"


def test_the_next_run_follows_the_newest_with_its_sources_and_phases(history):
    parent = begin(history)

    (request,) = tick(history).run_requests

    config = request.run_config["ops"][OP]["config"]
    assert request.run_key == "r1-2"
    assert (config["parent"], config["recursion"], config["until"]) == (parent, "r1", "define")
    assert config["sources"] == ["orders"]


def test_its_runs_are_chained_until_a_stop_rule_holds(history):
    dmaic = history.project.root / "config" / "dmaic.yaml"
    dmaic.write_text(dmaic.read_text() + "\nrecursion: {max_iterations: 2}\n")
    history.project.reload()
    begin(history)

    (request,) = tick(history).run_requests
    execute(history, request.run_config)
    after = tick(history)

    newest = list_runs(history.project.platform.ledger, 1)[0]
    assert (newest.recursion_id, newest.iteration, newest.kind) == ("r1", 2, "sensor")
    assert not after.run_requests
    assert "recursion r1 ended" in after.skip_message


def test_a_failed_run_is_not_followed(history):
    run_id = begin(history)
    finish_run(history.project.platform.ledger, run_id, status="failed", totals={})

    result = tick(history)

    assert not result.run_requests
    assert f"run {run_id} failed" in result.skip_message


@pytest.mark.parametrize(("minutes", "launched"), [(9, 0), (11, 1)])
def test_a_recursion_of_the_command_line_is_left_to_it_for_a_while(history, minutes, launched):
    begin(history, trigger="cli")
    later = timedelta(minutes=minutes)
    object.__setattr__(history.project.platform, "clock", lambda: datetime.now(UTC) + later)

    assert len(tick(history).run_requests) == launched


def test_there_is_one_run_at_a_time(history):
    begin(history)
    job = history.definitions.resolve_job_def(DMAIC)
    run = history.instance.create_run_for_job(job, run_config={"ops": {OP: {"config": {}}}})
    started = dg.DagsterEvent(event_type_value="PIPELINE_START", job_name=job.name)
    history.instance.report_dagster_event(started, run.run_id)

    result = tick(history)

    assert not result.run_requests
    assert result.skip_message == "a run of the phases is at work"


def test_the_schedule_of_the_phases_asks_for_one_run_over_all(history):
    schedule = history.definitions.resolve_schedule_def("dmaic_daily")
    with dg.build_schedule_context(
        instance=history.instance, scheduled_execution_time=AT
    ) as context:
        (request,) = schedule.evaluate_tick(context).run_requests

    execute(history, {"ops": {OP: {"config": {**request.run_config["ops"][OP]["config"]}}}})

    assert schedule.cron_schedule == "45 3 * * *"
    assert request.run_key == f"dmaic-{AT.isoformat()}"
    assert list_runs(history.project.platform.ledger, 1)[0].kind == "schedule"
