"""A run over many cells: open it from a plan, work its tasks in parallel, close it.

What belongs here: the life of a run. The bulk job of Dagster, the command line without Dagster
and the workers all go through these functions.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import cast

from dmaic_assets.errors import BusyError, DmaicError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.catalogue import enqueue_outcomes
from dmaic_assets.store.ledger.record.file_queries import newest_sequences
from dmaic_assets.store.ledger.record.files import register_files, set_disposition
from dmaic_assets.store.ledger.record.owed import owe
from dmaic_assets.store.ledger.record.runs import (
    UNTIL,
    RunTotals,
    finish_run,
    get_run,
    set_manifest,
    start_run,
)
from dmaic_assets.store.ledger.record.scores import score_of_rows
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES
from dmaic_assets.store.ledger.tasks.tasks import (
    Task,
    TaskSpec,
    plan_tasks,
    retry_task,
)
from dmaic_assets.work.alerts.telling import tell_of_failure, tell_people
from dmaic_assets.work.file.file_job import Outputs
from dmaic_assets.work.file.outputs import withdraw_whole
from dmaic_assets.work.file.task_values import FilePayload
from dmaic_assets.work.plan.planned import FilePlan, Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.cell_outcomes import CellResult
from dmaic_assets.work.run.closing import publish_end, publish_stores
from dmaic_assets.work.run.holders import hold, let_go, mark_working, others_at_work
from dmaic_assets.work.run.loops import raise_first, wait_for_news, work_until
from dmaic_assets.work.run.owed import publish_left
from dmaic_assets.work.run.platform import Platform, git_sha
from dmaic_assets.work.run.stopping import end_failed, end_stopped, left_files
from dmaic_assets.work.run.tasks import KIND
from dmaic_assets.work.run.upkeep import put_right_if_due
from dmaic_assets.work.run.watch import Progress, Watch
from dmaic_assets.work.state.skipped_changes import skips_of

_log = logging.getLogger(__name__)
_OPENING_S = 120.0  # for another process that is opening its run: as long as a lease
_WATCHED_BACKOFF_S = 1.0  # at most, before a failed task is tried again


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `errors` are files that could not be worked on, with the reason.

    `left` are the files ("source/name") that it did not begin because it was to stop early.
    `untold` says what people could not be told, and why.
    """

    run_id: str
    cells: tuple[CellResult, ...]
    errors: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    elapsed_s: float
    left: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def held(self) -> int:
        """How many files the gate held whole."""
        return sum(v.decision == "reject" for cell in self.cells for v in cell.verdicts)


def open_run(platform: Platform, plan: Plan, request: RunRequest) -> str:
    """Makes the run's ledger row, registers its files and plans one task per file with work.

    Opening twice plans nothing twice: a task that an interrupted run left behind is taken on.

    Returns:
        The run id, which is also the run's partition key.

    Raises:
        BusyError: A living process works on files of the plan under another run; names it.
    """
    put_right_if_due(platform)
    with file_lock(platform.paths.ledger / "opening.lock", wait_s=_OPENING_S):
        others = others_at_work(platform, plan)
        if others:
            fix = "Wait until it is done and run again: what it did is then known."
            raise BusyError("the files of this run", f"are worked on by {others[0]}", fix)
        return _open_run(platform, plan, request)


def _open_run(platform: Platform, plan: Plan, request: RunRequest) -> str:
    config = sha256_json(platform.settings.dmaic.model_dump(mode="json"))
    inputs = sha256_json([[f.file.source, f.file.sha256] for f in plan.files])
    run = start_run(
        platform.ledger,
        git_sha=git_sha(platform.paths.root),
        config_hash=config,
        inputs_hash=inputs,
        kind=request.trigger,
        parent=request.parent,
        recursion_id=request.recursion,
        branch_of=_branch_of(platform, plan) if request.on_conflict == "branch" else None,
    )
    hold(platform, run.run_id)
    register_files(platform.ledger, [f.file for f in plan.files if f.is_in_scope], run.run_id)
    tasks = plan_tasks(
        platform.ledger,
        [_spec(platform, f, request, run.run_id, lane=plan.lane_of(f)) for f in plan.work],
    )
    _revive(platform, plan, tasks, request, run.run_id)
    for note in plan.notes:
        _log.warning("run %s: %s", run.run_id, note)
    for arrival in plan.removed:
        _note_removed(platform, arrival.source, arrival.sha256)
    set_manifest(platform.ledger, run.run_id, _manifest(platform, plan))
    owe(platform.ledger, run.run_id, plan.cells)
    return run.run_id


def work_run(
    platform: Platform,
    run_id: str,
    *,
    workers: int | None = None,
    fail_fast: bool = False,
    on_cells: Callable[[Sequence[CellResult]], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> RunResult:
    """Works the run's tasks until all have ended, whoever ends them, and closes the run.

    Args:
        platform: The stores.
        run_id: A run that `open_run` made.
        workers: Files worked on at the same time; the settings' when None.
        fail_fast: Whether to begin no further file once one is held or cannot be worked on.
        on_cells: Told cells soon after their last file has ended, in the calling thread.
        on_progress: Told each file that ended, and what is done for long before the first, in the
            calling thread.
    """
    try:
        result = _worked(platform, run_id, workers, on_cells, on_progress, fail_fast=fail_fast)
    except DmaicError as error:
        end_failed(platform, run_id, error)
        tell_of_failure(platform, run_id, error)
        raise
    # Others may take the files up meanwhile: a slow receiver holds nobody up.
    return replace(result, untold=tell_people(platform))


def _worked(
    platform: Platform,
    run_id: str,
    workers: int | None,
    on_cells: Callable[[Sequence[CellResult]], None] | None,
    on_progress: Callable[[Progress], None] | None,
    *,
    fail_fast: bool,
) -> RunResult:
    started = time.perf_counter()
    doing: deque[str] = deque(maxlen=1)
    platform = replace(platform, tell=doing.append)
    hold(platform, run_id)
    mark_working(platform, run_id)
    listeners = (on_cells or _ignore, on_progress or _ignore)
    watch = Watch(platform, run_id, *listeners, doing=doing, fail_fast=fail_fast)
    try:
        cells = _work(platform, run_id, workers, watch, fail_fast=fail_fast)
        try:
            publish_stores(platform, [cell.cell.source for cell in cells], run_id)
        except DmaicError:
            # All files are judged. Publishing stays owed, and whoever comes next does it.
            _end_run(platform, run_id, cells, time.perf_counter() - started)
            raise
        result = close_run(platform, run_id, cells, time.perf_counter() - started)
        publish_left(platform)
    except Exception:
        raise
    except BaseException:
        # Not over a defect or a refusal: somebody stops it.
        _end_stopped(platform, run_id, watch, started)
        raise
    finally:
        let_go(platform, run_id)
    return result


def _end_stopped(platform: Platform, run_id: str, watch: Watch, started: float) -> None:
    """Ends a run that is stopped from outside, with all that it has done."""
    if not end_stopped(platform, run_id):
        return
    why = get_run(platform.ledger, run_id).totals
    cells = watch.cut_short()
    # Dagster's run is over; its catalog is told by the next one.
    enqueue_outcomes(platform.ledger, [o for cell in cells for o in cell.outcomes])
    _end_run(platform, run_id, [*watch.cells, *cells], time.perf_counter() - started, why)


def _work(
    platform: Platform,
    run_id: str,
    workers: int | None,
    watch: Watch,
    *,
    fail_fast: bool,
) -> list[CellResult]:
    count = workers or platform.settings.dmaic.runs.workers
    stop = threading.Event()
    news: queue.SimpleQueue[None] = queue.SimpleQueue()
    with ThreadPoolExecutor(count, thread_name_prefix="intake") as pool:
        loops = [
            pool.submit(work_until, platform, run_id, stop, news, fail_fast=fail_fast)
            for _ in range(count)
        ]
        try:
            while not watch.is_over():
                wait_for_news(news, rest_s=watch.rest_s, most=watch.still_open)
                raise_first(loops)
        finally:
            stop.set()
    return watch.cells


def close_run(
    platform: Platform, run_id: str, cells: Sequence[CellResult], elapsed_s: float
) -> RunResult:
    """Writes the run's end and totals into the ledger; then nothing of it is owed any more."""
    result = _end_run(platform, run_id, cells, elapsed_s)
    publish_end(platform, run_id)
    return result


def _end_run(
    platform: Platform,
    run_id: str,
    cells: Sequence[CellResult],
    elapsed_s: float,
    why: Mapping[str, Json] | None = None,
) -> RunResult:
    errors = tuple(error for cell in cells for error in cell.errors)
    removed = tuple(cell.cell.source for cell in cells if not cell.verdicts and not cell.errors)
    left = left_files(platform, run_id)
    result = RunResult(run_id, tuple(cells), errors, removed, elapsed_s, left)
    finish_run(
        platform.ledger,
        run_id,
        status="failed" if errors else "interrupted" if left or why else "succeeded",
        totals={**totals_of(result), **(why or {})},
    )
    return result


def totals_of(result: RunResult) -> dict[str, Json]:
    """Adds up what a run did."""
    verdicts = [v for cell in result.cells for v in cell.verdicts]
    rows = sum(v.rows for v in verdicts)
    totals = RunTotals(
        files=len(verdicts) + len(result.errors),
        errors=len(result.errors),
        accept=sum(v.decision == "accept" for v in verdicts),
        quarantine=sum(v.decision == "quarantine" for v in verdicts),
        reject=sum(v.decision == "reject" for v in verdicts),
        rows=rows,
        rows_accepted=sum(v.accepted for v in verdicts),
        rows_quarantined=sum(v.quarantined for v in verdicts),
        lines_above=sum(v.lines_above for v in verdicts),
        changes_skipped=sum(len(skip.files) for skip in skips_of(result.cells)),
        score=score_of_rows((v.score, v.rows) for v in verdicts),
        elapsed_s=round(result.elapsed_s, 3),
    )
    return cast("dict[str, Json]", to_json(totals))


def _spec(
    platform: Platform,
    plan: FilePlan,
    request: RunRequest,
    run_id: str,
    *,
    lane: str,
    again: bool = False,
) -> TaskSpec:
    identity: dict[str, Json] = {
        "kind": KIND,
        "source": plan.file.source,
        "file": plan.file.sha256,
        "result": plan.key,
        "assets": list(request.assets),
    }
    if again or request.is_recompute:
        identity["again"] = run_id
    ledger = platform.settings.dmaic.ledger
    is_watched = request.trigger in ("cli", "ui")
    return TaskSpec(
        key=sha256_json(identity),
        kind=KIND,
        lane=lane,
        payload=to_json(
            FilePayload(
                plan.file.source, plan.file.sha256, plan.file.path.name, run_id, request.payload()
            )
        ),
        run_id=run_id,
        max_attempts=ledger.max_attempts,
        # Nobody sits in front of a terminal for minutes to see whether a disk recovers.
        backoff_s=min(ledger.backoff_s, _WATCHED_BACKOFF_S) if is_watched else ledger.backoff_s,
    )


def _revive(
    platform: Platform,
    plan: Plan,
    tasks: Sequence[Task],
    request: RunRequest,
    run_id: str,
) -> None:
    """Makes this run responsible for tasks that ended or were left behind under an older run."""
    again: list[TaskSpec] = []
    for file, task in zip(plan.work, tasks, strict=True):
        if task.run_id == run_id:
            continue
        if task.state in TERMINAL_STATES and task.state != "FAILED":
            lane = plan.lane_of(file)
            again.append(_spec(platform, file, request, run_id, lane=lane, again=True))
        else:
            retry_task(platform.ledger, task.task_id, run_id=run_id)
    if again:
        plan_tasks(platform.ledger, again)


def _manifest(platform: Platform, plan: Plan) -> Mapping[str, Json]:
    """What the run saw of each source: its files up to the newest, however many these are."""
    newest = newest_sequences(platform.ledger)
    sources = {file.file.source for file in plan.files}
    return {source: {UNTIL: newest.get(source, 0)} for source in sorted(sources)}


def _branch_of(platform: Platform, plan: Plan) -> str | None:
    runs = [f.known_run for f in plan.files if f.known_run]
    newest = max(runs, default=None)
    return newest if newest and get_run(platform.ledger, newest) else None


def _note_removed(platform: Platform, source: str, sha256: str) -> None:
    moved = None
    if platform.settings.source(source).on_removed == "withdraw":
        moved = withdraw_whole(Outputs(platform.paths.data), source, sha256[:16])
    set_disposition(platform.ledger, source, sha256, "removed", accepted_path=moved)


def _ignore(_value: object) -> None:
    return None
