"""One Dagster run that judges what is new and then takes sources through the five phases.

What belongs here: the way of a DMAIC run through Dagster. The judging is the bulk job's, the phases
are the core's.
"""

from typing import TYPE_CHECKING, get_args

import dagster as dg
from pydantic import Field

from dmaic_assets.defs.bulk_job import BulkConfig, BulkWatch, request_of, work_cells
from dmaic_assets.defs.materialize import refusals_as_failures
from dmaic_assets.defs.partitions import register_cells
from dmaic_assets.defs.phase_events import PhaseLog, report_event
from dmaic_assets.ledger.runs import finish_run, get_run
from dmaic_assets.model import ASSET_NAMES, Cell
from dmaic_assets.phase_settings import PhaseName
from dmaic_assets.runs.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.runs.request import RunRequest

DMAIC = "dmaic_job"
OP = "dmaic_cells"


class DmaicConfig(BulkConfig):
    """What a DMAIC run is asked to do: what a bulk run is, and how far the phases go."""

    until: str = Field("control", description="The last phase: define ... control")
    parent: str = Field("", description="The run of the recursion that this one follows")
    recursion: str = Field("", description="The recursion that the run belongs to")


def dmaic_job() -> dg.JobDefinition:
    """Builds the job that `dmaic run --until-plateau` and its sensor use."""
    description = (
        "Judges new and changed files, then takes every source through Define, Measure, Analyze, "
        "Improve and Control. What is known is not computed again."
    )

    @dg.op(name=OP, description=description)
    def work(
        context: dg.OpExecutionContext,
        config: DmaicConfig,
        platform: dg.ResourceParam[Platform],
        watch: dg.ResourceParam[BulkWatch],
    ) -> None:
        with refusals_as_failures():
            _work_dmaic(context, platform, watch, config)

    graph = dg.GraphDefinition(name=DMAIC, node_defs=[work], description=description)
    return graph.to_job(name=DMAIC, executor_def=dg.in_process_executor)


def dmaic_request(config: DmaicConfig) -> "RunRequest":
    """Reads the job's configuration as a request.

    Raises:
        BadInputError: A value is not of the request's form.
    """
    from dataclasses import replace

    request = request_of(config, ASSET_NAMES)
    return replace(request, parent=config.parent or None, recursion=config.recursion or None)


def _work_dmaic(
    context: dg.OpExecutionContext, platform: Platform, watch: BulkWatch, config: DmaicConfig
) -> None:
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.dmaic.cycle import work_phases
    from dmaic_assets.runs.bulk import open_run
    from dmaic_assets.runs.plan import plan_run

    request = dmaic_request(config)
    plan = plan_run(platform, request)
    sources = plan.sources
    # Unlike a bulk run it is opened also when every file is known: its phases still look.
    run_id = config.run_id or open_run(platform, plan, request)
    of_run = config.model_copy(update={"run_id": run_id})
    work_cells(context, platform, watch, of_run, request)
    cells = [Cell(run_id, source) for source in sources]
    register_cells(context.instance, cells)
    result = work_phases(
        platform,
        run_id,
        sources,
        until=_phase(config.until),
        recompute=request.is_recompute,
        on_result=PhaseLog(context, platform, run_id, on_result=watch.on_phase),
    )
    totals = dict(get_run(platform.ledger, run_id).totals)
    finish_run(
        platform.ledger,
        run_id,
        status=get_run(platform.ledger, run_id).status,
        totals={**totals, "dmaic": {**result.metrics}, "phases_computed": result.computed},
    )
    watch.cycles.append(result)
    context.log_event(report_event(platform, result))


def _phase(name: str) -> PhaseName:
    from dmaic_assets.errors import BadInputError

    known: tuple[PhaseName, ...] = get_args(PhaseName)
    for phase in known:
        if phase == name:
            return phase
    raise BadInputError(f"phase {name}", "no such phase", f"Use one of: {', '.join(known)}.")
