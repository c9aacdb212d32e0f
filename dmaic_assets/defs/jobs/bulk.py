"""One Dagster run for many cells: the op that opens a ledger run, works it and tells the catalog.

What belongs here: the way of a bulk run through Dagster. Why not one run per cell, or one range:
docs/adr/0013-one-bulk-run-with-explicit-cells.md.
"""

import os
import socket
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.monitor import monitor_event
from dmaic_assets.defs.assets.partitions import cell_of, register_cells
from dmaic_assets.defs.assets.runs import summary_event
from dmaic_assets.defs.catalog.catalogue import events_of, newest_event, publish_outbox
from dmaic_assets.defs.catalog.evaluations import log_events
from dmaic_assets.defs.catalog.overview_events import overview_told
from dmaic_assets.defs.event_log import events_together
from dmaic_assets.defs.jobs.config import cells_of, open_run_of, request_of, request_schema
from dmaic_assets.errors import DmaicError
from dmaic_assets.model import AssetName, Cell
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.store.ledger.record.runs import manifest
from dmaic_assets.work.kept_back.quality_log import restore_shown_mirrors
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.phase_memo import PhaseResult
    from dmaic_assets.process.cycle.phases_of_a_run import CycleResult
    from dmaic_assets.work.analyses.analyze import Analysed
    from dmaic_assets.work.laboratory.known import LaboratoryResult
    from dmaic_assets.work.run.bulk import RunResult
    from dmaic_assets.work.run.cell_outcomes import CellResult
    from dmaic_assets.work.run.opening import Opened
    from dmaic_assets.work.run.watch import Progress

LEDGER_RUN_TAG = "dmaic/run"
WORKER_TAG = "dmaic/worker"
# Where our page of the run is, beside Dagster's UI.
PAGE_TAG = "dmaic/page"


@dataclass(slots=True)
class BulkWatch:
    """Follows a bulk run from the process that started it; elsewhere nobody looks at it."""

    on_progress: "Callable[[Progress], None]" = lambda _progress: None
    on_phase: "Callable[[PhaseResult], None]" = lambda _result: None
    on_stage: Callable[[str], None] = lambda _stage: None
    results: "list[RunResult]" = field(default_factory=list)
    cycles: "list[CycleResult]" = field(default_factory=list)
    measured: "list[LaboratoryResult]" = field(default_factory=list)
    analysed: "list[Analysed]" = field(default_factory=list)
    refusals: list[DmaicError] = field(default_factory=list)
    is_interrupted: bool = False

    def tell(self, progress: "Progress") -> None:
        """Tells a file that ended; after the last come catalog, rules, views and mirrors."""
        self.on_progress(progress)
        if progress.done == progress.total:
            self.on_stage("catalog, rules and views")


@contextmanager
def told_to(watch: BulkWatch) -> Generator[None]:
    """Keeps what ended a run for the process that started it: Dagster passes on words only."""
    try:
        yield
    except DmaicError as error:
        watch.refusals.append(error)
        raise
    except (KeyboardInterrupt, DagsterExecutionInterruptedError):
        watch.is_interrupted = True
        raise


def bulk_op(name: str, assets: tuple[AssetName, ...], description: str) -> dg.OpDefinition:
    """Builds the op of a bulk job that takes files as far as `assets`."""

    @dg.op(name=name, description=description, config_schema=request_schema())
    def work(
        context: dg.OpExecutionContext,
        platform: dg.ResourceParam[Platform],
        watch: dg.ResourceParam[BulkWatch],
    ) -> None:
        with refusals_as_failures(), told_to(watch):
            _work_bulk(context, platform, watch, assets)

    return work


def _work_bulk(
    context: dg.OpExecutionContext,
    platform: Platform,
    watch: BulkWatch,
    assets: tuple[AssetName, ...],
) -> None:
    request = request_of(context.op_config, assets)
    named = open_run_of(context.op_config)
    opened = None if named else open_free(context, platform, request)
    run_id = named or (opened.run_id if opened else None)
    if run_id:
        with overview_told(context, platform):
            work_cells(context, platform, watch, run_id, request)
    else:
        restore_shown_mirrors(platform)
        context.log.info("nothing has changed: every file is known")
    refuse_left_out(opened)


def refuse_left_out(opened: "Opened | None") -> None:
    """Ends a job that left sources out; what it did for the others stands.

    Raises:
        BadInputError: A source was refused; names the first, its place and fix.
    """
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.plan.refused import refusal_of_sources

    refusal = refusal_of_sources(opened.plan.refused) if opened else None
    if refusal is not None:
        raise refusal


def work_cells(
    context: dg.OpExecutionContext,
    platform: Platform,
    watch: BulkWatch,
    run_id: str,
    request: RunRequest,
) -> None:
    """Works the files of an open run and tells the catalog each cell as soon as it is done.

    Raises:
        DmaicError: Files could not be worked on, as the first was refused; all others are done.
    """
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.run.bulk import work_run

    told = publish_outbox(context.instance, platform)
    if told:
        context.log.info("told the catalog of %d outcomes that workers had left", told)
    _announce(context, platform, run_id)
    watch.on_stage("judging files")
    result = work_run(
        platform,
        run_id,
        workers=request.workers,
        fail_fast=request.fail_fast,
        on_cells=_CellLog(context, platform),
        on_progress=watch.tell,
    )
    watch.on_stage("ending the Dagster run")
    watch.results.append(result)
    newest = newest_event(context.instance)()
    context.log_event(summary_event(platform, run_id, pointer=newest))
    context.log_event(monitor_event(platform, run_id, pointer=newest))
    _report(context, platform, result)


def open_free(context: dg.OpExecutionContext, platform: Platform, request: RunRequest) -> "Opened":
    """Plans and opens a run as soon as nobody else works on its files; says whom it waits for."""
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.run.opening import open_when_free

    plan = plan_run(platform, request)
    for problem in plan.problems:
        context.log.warning(str(problem))
    for refused in plan.refused:
        context.log.error(str(refused))
    for file in plan.waiting:
        context.log.warning("%s is still being written; the next run takes it", file.path)
    tell = partial(context.log.info, "waiting for %s, which works on files of this run")
    return open_when_free(platform, request, plan, on_wait=tell)


def _announce(context: dg.OpExecutionContext, platform: Platform, run_id: str) -> None:
    """Adds the run's cells to the grid before anything is logged for them, and says who works."""
    named = tuple(cell_of(key) for key in cells_of(context.op_config))
    found = named or tuple(Cell(run_id, source) for source in manifest(platform.ledger, run_id))
    register_cells(context.instance, found)
    context.instance.add_run_tags(
        context.run_id,
        {
            LEDGER_RUN_TAG: run_id,
            WORKER_TAG: this_worker(),
            PAGE_TAG: ServedLinks().run(run_id) or "",
        },
    )
    context.log.info("run %s: %d sources in scope", run_id, len(found))


def this_worker() -> str:
    """Names this process for whoever wants to know whether it is alive."""
    return f"{socket.gethostname()}:{os.getpid()}"


class _CellLog:
    """Tells the catalog the cells that are done."""

    def __init__(self, context: dg.OpExecutionContext, platform: Platform) -> None:
        self._context = context
        self._platform = platform
        self._pointer = newest_event(context.instance)

    def __call__(self, results: "Sequence[CellResult]") -> None:
        with events_together(self._context.instance):
            for result in results:
                self._tell(result)

    def _tell(self, result: "CellResult") -> None:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.work.state.skipped_changes import skips_of

        log_events(self._context, events_of(result, self._platform, pointer=self._pointer))
        self._context.log.info(_line(result))
        for skip in skips_of([result]):
            self._context.log.warning(skip.words)


def _line(result: "CellResult") -> str:
    counts: Mapping[str, int] = {
        word: sum(v.decision == decision for v in result.verdicts)
        for word, decision in (
            ("accepted", "accept"),
            ("split", "quarantine"),
            ("held", "reject"),
        )
    }
    words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    rows = sum(v.rows for v in result.verdicts)
    known = all(outcome.is_memoized for outcome in result.outcomes)
    files = words or ("nothing to judge" if not result.errors else "not judged")
    memo = ", all of it known" if known and result.outcomes else ""
    return f"{result.cell.source}: {files}; {rows:,} rows in {result.elapsed_s:.2f} s{memo}"


def _report(context: dg.OpExecutionContext, platform: Platform, result: "RunResult") -> None:
    """Fails the Dagster run when files could not be worked on; a held file is no failure."""
    from dmaic_assets.work.run.failed_files import refusal_of_files
    from dmaic_assets.work.run.stopping import left_words

    for name, reason in result.errors:
        context.log.error("%s: %s", name, reason)
    for trouble in result.untold:
        context.log.warning(trouble)
    if result.left:
        context.log.warning("stopped early: %s", left_words(result.left))
    refusal = refusal_of_files(platform, result.run_id) if result.errors else None
    if refusal is not None:
        raise refusal
