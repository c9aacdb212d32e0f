"""One Dagster run that judges what is new and then takes sources through the five phases.

What belongs here: the way of a DMAIC run through Dagster. The judging is the bulk job's, the phases
are the core's.
"""

import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, get_args

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.partitions import register_cells
from dmaic_assets.defs.catalog.catalogue import newest_event
from dmaic_assets.defs.catalog.overview_events import overview_told
from dmaic_assets.defs.catalog.phase_events import PhaseLog, report_event
from dmaic_assets.defs.jobs.bulk import (
    BulkWatch,
    open_free,
    refuse_left_out,
    told_to,
    work_cells,
)
from dmaic_assets.defs.jobs.config import Config, open_run_of, request_of, request_schema
from dmaic_assets.model import PHASES, Cell, Json, PhaseName
from dmaic_assets.store.ledger.record.runs import finish_run, get_run, manifest
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.run.holders import let_go
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import FROM_OUTSIDE, STOPPED, end_stopped

if TYPE_CHECKING:
    from dmaic_assets.work.plan.request import RunRequest
    from dmaic_assets.work.run.opening import Opened

DMAIC = "dmaic_job"
OP = "dmaic_cells"
NEW_RECURSION = "new"


_UNTIL = dg.Field(
    dg.StringSource, default_value=PHASES[-1], description="The last phase: define ... control"
)


def dmaic_job() -> dg.JobDefinition:
    """Builds the job that `dmaic run --until-plateau` and its sensor use."""
    description = (
        "Judges new and changed files, then takes every source through Define, Measure, Analyze, "
        "Improve and Control. What is known is not computed again."
    )

    schema = {**request_schema(without=frozenset()), "until": _UNTIL}

    @dg.op(name=OP, description=description, config_schema=schema)
    def work(
        context: dg.OpExecutionContext,
        platform: dg.ResourceParam[Platform],
        watch: dg.ResourceParam[BulkWatch],
    ) -> None:
        with refusals_as_failures(), told_to(watch):
            _work_dmaic(context, platform, watch)

    graph = dg.GraphDefinition(name=DMAIC, node_defs=[work], description=description)
    return graph.to_job(name=DMAIC, executor_def=dg.in_process_executor)


def _work_dmaic(context: dg.OpExecutionContext, platform: Platform, watch: BulkWatch) -> None:
    config: Config = context.op_config
    until = _phase(str(config["until"]))
    request = _chained(platform, request_of(config, WORK_ORDER))
    named = open_run_of(config)
    opened = None if named else open_free(context, platform, request)
    run_id, sources = (
        _open(platform, request, opened)
        if opened
        else (named, tuple(manifest(platform.ledger, named)))
    )
    with overview_told(context, platform), _ended_as_failed(platform, run_id):
        work_cells(context, platform, watch, run_id, request)
        _refuse_stopped(watch)
        _work_phases(context, platform, watch, (run_id, sources), until, request)
    refuse_left_out(opened)


def _refuse_stopped(watch: BulkWatch) -> None:
    """Ends a run that stopped early before its phases: they would judge by a part of the files.

    Raises:
        PolicyError: Files were left.
    """
    from dmaic_assets.errors import PolicyError
    from dmaic_assets.work.run.stopping import left_words

    left = watch.results[-1].left
    if left:
        raise PolicyError(
            "fail_fast",
            f"a file was held or could not be worked on; {left_words(left)}; no phase was begun",
            "Look at it (dmaic show latest), then run again: what is missing is done.",
        )


def _open(
    platform: Platform, request: "RunRequest", opened: "Opened"
) -> tuple[str, tuple[str, ...]]:
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.run.bulk import open_run

    # Unlike a bulk run it is opened also when every file is known: its phases still look.
    return opened.run_id or open_run(platform, opened.plan, request), tuple(opened.plan.sources)


def _work_phases(
    context: dg.OpExecutionContext,
    platform: Platform,
    watch: BulkWatch,
    run: tuple[str, Sequence[str]],
    until: PhaseName,
    request: "RunRequest",
) -> None:
    from dmaic_assets.process.cycle.phases_of_a_run import work_phases

    run_id, sources = run
    register_cells(context.instance, [Cell(run_id, source) for source in sources])
    result = work_phases(
        platform,
        run_id,
        sources,
        until=until,
        recompute=request.is_recompute,
        on_result=PhaseLog(context, platform, run_id, on_result=watch.on_phase),
    )
    record = get_run(platform.ledger, run_id)
    totals: dict[str, Json] = {
        **record.totals,
        "dmaic": {**result.metrics},
        "phases_computed": result.computed,
    }
    finish_run(platform.ledger, run_id, status=record.status, totals=totals)
    watch.cycles.append(result)
    newest = newest_event(context.instance)()
    context.log_event(report_event(platform, result, pointer=newest))


def _chained(platform: Platform, request: "RunRequest") -> "RunRequest":
    """Names the recursion that a run is to begin, if it is."""
    from dmaic_assets.process.recursion.recursion import new_recursion_id

    if request.recursion != NEW_RECURSION:
        return request
    name = new_recursion_id(platform, suffix=secrets.token_hex(2))
    return request.model_copy(update={"recursion": name})


@contextmanager
def _ended_as_failed(platform: Platform, run_id: str) -> Generator[None]:
    """Ends the run in the ledger as failed when it breaks off, and gives its files back.

    A run that is stopped while it judges has been ended as such; one that is stopped before it
    began is ended here. The next one takes its files on.
    """
    try:
        yield
    except BaseException as error:
        # Those of Ctrl-C and of Dagster's own interrupt are no exceptions.
        is_broken = isinstance(error, Exception)
        if is_broken or not end_stopped(platform, run_id):
            record = get_run(platform.ledger, run_id)
            status = "failed" if is_broken else "interrupted"
            totals = {**record.totals, STOPPED: str(error) if is_broken else FROM_OUTSIDE}
            finish_run(platform.ledger, run_id, status=status, totals=totals)
        if is_broken:
            tell_people(platform)
        raise
    finally:
        let_go(platform, run_id)


def _phase(name: str) -> PhaseName:
    from dmaic_assets.errors import BadInputError

    known: tuple[PhaseName, ...] = get_args(PhaseName)
    for phase in known:
        if phase == name:
            return phase
    raise BadInputError(f"phase {name}", "no such phase", f"Use one of: {', '.join(known)}.")
