"""Stopping a run: at the first file that is held (`--fail-fast`), or from outside.

What belongs here: what stops a run, and which files it leaves. Files in work are finished.
"""

from collections.abc import Sequence
from contextlib import suppress

from dmaic_assets.errors import DmaicError, StoreError
from dmaic_assets.model import Json
from dmaic_assets.store.ledger.record.runs import finish_run, get_run
from dmaic_assets.store.ledger.tasks.tasks import Task, list_tasks
from dmaic_assets.store.ledger.tasks.unbegun import end_unbegun
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.file.task_values import result_of
from dmaic_assets.work.run.platform import Platform

_LEFT = "Left"
_HINT = "Run again: what is missing is done."
# In the totals of a run: why it was ended before its work was.
STOPPED = "stopped"
FROM_OUTSIDE = "stopped from outside: Ctrl-C, TERM or a cancelled job"
# Files that a message names: one line on a terminal.
_NAMED = 4


def stops_a_run(task: Task) -> bool:
    """Whether a task ended with its file held or not worked on."""
    if task.state == "FAILED":
        return not is_left(task)
    return task.state == "DONE" and result_of(task).decision == "reject"


def stop_run(platform: Platform, run_id: str, at: Task) -> None:
    """Leaves what nobody has begun of a run; the next run takes it on.

    Raises:
        StoreError: The ledger refuses.
    """
    _leave(platform, run_id, f"not begun: the run stopped at {at.file}")


def end_stopped(platform: Platform, run_id: str) -> bool:
    """Ends a run that is stopped from outside; what nobody has begun, the next one takes on.

    Returns:
        Whether it ended here; not when it had ended before.

    Raises:
        StoreError: The ledger refuses.
    """
    if get_run(platform.ledger, run_id).status != "running":
        return False
    _leave(platform, run_id, "not begun: the run was stopped from outside")
    totals: dict[str, Json] = {STOPPED: FROM_OUTSIDE}
    finish_run(platform.ledger, run_id, status="interrupted", totals=totals)
    return True


def end_failed(platform: Platform, run_id: str, error: DmaicError) -> None:
    """Ends a run that a refusal broke off, with its words; what is open, the next one takes on.

    A run that had ended before stays as it ended. Where the ledger itself refuses, the run seems
    to be at work until its process is gone.
    """
    with suppress(StoreError):
        if get_run(platform.ledger, run_id).status == "running":
            totals: dict[str, Json] = {STOPPED: str(error)}
            finish_run(platform.ledger, run_id, status="failed", totals=totals)


def _leave(platform: Platform, run_id: str, why: str) -> None:
    error: dict[str, Json] = {"error": _LEFT, "detail": why, "hint": _HINT}
    end_unbegun(platform.ledger, run_id, error)


def is_left(task: Task) -> bool:
    """Whether a run left a task without beginning it."""
    error = task.error
    return task.state == "FAILED" and isinstance(error, dict) and error.get("error") == _LEFT


def left_files(platform: Platform, run_id: str) -> tuple[str, ...]:
    """The files that a run left, as "source/name", in the order of planning."""
    failed = list_tasks(platform.ledger, run_id=run_id, states=("FAILED",))
    return tuple(task.file for task in failed if is_left(task))


def left_words(files: Sequence[str]) -> str:
    """Says how many files were left, and names the first."""
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{plural(len(files), 'file')} not begun: {', '.join(files[:_NAMED])}{more}"
