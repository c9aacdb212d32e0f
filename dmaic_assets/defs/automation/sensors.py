"""What Dagster's daemon looks for by itself: new files, changed files, work left by workers.

What belongs here: launching. What counts as new, changed and settled is in `batches`.
"""

from pathlib import Path

import dagster as dg

from dmaic_assets.defs.assets.partitions import sources
from dmaic_assets.defs.automation.landing import mark_of
from dmaic_assets.defs.catalog.catalogue import publish_outbox
from dmaic_assets.defs.jobs.batches import Batch, Change, find_batch
from dmaic_assets.defs.jobs.config import config_of
from dmaic_assets.defs.jobs.main import INGEST, op_name
from dmaic_assets.defs.jobs.running import claims_of
from dmaic_assets.settings.project import ScheduleSettings
from dmaic_assets.store.ledger.record.catalogue import unpublished
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

# Seconds between two looks: Dagster's own pace for sensors.
_OUTBOX_EVERY_S = 30


def file_sensors(pace: ScheduleSettings) -> tuple[dg.SensorDefinition, ...]:
    """Builds the sensors; they run wherever a daemon does, because arriving is what files do."""
    return (
        _file_sensor(
            "new_files_sensor",
            "new",
            pace,
            "Finds files that nobody has judged, waits until they are written to the end, and "
            "launches one run for all of them.",
        ),
        _file_sensor(
            "changed_files_sensor",
            "changed",
            pace,
            "Finds known files whose content changed or that were taken away, and launches one run "
            "for their sources.",
        ),
        _outbox_sensor(),
    )


def _file_sensor(
    name: str, change: Change, pace: ScheduleSettings, description: str
) -> dg.SensorDefinition:
    @dg.sensor(
        name=name,
        job_name=INGEST,
        minimum_interval_seconds=pace.sensor_interval_s,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=description,
    )
    def look(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.SensorResult:
        batch = find_batch(
            platform,
            mark_of(context.cursor),
            change,
            claims_of(context.instance),
            quiet_s=2.0 * pace.sensor_interval_s,
        )
        return _launch(batch, change)

    return look


def _launch(batch: Batch, change: Change) -> dg.SensorResult:
    cursor = batch.mark.to_cursor()
    if batch.is_empty:
        return dg.SensorResult(skip_reason=batch.reason, cursor=cursor)
    config = config_of(_request(batch, change))
    run = dg.RunRequest(
        run_key=f"{change}-{batch.key}",
        run_config={"ops": {op_name(INGEST): {"config": config}}},
        tags={"dmaic/trigger": "sensor"},
    )
    # The run's own key joins the grid when the run is opened: until then it has no id.
    grid = [sources.build_add_request(list(batch.sources))]
    return dg.SensorResult(run_requests=[run], dynamic_partitions_requests=grid, cursor=cursor)


def _request(batch: Batch, change: Change) -> RunRequest:
    if change == "new":
        paths: tuple[Path, ...] = tuple(file.path for file in batch.files)
        return RunRequest(files=paths, trigger="sensor")
    return RunRequest(sources=batch.sources, trigger="sensor")


def _outbox_sensor() -> dg.SensorDefinition:
    @dg.sensor(
        name="catalogue_sensor",
        minimum_interval_seconds=_OUTBOX_EVERY_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells the catalog what `dmaic worker` did without Dagster.",
    )
    def publish(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.SkipReason:
        if not unpublished(platform.ledger, limit=1):
            return dg.SkipReason("no worker has left anything")
        told = publish_outbox(context.instance, platform)
        return dg.SkipReason(f"told the catalog of {told} outcomes")

    return publish
