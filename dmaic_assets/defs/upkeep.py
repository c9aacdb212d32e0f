"""Upkeep of the stores: what dead workers left behind is put right every hour.

What belongs here: when. What is put right, and how, the ledger's reconciler says.
"""

import dagster as dg

from dmaic_assets.defs.materialize import refusals_as_failures
from dmaic_assets.runs.platform import Platform

_CRON = "35 * * * *"


class UpkeepConfig(dg.Config):
    """How upkeep is done."""

    dry_run: bool = False


@dg.op(description="Puts right what dead workers left: leases, part files, lost outputs.")
def put_right(
    context: dg.OpExecutionContext, config: UpkeepConfig, platform: dg.ResourceParam[Platform]
) -> None:
    """Runs the ledger's reconciler and says what it found."""
    # Definitions load without the libraries that this brings.
    from dmaic_assets.ledger.codec import to_json
    from dmaic_assets.ledger.reconcile import reconcile

    with refusals_as_failures():
        found = reconcile(
            platform.ledger,
            platform.paths,
            stale_s=platform.settings.dmaic.ledger.stale_part_s,
            dry_run=config.dry_run,
        )
    context.log.info("nothing to put right" if found.is_clean else str(to_json(found)))


@dg.job(
    executor_def=dg.in_process_executor,
    description="Puts right what dead workers left behind, as `dmaic job reconcile` does.",
)
def reconcile_job() -> None:
    """Puts the stores right."""
    put_right()


reconcile_schedule = dg.ScheduleDefinition(
    name="reconcile_schedule",
    job=reconcile_job,
    cron_schedule=_CRON,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Puts right what dead workers left behind.",
)
