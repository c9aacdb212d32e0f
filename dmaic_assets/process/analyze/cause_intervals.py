"""How many times the defects a cause has, and what share of them it explains, with intervals.

What belongs here: arithmetic on four counts. Which rows are counted is decided in `root_causes`.
"""

import math
from dataclasses import dataclass

from dmaic_assets.process.confidence import Z_95


@dataclass(frozen=True, slots=True)
class Bounded:
    """A value with its 95 % interval, which covers the truth at least as often as that."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Defects and rows of a group, and those of the other rows that it is compared with."""

    defects: float
    rows: float
    other_defects: float
    other_rows: float

    @property
    def excess(self) -> float:
        """Defects of the group beyond its part of all, by rows."""
        return self.defects - self._part * (self.defects + self.other_defects)

    def excess_at(self, lift: float) -> float:
        """The excess that these defects have when the group's rate is `lift` times the others'."""
        if not self.rows:
            return 0.0
        share = lift * self.rows / (lift * self.rows + self.other_rows)
        return (share - self._part) * (self.defects + self.other_defects)

    @property
    def _part(self) -> float:
        rows = self.rows + self.other_rows
        return self.rows / rows if rows else 0.0


def lift_of(counts: GroupCounts) -> Bounded:
    """The ratio of two defect rates with Katz's interval, normal on the log scale.

    Half a defect stands for none at all. Without rows to compare, the ratio is 1.

    Source: Katz, Baptista, Azen and Pike 1978.
    """
    d, e = counts.defects or 0.5, counts.other_defects or 0.5
    rows, others = counts.rows, counts.other_rows
    if not rows or not others:
        return Bounded(1.0, 1.0, 1.0)
    lift = (d / rows) / (e / others)
    error = math.sqrt(max(0.0, 1 / d - 1 / rows + 1 / e - 1 / others))
    return Bounded(lift, lift * math.exp(-Z_95 * error), lift * math.exp(Z_95 * error))


def contribution_of(
    excess: float, total: float, counts: GroupCounts, *, shared: float = 0.0
) -> Bounded:
    """The share of all defects that a group has beyond expectation, in [0, 1].

    Given how many defects there are, the excess rises with the lift alone, so that the bounds of
    the lift are those of the excess. Rows that the group shares with stronger causes add the error
    of a Poisson count, squared beside squared (Zou and Donner 2008).

    Args:
        excess: Defects of the group beyond expectation, on rows of stronger causes too.
        total: All defects, at least 1.
        counts: The group and the other rows, rows of stronger causes left out of both.
        shared: Defects that the rows shared with stronger causes are expected to have.
    """
    lift = lift_of(counts)
    error = Z_95 * math.sqrt(shared)
    below = math.hypot(counts.excess - counts.excess_at(lift.low), error)
    above = math.hypot(counts.excess_at(lift.high) - counts.excess, error)
    bounds = (excess, excess - below, excess + above)
    return Bounded(*(max(0.0, min(1.0, defects / total)) for defects in bounds))
