"""Whether a set of values (or shapes) is closed: how likely the next file brings a new one.

What belongs here: Good-Turing estimates. The unit is the file, because values come in clusters:
a value seen in one file only, however often there, is a singleton.

Source: Good (1953), The population frequencies of species: the chance that the next draw is new
is about (things seen exactly once) / (draws). Chao (1987) for the use of incidences.

Good-Turing sees values that come once and go. Values that come and stay are in many files, and
are known by their order: a value that all late files and no early one have has arrived since, and
a file of the later half that brings what none before it had does what one more file may do
(Dawid, 1984, The prequential approach: judge a forecast by the next observation).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dmaic_assets.history.baseline import Bools, Floats, History
from dmaic_assets.history.codes import Codes, Held
from dmaic_assets.history.tolerance import rare_upper

# The chance, over all values of a column together, that files in a random order look as if one
# of its values had arrived since: one column in a hundred is called open for nothing.
CHANCE_ARRIVAL = 0.01


@dataclass(frozen=True, slots=True)
class Closure:
    """How complete a set of values is after the files seen.

    `once` and `twice` count values seen in exactly one and two parts, `parts` the parts with
    values. `row_loss` is the share of rows whose value no other part has: what a list learnt
    without their part would have set apart. `rare_rows` counts values on a single row. Of the
    `late_parts` of the later half, `late` brought a value that none before them had; `late_loss`
    is the share of their rows with one.
    """

    distinct: int
    once: int
    twice: int
    parts: int
    row_loss: float
    rows: int
    rare_rows: int
    is_cut: bool = False
    arrivals: int = 0
    arrival_rows: int = 0
    late: int = 0
    late_parts: int = 0
    late_loss: float = 0.0

    @property
    def new_file_rate(self) -> float:
        """The estimated share of further files that bring a new value."""
        if not self.parts:
            return 1.0
        brought = ((self.arrivals, self.parts), (self.late, self.late_parts))
        rates = [rare_upper(new, files) for new, files in brought if new]
        return max(singles_of(self.once, self.twice) / self.parts, *rates, 0.0)

    @property
    def new_row_rate(self) -> float:
        """The estimated share of further rows with a new value."""
        singles = self.rare_rows / self.rows if self.rows else 1.0
        arrived = self.arrival_rows / self.rows if self.rows else 0.0
        return max(self.row_loss, arrived, singles if self.is_cut or self.parts < 3 else 0.0)


def closure_of(codes: Codes, history: History) -> Closure:
    """Counts in how many parts each value occurs."""
    return closure_of_held(history.held_of(codes), history)


def closure_of_held(held: Held, history: History) -> Closure:
    """As `closure_of`, for values that have been counted by part."""
    total = int(held.rows.sum())
    if not total:
        return Closure(0, 0, 0, 0, 0.0, 0, 0)
    rows, held_by = held.value_rows, held.held_by
    new = arrived(held, history)
    is_first = held.part == held.first[held.value]
    fresh = new[held.value] & is_first
    there = held.values_of_part > 0
    # Pieces of one file tell where its rows are, and not what files bring.
    is_late = there & (np.cumsum(there) > (int(there.sum()) + 1) // 2) & (not history.is_cut)
    late = is_first & is_late[held.part]
    late_rows = int(held.rows[is_late[held.part]].sum())
    return Closure(
        distinct=int((rows > 0).sum()),
        once=int((held_by == 1).sum()),
        twice=int((held_by == 2).sum()),
        parts=int(there.sum()),
        row_loss=float(rows[held_by == 1].sum() / total),
        rows=total,
        rare_rows=int((rows == 1).sum()),
        is_cut=history.is_cut,
        arrivals=int((np.bincount(held.first[new]) > 0).sum()),
        arrival_rows=int(held.rows[fresh].sum()),
        late=int((np.bincount(held.part[late]) > 0).sum()),
        late_parts=int(is_late.sum()),
        late_loss=float(held.rows[late].sum() / late_rows) if late_rows else 0.0,
    )


def singles_of(once: int, twice: int) -> float:
    """How many things were seen exactly once, as far as those seen twice can tell it better.

    The rarer, the more things there are: where fewer were seen once than twice that is an
    accident, and the mean of both counts is nearer the truth (isotonic regression, Barlow et al.,
    1972, Statistical inference under order restrictions).
    """
    return max(float(once), (once + twice) / 2)


def arrived(held: Held, history: History) -> Bools:
    """Tells for each value whether it came during history, to stay: nothing of cut files.

    These are values that are first seen later than files in a random order would show them.
    A value that m of n files have is first in one from place f on with the chance
    C(n - f, m) / C(n, m); over all values together such an accident has `CHANCE_ARRIVAL`.
    """
    if history.is_cut:
        return np.zeros(held.size, dtype=np.bool_)
    n = history.parts
    is_there = held.held_by > 0
    chance = _log_chance(n)[held.first, np.minimum(held.held_by, n - held.first)]
    return is_there & (chance < np.log(CHANCE_ARRIVAL / max(1, int(is_there.sum()))))


@lru_cache(maxsize=8)
def _log_chance(parts: int) -> Floats:
    """By first part and number of parts: the logarithm of the chance to be first there so late."""
    from scipy import special

    n = parts
    log_factorial = special.gammaln(np.arange(n + 1) + 1.0)
    left = n - np.arange(n + 1)[:, np.newaxis]
    m = np.minimum(np.arange(n + 1), left)
    return np.asarray(
        log_factorial[left] - log_factorial[left - m] - log_factorial[n] + log_factorial[n - m],
        np.float64,
    )
