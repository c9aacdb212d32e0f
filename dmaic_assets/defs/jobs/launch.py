"""Runs a bulk job in this process, for the command line: one story in the UI and the shell.

What belongs here: the way from a plan to a Dagster run and back to a result.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg
from sqlalchemy.exc import DBAPIError

from dmaic_assets.defs.instance.home import home_of
from dmaic_assets.defs.instance.instance import project_instance
from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.config import Config, config_of
from dmaic_assets.defs.jobs.main import EVERYTHING, INGEST, PROFILE, bulk_jobs, op_name
from dmaic_assets.errors import DmaicError, InvariantError
from dmaic_assets.model import Cell, PhaseName
from dmaic_assets.store.ledger.database.failures import translated
from dmaic_assets.work.assets.registry import PROFILE_ASSETS
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import RunResult
from dmaic_assets.work.run.holders import Holder, let_go
from dmaic_assets.work.run.opening import Opened, open_when_free
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import end_stopped

if TYPE_CHECKING:
    # The phases load SciPy's statistics, and a run that only judges files has none.
    from dmaic_assets.process.cycle.phases_of_a_run import CycleResult
    from dmaic_assets.work.analyses.analyze import Analysed, Asked
    from dmaic_assets.work.laboratory.known import LaboratoryResult

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def execute_bulk(
    platform: Platform,
    request: RunRequest,
    plan: Plan,
    *,
    instance: dg.DagsterInstance | None = None,
    watch: BulkWatch | None = None,
    on_wait: Callable[[Holder], None] = lambda _holder: None,
) -> tuple[Opened, RunResult | None]:
    """Opens a run for a plan and works it through Dagster's job, in this process.

    Files that another process works on are waited for, and the rest is planned anew.

    Every materialization and check result is in Dagster's catalog when this returns. Nothing is
    printed; the events are in the run's log in the UI.

    Args:
        platform: The stores, which stay open.
        request: What was asked for.
        plan: What is to be done; not empty.
        instance: Dagster's; the project's own when None.
        watch: Told files as they end and stages as they begin, in this thread.
        on_wait: Told every other run that is waited for.

    Returns:
        The run as it was opened with the plan that held then, and how it ended: None when others
        had left nothing to do.

    Raises:
        DmaicError: A store refuses.
        InvariantError: The Dagster run broke before the work was done.
    """
    watch = watch or BulkWatch()
    own = project_instance(platform.settings) if instance is None else nullcontext(instance)
    with _storage_refusals(platform, watch), own as dagster:
        opened = open_when_free(platform, request, plan, on_wait=on_wait)
        if opened.run_id is None:
            return opened, None
        run_id = opened.run_id
        with _given_back(platform, run_id):
            cells = tuple(Cell(run_id, source) for source in opened.plan.cells)
            job, op = _job_for(request)
            config = config_of(request, run_id=run_id, cells=cells)
            outcome = job.execute_in_process(
                run_config={"ops": {op: {"config": config}}, **_QUIET},
                instance=dagster,
                resources={"platform": platform, "watch": watch},
                tags={"dmaic/trigger": request.trigger},
                raise_on_error=False,
            )
            if not watch.results:
                _refuse(watch, outcome)
                raise _broken(f"run {run_id}", outcome)
    return opened, watch.results[-1]


@contextmanager
def _given_back(platform: Platform, run_id: str) -> Generator[None]:
    """Gives a run back, however it ends: stopped perhaps before its first file was begun."""
    try:
        yield
    except KeyboardInterrupt:
        end_stopped(platform, run_id)
        raise
    finally:
        let_go(platform, run_id)


def execute_dmaic(
    platform: Platform,
    request: RunRequest,
    *,
    until: PhaseName,
    instance: dg.DagsterInstance | None = None,
    watch: BulkWatch | None = None,
) -> tuple[RunResult | None, "CycleResult"]:
    """Judges what is new and takes its sources through the phases, in one Dagster run.

    Args:
        platform: The stores, which stay open.
        request: What was asked for, with recursion and parent.
        until: The last phase.
        instance: Dagster's; the project's own when None.
        watch: Told files and phases as they end, in this thread. Sources that were left out are
            its `refusals`.

    Raises:
        InvariantError: The Dagster run broke before the work was done.
        DmaicError: The judging or a phase refuses, or files could not be worked on.
    """
    # Phases load the statistics, which a run that only judges has no use for.
    from dmaic_assets.defs.jobs.dmaic import OP, dmaic_job

    watch = watch or BulkWatch()
    config = config_of(request) | {"until": until}
    own = project_instance(platform.settings) if instance is None else nullcontext(instance)
    with _storage_refusals(platform, watch), own as dagster:
        outcome = dmaic_job().execute_in_process(
            run_config={"ops": {OP: {"config": config}}, **_QUIET},
            instance=dagster,
            resources={"platform": platform, "watch": watch},
            tags={"dmaic/trigger": request.trigger},
            raise_on_error=False,
        )
    if not watch.cycles:
        _refuse(watch, outcome)
        raise _broken("dmaic run", outcome)
    return (watch.results[-1] if watch.results else None), watch.cycles[-1]


def execute_laboratory(
    platform: Platform,
    sources: Sequence[str],
    *,
    column: str = "",
    force: bool = False,
    instance: dg.DagsterInstance | None = None,
    watch: BulkWatch | None = None,
) -> "tuple[LaboratoryResult, ...]":
    """Takes the key columns of sources through the laboratory, in one Dagster run.

    When all of it is known, no Dagster run is made.

    Args:
        platform: The stores, which stay open.
        sources: Which ones; at least one.
        column: The key column; chosen for each source when empty.
        force: Measure what is known again.
        instance: Dagster's; the project's own when None.
        watch: Told each asset as its work begins, in this thread.

    Raises:
        InvariantError: The Dagster run broke before the work was done.
        DmaicError: numba is missing, a source has no accepted rows, or a store refuses.
    """
    from dmaic_assets.defs.jobs.laboratory import OP, laboratory_job
    from dmaic_assets.work.laboratory.laboratory import asked_of, known_laboratory

    asked = [asked_of(platform, source, column, recompute=force) for source in sources]
    known = [None if force else known_laboratory(platform, each) for each in asked]
    if all(known):
        return tuple(result for found in known for result in found or ())
    watch = watch or BulkWatch()
    config: Config = {"sources": [*sources], "column": column, "force": force}
    work = _Work("dmaic hashmap trials", laboratory_job(), OP, config)
    _execute(platform, work, instance, watch)
    return tuple(watch.measured)


def execute_analyses(
    platform: Platform,
    asked: "Asked",
    *,
    instance: dg.DagsterInstance | None = None,
    watch: BulkWatch | None = None,
) -> "Analysed":
    """Studies accepted rows in one Dagster run; when all of it is known, none is made.

    Analyses that failed are told in the result: the Dagster run failed, the others stand.

    Args:
        platform: The stores, which stay open.
        asked: Which analyses, of which sources.
        instance: Dagster's; the project's own when None.
        watch: Told each outcome, in this thread.

    Raises:
        InvariantError: The Dagster run broke before the work was done.
        DmaicError: There is no such analysis or source, no accepted rows, or a store refuses.
    """
    from dmaic_assets.defs.jobs.analyses import OP, analyses_config, analyses_job
    from dmaic_assets.work.analyses.analyze import Analysed, known_analyses

    known = None if asked.recompute else known_analyses(platform, asked)
    if known is not None:
        return Analysed(known)
    watch = watch or BulkWatch()
    config = analyses_config(asked.analyses, asked.sources, force=asked.recompute)
    try:
        _execute(platform, _Work("dmaic analyze", analyses_job(), OP, config), instance, watch)
    except DmaicError:
        # The step failed after its work was done when analyses of it did; anything else ends it.
        if not any(made.failures for made in watch.analysed):
            raise
    return watch.analysed[-1]


@dataclass(frozen=True, slots=True)
class _Work:
    """A job of one op, and the command that asks for it."""

    command: str
    job: dg.JobDefinition
    op: str
    config: Config


def _execute(
    platform: Platform, work: _Work, instance: dg.DagsterInstance | None, watch: BulkWatch
) -> None:
    """Runs a job to its end in this process; what it made, `watch` has.

    Raises:
        InvariantError: The Dagster run broke before the work was done.
        DmaicError: The core or a store refuses.
    """
    own = project_instance(platform.settings) if instance is None else nullcontext(instance)
    with _storage_refusals(platform, watch), own as dagster:
        outcome = work.job.execute_in_process(
            run_config={"ops": {work.op: {"config": work.config}}, **_QUIET},
            instance=dagster,
            resources={"platform": platform, "watch": watch},
            raise_on_error=False,
        )
    if not outcome.success:
        _refuse(watch, outcome)
        raise _broken(work.command, outcome)


def _broken(subject: str, outcome: dg.ExecuteInProcessResult) -> InvariantError:
    """What is said of a Dagster run that broke."""
    return InvariantError(
        subject,
        f"Dagster run {outcome.run_id} broke: {_failure(outcome)}",
        "Run again: what is done is known. The log of the Dagster run has the details.",
    )


@contextmanager
def _storage_refusals(platform: Platform, watch: BulkWatch) -> Generator[None]:
    """Says what a full or broken disk under Dagster's files means.

    What the core refused goes first.

    Dagster itself lets the database's error out: it cannot record that a step failed either.
    """
    try:
        yield
    except DBAPIError as error:
        _refuse(watch, None)
        place = str(home_of(platform.settings))
        raise translated(error, place, store="Dagster's storage") from error


def _refuse(watch: BulkWatch, outcome: dg.ExecuteInProcessResult | None) -> None:
    """Raises what ended the run, with the class, culprit and fix that Dagster does not keep."""
    if watch.is_interrupted or (outcome is not None and _was_interrupted(outcome)):
        raise KeyboardInterrupt
    if watch.refusals:
        raise watch.refusals[-1]


def _was_interrupted(outcome: dg.ExecuteInProcessResult) -> bool:
    """Whether Ctrl-C came while Dagster was at work itself, before or after ours."""
    names = {"DagsterExecutionInterruptedError", "KeyboardInterrupt"}
    return any(
        error.cls_name in names
        for event in outcome.all_events
        if (error := getattr(event.event_specific_data, "error", None)) is not None
    )


def _job_for(request: RunRequest) -> tuple[dg.JobDefinition, str]:
    """The job that does what is asked for, and the name of its op."""
    if set(request.assets) <= set(PROFILE_ASSETS):
        name = PROFILE
    else:
        name = INGEST if request.sources or request.files else EVERYTHING
    return next(job for job in bulk_jobs() if job.name == name), op_name(name)


def _failure(outcome: dg.ExecuteInProcessResult) -> str:
    for event in outcome.all_events:
        if event.is_failure and event.event_specific_data is not None:
            error = getattr(event.event_specific_data, "error", None)
            if error is not None:
                cause = error.cause or error
                return cause.message.strip()
    return "no reason was recorded"
