"""What a file's task is given, and what it keeps as its result.

What belongs here: the two shapes. Planning writes the first, whoever worked on the task the second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dmaic_assets.model import AssetName, Decision, Json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.tasks.tasks import Task, TaskFile
from dmaic_assets.work.assets.registry import WORK_ORDER


@dataclass(frozen=True, slots=True)
class FilePayload(TaskFile):
    """The file, the run that is responsible for it, and what that was asked."""

    run_id: str = ""
    request: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileTaskResult:
    """Small, the values are in the memo: `assets` has their keys, `decision` is None without."""

    file_key: str = ""
    decision: Decision | None = None
    assets: Mapping[str, str] = field(default_factory=dict)
    memoized: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def result_of(task: Task) -> FileTaskResult:
    """Reads what a task came to; empty for one that came to nothing."""
    return from_json(FileTaskResult, task.result if isinstance(task.result, dict) else {})


def worked(tasks: Iterable[Task]) -> dict[str, Mapping[AssetName, str]]:
    """The memo keys of the assets of each file whose task is done, by the file's content."""
    found: dict[str, Mapping[AssetName, str]] = {}
    for task in tasks:
        if task.state == "DONE":
            assets = result_of(task).assets
            found[task.of_file.sha256] = {n: assets[n] for n in WORK_ORDER if n in assets}
    return found
