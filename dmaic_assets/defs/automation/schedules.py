"""The periodic runs: they pick up what changed code, rules or thresholds ask for.

What belongs here: when, and over which sources. They start stopped: sensors see every file at
once, and nobody wants a run at night that was not asked for (docs/guides/dagster.md).
"""

from typing import Literal, TypeAlias

import dagster as dg

from dmaic_assets.defs.jobs.config import config_of
from dmaic_assets.defs.jobs.main import INGEST, op_name
from dmaic_assets.settings.project import ScheduleSettings
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

Rhythm: TypeAlias = Literal["hourly", "daily"]


def run_schedules(pace: ScheduleSettings) -> tuple[dg.ScheduleDefinition, ...]:
    """Builds the hourly and the daily schedule, in UTC."""
    return _schedule("hourly", pace.hourly), _schedule("daily", pace.daily)


def due_sources(platform: Platform, rhythm: Rhythm) -> tuple[str, ...]:
    """Finds the sources of a rhythm that have something to do, sorted."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.plan.plan import plan_run

    plan = plan_run(platform, RunRequest(trigger="schedule"))
    settings = platform.settings
    return tuple(name for name in plan.cells if settings.source(name).schedule == rhythm)


def _schedule(rhythm: Rhythm, cron: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{rhythm}_schedule",
        job_name=INGEST,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"Works on the sources whose `schedule` is {rhythm}, if anything changed.",
    )
    def due(
        context: dg.ScheduleEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        names = due_sources(platform, rhythm)
        if not names:
            return dg.SkipReason(f"nothing has changed in the {rhythm} sources")
        config = config_of(RunRequest(sources=names, trigger="schedule"))
        return dg.RunRequest(
            run_key=f"{rhythm}-{context.scheduled_execution_time.isoformat()}",
            run_config={"ops": {op_name(INGEST): {"config": config}}},
            tags={"dmaic/trigger": "schedule"},
        )

    return due
