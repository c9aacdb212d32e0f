"""What declared checks, filters and metrics come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.model import Json

# "skipped": a table is not there, or has no row in question. "error": it cannot be worked.
Status: TypeAlias = Literal["passed", "failed", "skipped", "error"]
Band: TypeAlias = Literal["good", "fair", "poor"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: `failed` of `checked` units (rows, groups or gaps) break it.

    `held` of them are groups that rows in quarantine belong to, whose sums lack these; where
    `is_held_whole` is false, what is held may explain more. `examples` are some of the others, by
    column, without columns that are sensitive or made of such. `text` says why it was skipped or
    cannot be worked.
    """

    name: str
    kind: str
    severity: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    status: Status
    unit: str = "rows"
    checked: int = 0
    failed: int = 0
    examples: tuple[Mapping[str, Json], ...] = ()
    text: str = ""
    file: str = ""
    held: int = 0
    is_held_whole: bool = False

    @property
    def broken(self) -> int:
        """Units that break it and have no rows in quarantine."""
        return self.failed - self.held


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How many rows break one rule of a filter, among those that it is asked of.

    `columns` are those of the filter's table that it reads.
    """

    name: str
    outcome: str
    asked: int
    broken: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterResult:
    """How a filter sorts the rows of a table; `classes` has clean and the others, and adds up.

    One that is not declared follows from the roles of columns.
    """

    name: str
    table: str
    status: Status
    rows: int = 0
    classes: Mapping[str, int] | None = None
    rules: tuple[RuleResult, ...] = ()
    text: str = ""
    file: str = ""
    is_declared: bool = True


@dataclass(frozen=True, slots=True)
class StepResult:
    """The value of one step of a metric; None where nothing is measured."""

    name: str
    kind: str
    value: float | None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A metric, its steps in the order in which they were worked, and its band if it has bounds."""

    name: str
    unit: str
    status: Status
    value: float | None = None
    band: Band | None = None
    steps: tuple[StepResult, ...] = ()
    assumptions: tuple[str, ...] = ()
    text: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class ValidationValue:
    """All that is declared, in its order; `measures` are those that every table has."""

    checks: tuple[CheckResult, ...]
    filters: tuple[FilterResult, ...]
    metrics: tuple[MetricResult, ...]
    measures: tuple[MetricResult, ...]
