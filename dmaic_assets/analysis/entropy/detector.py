"""The form of a detector of uncertainty, and how shares become scores.

What belongs here: form and curve. What is looked at stands in the modules of the layers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from dmaic_assets.analysis.entropy.facts import ColumnFacts, TableFacts
from dmaic_assets.analysis.values.entropy import Reading
from dmaic_assets.settings.entropy import Layer

# A score with its reason, and how much of it is a fault, where that is not what the detector says;
# None where a detector has nothing to say of a column or table.
Said = tuple[float, str] | tuple[float, str, float] | None


def _nothing(_facts: ColumnFacts | TableFacts) -> Said:
    return None


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector: the layer that it speaks for, the analysis that it reads, how it looks.

    One of a column has `column`, one of a whole table `table`. `is_fault`: its score is how much
    the data contradict themselves, and not what nobody said or what may be so by design.
    """

    name: str
    layer: Layer
    reads: str
    column: Callable[[ColumnFacts], Said] = field(default=_nothing)
    table: Callable[[TableFacts], Said] = field(default=_nothing)
    is_fault: bool = False

    def of_column(self, facts: ColumnFacts) -> Reading | None:
        """Reads a column."""
        return self._reading(self.column(facts)) if self._can_read(facts.table) else None

    def of_table(self, facts: TableFacts) -> Reading | None:
        """Reads a table."""
        return self._reading(self.table(facts)) if self._can_read(facts) else None

    def _can_read(self, facts: TableFacts) -> bool:
        return self.reads in facts.values

    def _reading(self, said: Said) -> Reading | None:
        if said is None:
            return None
        score = min(max(said[0], 0.0), 1.0)
        fault = said[2] if len(said) > 2 else score if self.is_fault else 0.0
        return Reading(self.name, self.layer, score, said[1], min(max(fault, 0.0), 1.0))


def root(share: float) -> float:
    """A score by which few faults of a thing that should have none already weigh: 1 % is 0.1."""
    return math.sqrt(min(max(share, 0.0), 1.0))
