"""What the analysis of uncertainty comes to: scores, what they rest on, and what they allow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dmaic_assets.settings.entropy import Intent, Layer, Mode, UseCase

Readiness: TypeAlias = Literal["ready", "investigate", "blocked"]
Behaviour: TypeAlias = Literal["answer", "assume", "ask", "refuse"]
Light: TypeAlias = Literal["green", "yellow", "orange", "red"]
Effort: TypeAlias = Literal["low", "medium", "high"]
Band: TypeAlias = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one detector says of a column or a table: 0 is sure, 1 is anybody's guess.

    `text` says why, without a value of the data. `fault` is how much of it is a fault that the data
    show, in [0, 1]: values that contradict their column, each other or another table. What nobody
    said, and what may be so by design, is none.
    """

    detector: str
    layer: Layer
    score: float
    text: str
    fault: float = 0.0


@dataclass(frozen=True, slots=True)
class ColumnUncertainty:
    """The uncertainty of a column: by layer, where a detector had something to say, and together.

    `fault` is the worst that its readings show; `score` has it in full.
    `aside` says why the column does not count for its table; empty when it does.
    """

    layers: Mapping[Layer, float]
    score: float
    readings: tuple[Reading, ...] = ()
    aside: str = ""
    fault: float = 0.0

    @property
    def worst(self) -> Reading | None:
        """The reading that says most of it: the worst fault, else the largest score."""
        return max(self.readings, key=lambda r: (r.fault, r.score), default=None)


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk in [0, 1] and its band: below 0.3 low, from 0.6 on high."""

    score: float
    band: Band


@dataclass(frozen=True, slots=True)
class Compound:
    """Two readings that are worse together; `column` is empty where they are of the table."""

    name: str
    column: str
    detectors: tuple[str, str]
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What would make a table surer; `column` is empty where it is of the table.

    `reduction` is what it takes off the scores of `detectors` together, `priority` that by effort.
    """

    action: str
    column: str
    detectors: tuple[str, ...]
    layers: tuple[Layer, ...]
    reduction: float
    effort: Effort
    priority: float
    text: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit of a contract that is not kept; `dimension` is a layer, or "overall"."""

    dimension: str
    score: float
    limit: float
    is_blocking: bool = False


@dataclass(frozen=True, slots=True)
class ContractVerdict:
    """Whether a table may be used for something.

    `light` is green, yellow where a limit is near, orange where one is broken, red where that
    blocks. `compliance` is the share of limits that are kept. `path` are resolutions that would
    lead to keeping all, the best first; `is_reachable` tells whether they are enough.
    """

    use: UseCase
    light: Light
    compliance: float
    violations: tuple[Breach, ...] = ()
    warnings: tuple[Breach, ...] = ()
    effort: Effort = "low"
    path: tuple[str, ...] = ()
    is_reachable: bool = True


@dataclass(frozen=True, slots=True)
class TableUncertainty:
    """The uncertainty of a table. `readings` are those of the table itself, not of a column.

    `fault` is the worst that any of its readings shows; `layers` and `score` have it in full.
    """

    layers: Mapping[Layer, float]
    score: float
    readiness: Readiness
    columns: Mapping[str, ColumnUncertainty] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    compounds: tuple[Compound, ...] = ()
    intents: Mapping[Intent, Risk] = field(default_factory=dict)
    behaviour: Mapping[Mode, Behaviour] = field(default_factory=dict)
    resolutions: tuple[Resolution, ...] = ()
    contracts: tuple[ContractVerdict, ...] = ()
    fault: float = 0.0

    @property
    def worst_fault(self) -> tuple[str, Reading] | None:
        """The column ("" is the table itself) and the reading of its worst fault; None without."""
        every = [("", r) for r in self.readings]
        every += [(n, r) for n, c in self.columns.items() if not c.aside for r in c.readings]
        found = [(name, r) for name, r in every if r.fault]
        return max(found, key=lambda pair: pair[1].fault, default=None)


@dataclass(frozen=True, slots=True)
class EntropyValue:
    """The uncertainty of all tables, and together.

    `silent` are detectors that nobody gave their input to, with the reason: they count nowhere.
    """

    tables: Mapping[str, TableUncertainty]
    score: float
    readiness: Readiness
    silent: Mapping[str, str] = field(default_factory=dict)
