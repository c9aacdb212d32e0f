"""What the analysis of business cycles comes to: cases, their stages, and how far they get."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

# "events": a row an event of a case. "stamps": a row a case, a column a stage. "status": a row a
# case that stands in one stage. "tables": a row of another table a stage of a case.
Form: TypeAlias = Literal["events", "stamps", "status", "tables"]
Health: TypeAlias = Literal["healthy", "fair", "warning"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, in the order in which cases go through them.

    `label` is the activity, status or column, `words` the stage of the vocabulary that it names.
    `reached` counts cases. `skipped` counts those that reached a later stage without it,
    `stalled` those that wait in it for longer than 99 of 100 did. Waits are seconds since the
    stage before, None where nothing is known.
    """

    label: str
    words: str | None
    reached: int
    reached_share: float
    skipped: int
    is_usual: bool
    stalled: int
    wait_median_s: float | None
    wait_p90_s: float | None


@dataclass(frozen=True, slots=True)
class Disorder:
    """Two stages that some cases met the other way round.

    `first` and `then` are labels, or `table.column` where a label is a table, in the order of most
    cases. `row` is one such case, counted from 0 among the accepted rows of the table of cases;
    None where a case is not a row of it.
    """

    first: str
    then: str
    cases: int
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """One business cycle of a table, or of several that refer to each other.

    `kind` is the cycle of the vocabulary, None where only the data tell of one. Every case is
    completed, abandoned or open; `stalled` are some of the open ones. `skipped` cases left out a
    stage that most go through, `out_of_order` ones met stages the other way round, `reworked`
    ones came back to a stage. Cycle times are seconds from the first stage to the end, of
    completed cases. `confidence` in [0, 1] is the share of names that the vocabulary knows, .5 at
    least where the data keep an order. `tables` are those whose rows are stages, the table of cases
    first, where there are several; a stage's label is then a table, or a column as `table.column`.
    `disorder` has the pairs of stages of the cases that are `out_of_order`, the most cases first.
    """

    table: str
    kind: str | None
    form: Form
    case_column: str | None
    stage_column: str | None
    columns: tuple[str, ...]
    stages: tuple[Stage, ...]
    cases: int
    completed: int
    abandoned: int
    stalled: int
    skipped: int
    out_of_order: int
    reworked: int
    cycle_median_s: float | None
    cycle_mean_s: float | None
    cycle_p90_s: float | None
    health: Health
    confidence: float
    ends: tuple[str, ...]
    tables: tuple[str, ...] = ()
    disorder: tuple[Disorder, ...] = ()

    @property
    def completion_rate(self) -> float:
        """The share of cases that are completed."""
        return self.completed / self.cases


@dataclass(frozen=True, slots=True)
class BusinessCyclesValue:
    """The cycles of all tables, those over several last; none where nothing tells of stages."""

    cycles: tuple[Cycle, ...]
