"""The sensor that goes on with a recursion, and the schedule of the phases.

What belongs here: launching. Whether a recursion goes on, the core decides; both start stopped
(docs/guides/dagster.md).
"""

from datetime import timedelta

import dagster as dg

from dmaic_assets.defs.jobs.config import config_of
from dmaic_assets.defs.jobs.dmaic import DMAIC, OP
from dmaic_assets.defs.jobs.running import is_job_at_work
from dmaic_assets.settings.project import ScheduleSettings
from dmaic_assets.store.ledger.record.runs import RunRecord, list_phases, list_runs, manifest
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

# Seconds between two looks: Dagster's own pace for sensors.
_EVERY_S = 30
# A command line chains its runs itself: a recursion of its is taken over once it has gone.
_OF_SHELL_AFTER = timedelta(minutes=10)


def recursion_sensor() -> dg.SensorDefinition:
    """Builds the sensor that asks for the next run of the newest recursion."""

    @dg.sensor(
        name="recursion_sensor",
        job_name=DMAIC,
        minimum_interval_seconds=_EVERY_S,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Asks for the next run of the newest recursion until a stop rule holds; one "
        "run at a time. Begin one by launching dmaic_job with recursion: new.",
    )
    def go_on(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        if is_job_at_work(context.instance, DMAIC):
            return dg.SkipReason("a run of the phases is at work")
        return next_of_recursion(platform)

    return go_on


def next_of_recursion(platform: Platform) -> dg.RunRequest | dg.SkipReason:
    """Decides what follows the newest run that belongs to a recursion, or why nothing does."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.process.recursion.recursion import recursion_state

    newest = next((r for r in list_runs(platform.ledger, None) if r.recursion_id), None)
    if newest is None or newest.recursion_id is None:
        return dg.SkipReason("no recursion was begun")
    name = newest.recursion_id
    if newest.finished_at is None:
        return dg.SkipReason(f"recursion {name}: run {newest.run_id} has not ended")
    if newest.status != "succeeded":
        how = f"dmaic run --resume {name}"
        return dg.SkipReason(f"recursion {name}: run {newest.run_id} {newest.status}; see {how}")
    if newest.kind == "cli" and platform.clock() - newest.finished_at < _OF_SHELL_AFTER:
        return dg.SkipReason(f"recursion {name}: the command line goes on with it")
    stop = recursion_state(platform, name).stop
    if stop.is_stop:
        return dg.SkipReason(f"recursion {name} ended: {stop.reason}")
    return _following(platform, newest, name)


def _following(platform: Platform, newest: RunRecord, recursion_id: str) -> dg.RunRequest:
    phases = list_phases(platform.ledger, newest.run_id)
    request = RunRequest(
        sources=tuple(manifest(platform.ledger, newest.run_id)),
        trigger="sensor",
        parent=newest.run_id,
        recursion=recursion_id,
    )
    config = config_of(request) | {"until": phases[-1].phase if phases else "control"}
    return dg.RunRequest(
        run_key=f"{recursion_id}-{(newest.iteration or 0) + 1}",
        run_config={"ops": {OP: {"config": config}}},
        tags={"dmaic/trigger": "sensor"},
    )


def phases_schedule(pace: ScheduleSettings) -> dg.ScheduleDefinition:
    """Builds the schedule that takes every source through all phases once, in UTC."""

    @dg.schedule(
        name="dmaic_daily",
        job_name=DMAIC,
        cron_schedule=pace.dmaic,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Takes every source through the five phases; what is known is not computed.",
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        config = config_of(RunRequest(trigger="schedule"))
        return dg.RunRequest(
            run_key=f"dmaic-{context.scheduled_execution_time.isoformat()}",
            run_config={"ops": {OP: {"config": config}}},
            tags={"dmaic/trigger": "schedule"},
        )

    return due
