"""The code location: puts together what `defs` has, and decides nothing.

Nothing happens at import; Dagster calls `defs` when it loads the location.
"""

from collections.abc import Callable
from functools import partial

import dagster as dg

from dmaic_assets.defs.assets.analyses import analysis_assets
from dmaic_assets.defs.assets.files import file_assets
from dmaic_assets.defs.assets.freshness import freshness_schedule, source_freshness
from dmaic_assets.defs.assets.gate import gate, gate_checks
from dmaic_assets.defs.assets.laboratory import laboratory_assets
from dmaic_assets.defs.assets.monitor import monitor
from dmaic_assets.defs.assets.overview import overview
from dmaic_assets.defs.assets.phases import dmaic_report, phase_assets
from dmaic_assets.defs.assets.runs import run_summary
from dmaic_assets.defs.assets.specs import completed
from dmaic_assets.defs.assets.warehouse import accepted_rows
from dmaic_assets.defs.automation.alerts import alert_sensors
from dmaic_assets.defs.automation.conditions import automation_sensor
from dmaic_assets.defs.automation.recursion import phases_schedule, recursion_sensor
from dmaic_assets.defs.automation.schedules import run_schedules
from dmaic_assets.defs.automation.sensors import file_sensors
from dmaic_assets.defs.instance.resources import platform_resource, project_settings
from dmaic_assets.defs.jobs.analyses import analyses_job
from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.dmaic import dmaic_job
from dmaic_assets.defs.jobs.laboratory import laboratory_job
from dmaic_assets.defs.jobs.main import bulk_jobs
from dmaic_assets.defs.jobs.upkeep import reconcile_job, reconcile_schedule
from dmaic_assets.settings.project import Settings

ASSETS = (
    *file_assets(),
    gate,
    accepted_rows,
    run_summary,
    *phase_assets(),
    dmaic_report,
    monitor,
    source_freshness,
    overview,
    *analysis_assets(),
    *laboratory_assets(),
)


def definitions_of(settings: Settings) -> dg.Definitions:
    """Builds the definitions of one project."""
    complete: Callable[[dg.AssetSpec], dg.AssetSpec] = partial(completed, settings=settings)
    pace = settings.dmaic.schedules
    return dg.Definitions(
        assets=dg.map_asset_specs(complete, ASSETS),
        asset_checks=[gate_checks],
        jobs=[*bulk_jobs(), dmaic_job(), analyses_job(), laboratory_job(), reconcile_job],
        sensors=[
            *file_sensors(pace),
            *alert_sensors(settings),
            automation_sensor,
            recursion_sensor(),
        ],
        schedules=[
            *run_schedules(pace),
            phases_schedule(pace),
            reconcile_schedule(pace.reconcile),
            freshness_schedule(pace.hourly),
        ],
        resources={
            "platform": platform_resource.configured({"project": str(settings.paths.root)}),
            "watch": BulkWatch(),
        },
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Builds the definitions of the project that DMAIC_PROJECT names, or that holds this folder."""
    return definitions_of(project_settings())
