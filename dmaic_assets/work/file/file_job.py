"""What a run knows of one file before it takes it up, and where the file's outputs go.

What belongs here: the two values that every step of a file reads. What is done with them is in
`process` and `outputs`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from dmaic_assets.model import AssetName, SourceFile
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.work.assets.names import QUARANTINE
from dmaic_assets.work.cohort.members import Peers
from dmaic_assets.work.file.baseline import BaselineFile
from dmaic_assets.work.people.hand_rules import HandRules
from dmaic_assets.work.people.source_changes import NONE, SourceChanges
from dmaic_assets.work.plan.consent import Stake

Stage: TypeAlias = Literal["READ", "JUDGED", "STORED", "QUARANTINED"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where outputs go: the data folder, or a branch beside it that touches nothing else."""

    data: Path
    branch: str | None = None

    @property
    def base(self) -> Path:
        """The folder that warehouse and quarantine lie in."""
        return self.data / "branches" / self.branch if self.branch else self.data

    def accepted(self, file: SourceFile) -> Path:
        """Where the accepted rows of a file go."""
        return self.base / "warehouse" / "accepted" / file.source / f"{file.key}.parquet"

    def repairs(self, file: SourceFile) -> Path:
        """Where the raw values of a file's repaired cells go."""
        return self.base / "warehouse" / "repairs" / file.source / f"{file.key}.parquet"

    def quarantine(self, file: SourceFile) -> Path:
        """The folder of a file's quarantined rows or held original."""
        return self.base / "quarantine" / file.source / file.key

    def relative(self, path: Path) -> str:
        """Spells a path under the data folder as records hold it."""
        return (
            path.relative_to(self.data).as_posix() if path.is_relative_to(self.data) else str(path)
        )


@dataclass(frozen=True, slots=True)
class FileJob:
    """One file to work on, with all that decides the result.

    `peers` are the files that it arrived with, when that was before there was a history.
    `home` is where the file arrived. `stops_at` is the last asset wanted.
    `needs_recorded_verdict` holds the gate across runs: outputs are then written only under a
    verdict that was recorded before. `stake` are accepted rows that need a yes to leave.
    """

    file: SourceFile
    run_id: str
    hand: HandRules
    baseline: Sequence[BaselineFile]
    threshold: float | None
    outputs: Outputs
    home: Path
    changes: SourceChanges = NONE
    peers: Peers | None = None
    lease: Lease | None = None
    recompute: bool = False
    stops_at: AssetName = QUARANTINE
    needs_recorded_verdict: bool = False
    stake: Stake | None = None
    on_stage: Callable[[Stage], None] = lambda _stage: None
