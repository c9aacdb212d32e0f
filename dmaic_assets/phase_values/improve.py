"""What Improve gives: repairs with their pilots, what is promoted, and what people are asked.

What belongs here: the shape of the value. How a repair is piloted, and what is promoted, is the
phase's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmaic_assets.improve.changes import Status
from dmaic_assets.improve.pilot_report import PilotCounts
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import RepairKind


@dataclass(frozen=True, slots=True)
class Cost:
    """What a repair changes in all files, and how many rows get a wrong value at most."""

    cells_touched: float
    rows_changed: float
    wrong_rows_upper: float


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a repair mends in all files; None where rules or opportunities lack."""

    cells_mended: float
    defects_removed: float | None
    defects_removed_per_file: float | None
    defects_removed_per_million_opportunities: float | None
    sigma_before: float | None
    sigma_after: float | None
    is_sigma_after_bound: bool


@dataclass(frozen=True, slots=True)
class ProposedRepair:
    """One repair after its pilot. `is_proven` by the pilot, `is_promoted` in this run."""

    id: str
    kind: RepairKind
    columns: tuple[str, ...]
    parameters: Mapping[str, Json]
    is_promoted: bool
    is_proven: bool
    reason: str
    benefit_cells: float
    uplift: float
    pilot: PilotCounts
    cost: Cost
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class PromotedRepair:
    """A promotion, whole, so that it can be applied again from a stored value."""

    id: str
    kind: RepairKind
    columns: tuple[str, ...]
    parameters: Mapping[str, Json]
    evidence: Mapping[str, Json]
    reason: str
    pilot: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of the source as it stands after the promotions."""

    id: str
    version: int
    kind: RepairKind
    columns: tuple[str, ...]
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the owner: which files, what is wrong with them, and what is asked for.

    `file` is the name of the only file, else how many there are, from the oldest to the newest.
    """

    owner: str
    file: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """A rule that files keep breaking alike: perhaps the rule is wrong, not the data.

    `effect` says what the command does.
    """

    rule: str
    files: int
    greatest_share: float
    words: str
    command: str
    effect: str


@dataclass(frozen=True, slots=True)
class ImproveValue:
    """What Improve proposes, promotes and asks; `pilot_stands_for` rows were sampled."""

    source: str
    pilot_rows: int
    pilot_stands_for: int
    proposals: tuple[ProposedRepair, ...]
    promotions: tuple[PromotedRepair, ...]
    changes: tuple[ChangeLine, ...]
    requests: tuple[Request, ...]
    rule_proposals: tuple[RuleProposal, ...]
