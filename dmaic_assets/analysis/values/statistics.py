"""What statistics come to: exact facts of each column and of the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmaic_assets.model import ColumnProfile


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """The facts of one column; shares are in [0, 1], numbers in the column's own unit.

    `profile` has counts, moments, quantiles, frequent values and the histogram. `cv` is the
    standard deviation over the mean's size, `spread` the difference of the quartiles, `mad` the
    median distance from the median; all are None where there is no number, `cv` where the mean is
    0. `entropy` is in bits over the values of the column, None beyond what is counted. `aside` says
    why other analyses leave the column out; empty when they do not. The profile of a sensitive
    column has no values: extremes, quantiles, frequent values and histogram are left out.
    """

    profile: ColumnProfile
    cv: float | None
    spread: float | None
    mad: float | None
    entropy: float | None
    top_share: float | None
    aside: str = ""


@dataclass(frozen=True, slots=True)
class StatisticsValue:
    """The facts of a table: `columns` by name, in its order; `duplicate_rows` beyond the first."""

    rows: int
    duplicate_rows: int | None
    columns: Mapping[str, ColumnStatistics] = field(default_factory=dict)

    @property
    def eligible(self) -> tuple[str, ...]:
        """The columns that other analyses look at."""
        return tuple(name for name, column in self.columns.items() if not column.aside)
