"""Tasks and what happened to them, as JSON and as cells of tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import print_table, say, styled
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from rich.text import Text

    from dmaic_assets.store.ledger.tasks.events import Event
    from dmaic_assets.store.ledger.tasks.tasks import Task

# Failed tasks printed, the newest: one screen.
SHOWN_FAILURES = 20
STATE_STYLES = {
    "DONE": "green",
    "FAILED": "bold red",
    "PLANNED": "cyan",
    "SKIPPED_DUPLICATE": "dim",
}


def task_name(text: str) -> int | str:
    """Reads a task's number or key as the ledger takes it; keys have letters or 64 digits."""
    return int(text) if text.isdecimal() and len(text) < 19 else text


def task_document(task: "Task") -> dict[str, Json]:
    """Builds the JSON form of a task."""
    return {
        "task_id": task.task_id,
        "key": task.key,
        "kind": task.kind,
        "lane": task.lane,
        "run_id": task.run_id,
        "file": task.file,
        "state": task.state,
        "owner": task.owner,
        "attempts": task.attempts,
        "max_attempts": task.max_attempts,
        "error": task.error,
        "lease_until": task.lease_until.isoformat() if task.lease_until else None,
        "created_at": task.created_at.isoformat(),
        "finished_at": task.finished_at.isoformat() if task.finished_at else None,
        "elapsed_s": task.elapsed_s,
    }


def state_cell(state: str) -> "Text":
    """Builds the table cell of a task's state."""
    return styled(state, STATE_STYLES.get(state, "yellow"))


def lease_row(task: "Task", now: datetime) -> "tuple[str | Text | None, ...]":
    """Builds the table row of a task that somebody works on."""
    left_s = (task.lease_until - now).total_seconds() if task.lease_until else 0.0
    left = f"{left_s:.0f} s" if left_s > 0 else "expired"
    attempt = f"{task.attempts}/{task.max_attempts}"
    return (str(task.task_id), task.file, state_cell(task.state), task.owner, attempt, left)


def data_text(event: "Event") -> str:
    """Spells what an event says beyond its kind."""
    return ", ".join(f"{key} {value}" for key, value in event.data.items() if value is not None)


def event_document(event: "Event") -> Json:
    """Builds the JSON form of an event."""
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "owner": event.owner,
        "effect_key": event.effect_key,
        "data": dict(event.data),
    }


def print_failed(failed: Sequence["Task"]) -> None:
    """Prints the newest failed tasks with their reasons; nothing when there are none."""
    if not failed:
        return
    rows = [
        (str(t.task_id), t.file, str(t.attempts), t.why_failed) for t in failed[-SHOWN_FAILURES:]
    ]
    print_table(("task", "failed", "attempts", "because"), rows, right=("task", "attempts"))
    say(f"{plural(len(failed), 'failed task')}; bring one back with: dmaic job retry TASK")
