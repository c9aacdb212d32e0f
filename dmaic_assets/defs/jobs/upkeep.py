"""Upkeep of the stores: what dead workers left behind is put right without anybody asking.

What belongs here: the job, and when it is launched. What is put right, the reconciler says.
"""

from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.effects.reconcile import Reconciliation

RECONCILE = "reconcile_job"


class ReconcileConfig(dg.Config):
    """How the stores are put right."""

    dry_run: bool = Field(False, description="Only tell what would be done")


@dg.op(description="Puts right what dead workers left: leases, part files, lost receipts.")
def put_stores_right(
    context: dg.OpExecutionContext, config: ReconcileConfig, platform: dg.ResourceParam[Platform]
) -> None:
    """Runs the reconciler and tells what it found."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.run.upkeep import put_right

    with refusals_as_failures():
        found = put_right(platform, dry_run=config.dry_run)
    context.log.info(sentence_of(found))
    context.add_output_metadata(dict(found.counts))


@dg.job(
    name=RECONCILE,
    executor_def=dg.in_process_executor,
    description="Puts right what dead workers left behind, as `dmaic job reconcile` does.",
)
def reconcile_job() -> None:
    """Puts the stores right."""
    put_stores_right()


def reconcile_schedule(cron: str) -> dg.ScheduleDefinition:
    """Builds the schedule that launches the job when there is something to put right."""

    @dg.schedule(
        name="reconcile_schedule",
        job_name=RECONCILE,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Looks for what dead workers left behind, and has it put right.",
    )
    def due(
        context: dg.ScheduleEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        from dmaic_assets.work.run.upkeep import put_right

        found = put_right(platform, dry_run=True)
        if not found.is_curable:
            return dg.SkipReason(sentence_of(found))
        return dg.RunRequest(run_key=f"reconcile-{context.scheduled_execution_time.isoformat()}")

    return due


def sentence_of(found: "Reconciliation") -> str:
    """Says in one line what was found."""
    if found.is_clean:
        return "ledger and disk agree"
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in found.counts.items() if n)
    return f"{'would put right' if found.is_dry_run else 'found'}: {counts}"
