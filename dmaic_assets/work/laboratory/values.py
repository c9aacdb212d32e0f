"""What each asset of the laboratory gives, as frozen dataclasses that the ledger keeps as JSON.

No key of a source stands in any of them: figures only, and hashes under the project's secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dmaic_assets.model import ArtifactRef, Json

# Share by which even the fastest round may be slower than the last figure of the same machine.
BUDGET = 0.10


def is_slower(ns: float, before: float | None) -> bool:
    """Tells whether a figure is beyond the budget; never without one before."""
    return before is not None and ns > (1 + BUDGET) * before


@dataclass(frozen=True, slots=True)
class UseOfKeys:
    """One way of using a key column: how many operations it comes to, and their SHA-256."""

    use: str
    operations: int
    digest: str


@dataclass(frozen=True, slots=True)
class WorkloadValue:
    """The key column of a source and its workloads.

    `why` says how the column was chosen. `rows` are the accepted rows that have a key, `sampled`
    those of them that are played, `distinct` the different keys among these.
    """

    column: str
    why: str
    rows: int
    sampled: int
    distinct: int
    is_whole: bool
    uses: tuple[UseOfKeys, ...]


@dataclass(frozen=True, slots=True)
class DnaValue:
    """What each use is like; `is_dense`: the keys are whole numbers that lie close together."""

    column: str
    is_dense: bool
    uses: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of index under one use: nanoseconds of cpu an operation in each round.

    `entries` and `bytes_each` are those of the map after the last round, `load` the share of its
    places in use, `probes` how many places a search looks at and `probe_ratio` that over random
    keys; `alerts` what the watchdog says of it. `before` is the fastest round of the last figure of
    this machine, None when there is none.
    """

    use: str
    kind: str
    ns: tuple[float, ...]
    entries: int
    bytes_each: float
    load: float
    probes: float
    probe_ratio: float
    alerts: tuple[str, ...]
    before: float | None = None

    @property
    def fastest(self) -> float:
        """Nanoseconds of the fastest round: what disturbs a round only ever makes it slower."""
        return min(self.ns)

    @property
    def is_regressed(self) -> bool:
        """Tells whether even the fastest round takes longer than the budget allows."""
        return is_slower(self.fastest, self.before)


@dataclass(frozen=True, slots=True)
class TrialsValue:
    """All trials of one key column on one machine."""

    column: str
    machine: Mapping[str, str]
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Winner:
    """The fastest kind of a use: how much less it takes than the next, and how sure that is.

    `margin` is the share of the second's time. `chance` is how likely so many rounds would agree
    if all kinds were equally fast, at most; `is_sure` when that is 5 % or less.
    """

    use: str
    kind: str
    ns: float
    second: str
    second_ns: float
    margin: float
    rounds_won: int
    rounds: int
    chance: float
    is_sure: bool


@dataclass(frozen=True, slots=True)
class ComparisonValue:
    """The winner of each use of a key column."""

    column: str
    winners: tuple[Winner, ...]


@dataclass(frozen=True, slots=True)
class PageValue:
    """The page of a key column, and where its bytes are kept."""

    column: str
    ref: ArtifactRef


LaboratoryValue: TypeAlias = WorkloadValue | DnaValue | TrialsValue | ComparisonValue | PageValue
