"""Whether a set of values (or shapes) is closed: how likely the next file brings a new one.

What belongs here: Good-Turing estimates. The unit is the file, because values come in clusters:
a value seen in one file only, however often there, is a singleton.

Source: Good (1953), The population frequencies of species: the chance that the next draw is new
is about (things seen exactly once) / (draws). Chao (1987) for the use of incidences.
"""

from dataclasses import dataclass

import numpy as np

from dmaic_assets.history.baseline import Codes, History

PAIR_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Closure:
    """How complete a set of values is after the files seen.

    `once` and `twice` count values seen in exactly one and two parts, `parts` the parts with
    values. `row_loss` is the share of rows whose value no other part has: what a list learnt
    without their part would have set apart. `rare_rows` counts values on a single row.
    """

    distinct: int
    once: int
    twice: int
    parts: int
    row_loss: float
    rows: int
    rare_rows: int
    is_cut: bool = False

    @property
    def new_file_rate(self) -> float:
        """The estimated share of further files that bring a new value."""
        if not self.parts:
            return 1.0
        return min(1.0, (self.once + PAIR_WEIGHT * self.twice) / self.parts)

    @property
    def new_row_rate(self) -> float:
        """The estimated share of further rows with a new value."""
        singles = self.rare_rows / self.rows if self.rows else 1.0
        return max(self.row_loss, singles if self.is_cut or self.parts < 3 else 0.0)


def closure_of(codes: Codes, history: History) -> Closure:
    """Counts in how many parts each value occurs."""
    there = codes.values >= 0
    values = codes.values[there]
    if not len(values):
        return Closure(0, 0, 0, 0, 0.0, 0, 0)
    pairs = np.unique(values * history.parts + history.part_ids[there])
    held_by = np.bincount(pairs // history.parts, minlength=codes.size)
    rows = np.bincount(values, minlength=codes.size)
    parts = len(np.unique(pairs % history.parts))
    return Closure(
        distinct=int((rows > 0).sum()),
        once=int((held_by == 1).sum()),
        twice=int((held_by == 2).sum()),
        parts=parts,
        row_loss=float(rows[held_by == 1].sum() / len(values)),
        rows=len(values),
        rare_rows=int((rows == 1).sum()),
        is_cut=history.is_cut,
    )
