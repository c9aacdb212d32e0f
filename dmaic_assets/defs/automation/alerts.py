"""What Dagster's daemon tells people: runs that failed, and what happens while nothing runs.

What belongs here: sensors, which exist only where alerts are on. What is told, `work.alerts` says.
"""

import dagster as dg

from dmaic_assets.defs.jobs.bulk import LEDGER_RUN_TAG
from dmaic_assets.settings.project import Settings
from dmaic_assets.work.alerts.telling import look_and_send, tell_of_job
from dmaic_assets.work.run.platform import Platform

# Seconds between two looks: a late file is told within them, a dead channel tried again.
_EVERY_S = 60


def alert_sensors(settings: Settings) -> tuple[dg.SensorDefinition, ...]:
    """Builds the sensors of a project whose alerts are on; none where they are off."""
    return (_look_sensor(), _failure_sensor()) if settings.is_telling else ()


def _look_sensor() -> dg.SensorDefinition:
    @dg.sensor(
        name="alerts_sensor",
        minimum_interval_seconds=_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks for late files and dead runs, and sends the alerts that wait.",
    )
    def look(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.SkipReason:
        session = look_and_send(platform)
        for trouble in session.troubles:
            context.log.warning(trouble.words)
        return dg.SkipReason(f"sent {session.messages} messages")

    return look


def _failure_sensor() -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="failed_runs_sensor",
        minimum_interval_seconds=_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people of Dagster runs that failed or whose process is gone.",
    )
    def tell(context: dg.RunFailureSensorContext, platform: dg.ResourceParam[Platform]) -> None:
        run = context.dagster_run
        troubles = tell_of_job(
            platform,
            run.job_name,
            run.tags.get(LEDGER_RUN_TAG) or run.run_id,
            context.failure_event.message or "",
        )
        for trouble in troubles:
            context.log.warning(trouble)

    return tell
