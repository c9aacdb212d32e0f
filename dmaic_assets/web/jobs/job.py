"""A job: a command of ours that the server runs for somebody, and the file that remembers it.

What belongs here: what a job is and how it is kept. Running it is the runner's business.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.effect_files import store_error, write_bytes_if_changed

JobState: TypeAlias = Literal["pending", "running", "completed", "failed", "cancelled"]
OPEN: tuple[JobState, ...] = ("pending", "running")
# Jobs that are remembered, the newest.
KEPT = 200
_ENDING = ".json"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `command` is what somebody would type; times are ISO text in UTC.

    `exit_code` is that of the command: a job whose command ended with 4 is completed, since a gate
    that says no is an answer. `result` is the document that it printed; null when it printed none,
    or more than is kept. `error` is why it failed: `error`, `detail` and `hint`.
    """

    id: str
    kind: str
    command: tuple[str, ...]
    state: JobState
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    exit_code: int | None = None
    result: Any = None
    error: Mapping[str, Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN


@dataclass
class JobFiles:
    """The jobs of a project, one file each; the newest are kept.

    Args:
        folder: Where they lie; made with the first job.
    """

    folder: Path
    _names: int = field(init=False, default=0)

    def new_id(self, now: datetime) -> str:
        """Makes an id that no job of this project has; ids sort by time."""
        self._names += 1
        return f"{now:%Y%m%dT%H%M%S}-{os.getpid()}-{self._names}"

    def write(self, job: Job) -> None:
        """Keeps a job as it is now, and forgets the oldest beyond those that are kept.

        Raises:
            StoreError: The folder refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise store_error(self.folder, error) from error
        text = json.dumps(to_json(job), ensure_ascii=False)
        write_bytes_if_changed(self.folder / f"{job.id}{_ENDING}", text.encode())
        for path in self._paths()[KEPT:]:
            path.unlink(missing_ok=True)

    def read(self) -> list[Job]:
        """The jobs that are remembered, the newest first; files that are damaged are left out."""
        found: list[Job] = []
        for path in self._paths()[:KEPT]:
            try:
                told: Json = json.loads(path.read_text(encoding="utf-8"))
                found.append(from_json(Job, told))
            except (OSError, ValueError, InvariantError):
                continue
        return found

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_ENDING}"), reverse=True)
