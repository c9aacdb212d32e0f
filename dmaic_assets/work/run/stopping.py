"""Stopping a run at the first file that is held or cannot be worked on (`--fail-fast`).

What belongs here: what stops a run, and which files it leaves. Files in work are finished.
"""

from collections.abc import Sequence

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.tasks.tasks import Task, list_tasks
from dmaic_assets.store.ledger.tasks.unbegun import end_unbegun
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.file.task_values import result_of
from dmaic_assets.work.run.platform import Platform

_LEFT = "Left"
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
    error: dict[str, Json] = {
        "error": _LEFT,
        "detail": f"not begun: the run stopped at {at.file}",
        "hint": "Run again: what is missing is done.",
    }
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
