"""What a plan is as data: every file with its reasons, what waits, what is refused, what may leave.

What belongs here: the values that planning gives. How it comes to them is in `plan`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dmaic_assets.model import AssetName, Decision, SourceFile

if TYPE_CHECKING:
    # A plan without work is given again without the stores and what they load.
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.table.read.discovery import Problem
    from dmaic_assets.work.plan.chain import Duplicate
    from dmaic_assets.work.plan.consent import Stake
    from dmaic_assets.work.plan.refused import Refused


@dataclass(frozen=True, slots=True)
class Leaving:
    """Accepted rows of one file that may leave the warehouse, and when they would."""

    source: str
    name: str
    rows: int
    why: str


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file: what is known of it, and what would be computed for which reason.

    `key` is the key that its result would have if every file before it stays as it is. `stake` are
    accepted rows that do not leave without a yes.
    """

    file: SourceFile
    key: str
    reasons: Mapping[AssetName, str] = field(default_factory=dict)
    decision: Decision | None = None
    known_run: str | None = None
    is_in_scope: bool = True
    stake: "Stake | None" = None

    @property
    def is_known(self) -> bool:
        """Whether nothing needs to be computed."""
        return not self.reasons

    @property
    def is_work(self) -> bool:
        """Whether the run would compute something for it."""
        return self.is_in_scope and not self.is_known


@dataclass(frozen=True, slots=True)
class Plan:
    """Every file of every source in scope, with what would be done to it.

    Sources whose keys others of the run refer to come first. `lanes` says which sources share a
    lane, and so are worked on one file at a time; `notes` what people should know of the order;
    `waiting` are files that are still being written, `refused` sources that are left out.
    """

    files: tuple[FilePlan, ...]
    removed: "tuple[Arrival, ...]"
    duplicates: "tuple[Duplicate, ...]"
    problems: "tuple[Problem, ...]"
    sources: tuple[str, ...]
    leaving: tuple[Leaving, ...] = ()
    lanes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    waiting: tuple[SourceFile, ...] = ()
    refused: "tuple[Refused, ...]" = ()

    @property
    def work(self) -> tuple[FilePlan, ...]:
        """The files that something would be computed for."""
        return tuple(f for f in self.files if f.is_work)

    @property
    def cells(self) -> tuple[str, ...]:
        """The sources that the run would have work for, sorted."""
        touched = {f.file.source for f in self.work} | {a.source for a in self.removed}
        return tuple(sorted(touched))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.cells

    def lane_of(self, file: FilePlan) -> str:
        """The lane that a file is worked on in: its source's."""
        return self.lanes.get(file.file.source, file.file.source)

    def of_source(self, source: str) -> tuple[FilePlan, ...]:
        """The plans of one source's files, in arrival order."""
        return tuple(f for f in self.files if f.file.source == source)
