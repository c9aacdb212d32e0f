"""What scale_mix finds in history itself: all parts are asked at once what a file will be asked.

What belongs here: the questions of `mixture`, put to many parts on common bins. One part after
another takes several times as long, nearly all of it for calls and little for arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dmaic_assets.phenomena.scale.mixture import (
    FACTORS,
    Floats,
    Ints,
    LogSpread,
    likeliest,
    mixed_distances,
    moved_evidence,
    probable,
    scaled_shares,
    shifts_of,
    smoothed,
    unlisted_factors,
)

# Parts that are asked together: bounds memory, a third of a megabyte for each at most.
_PARTS_AT_ONCE = 64


@dataclass(frozen=True)
class Replay:
    """Parts of history, each beside the spread of the files that it is compared with.

    `counts` has the values of each part (row) in each of `places`, bins in ascending order that
    some part has values in. `spreads` has by part the shares of the bins that it is compared
    with, from bin 0 on; the first one starts at `start`, all are `width` wide.
    """

    places: Ints
    counts: Floats
    spreads: Floats
    start: float
    width: float

    @cached_property
    def distances(self) -> Floats:
        """How far each part lies from what it is compared with, beyond what its size explains."""
        every = np.arange(len(self.counts))
        return self._distances(every, np.zeros_like(every), np.zeros(len(every)))

    def shares(self, limit: float, *, least: float) -> tuple[Floats, float]:
        """Asks what each factor seems to explain of each part.

        Args:
            limit: The distance from which on a factor explains a part too badly to count.
            least: The share of scaled values from which a part is called mixed.

        Returns:
            By part one share per factor, and last that of the factor that values beyond history
            hint at; and by how much the best of them explains a part better than a common move.
        """
        found, evidence = self._likeliest()
        parts, factors = np.nonzero(found >= least)
        shifts = shifts_of(np.array(FACTORS), self.width)[factors]
        is_far = self._distances(parts, shifts, found[parts, factors]) > limit
        found[parts[is_far], factors[is_far]] = 0.0
        counted = np.where(found >= least, evidence, 0.0).max(axis=1, initial=0.0)
        other = np.zeros(len(found))
        for part in self._reach_beyond():
            other[part], gain = self._of_unlisted(part, limit, least)
            counted[part] = max(counted[part], gain)
        return np.column_stack([found, other]), self._beyond_moves(counted)

    def _likeliest(self) -> tuple[Floats, Floats]:
        """The share of greatest likelihood and its evidence, by part and known factor."""
        starts = range(0, len(self.counts), _PARTS_AT_ONCE)
        found = [self._likeliest_of(slice(start, start + _PARTS_AT_ONCE)) for start in starts]
        shares = np.concatenate([shares for shares, _ in found])
        return shares, np.concatenate([evidence for _, evidence in found])

    def _likeliest_of(self, some: slice) -> tuple[Floats, Floats]:
        counts, bins = self.counts[some], self.spreads.shape[1]
        # The last entry is what every place outside has.
        there = probable(np.pad(self.spreads[some], ((0, 0), (0, 1))), self.width)
        moved = self.places - shifts_of(np.array(FACTORS), self.width)[:, np.newaxis]
        own = there[:, np.newaxis, _inside(self.places, bins)]
        gain = (there[:, _inside(moved, bins)] - own) / own
        shares, evidence = likeliest(
            np.repeat(counts, len(FACTORS), axis=0), gain.reshape(-1, len(self.places))
        )
        by_part = (len(counts), len(FACTORS))
        return shares.reshape(by_part), evidence.reshape(by_part)

    def _distances(self, parts: Ints, shifts: Ints, shares: Floats) -> Floats:
        """How far each of the parts lies from its spread with a share moved by so many bins.

        The same as `mixed_distances`: between two places that a part has values in, those of
        other parts lie no further off than the further of the two.
        """
        ranks = np.pad(np.cumsum(self.spreads, axis=1), ((0, 0), (1, 0)))
        size = self.counts.sum(axis=1, keepdims=True)
        seen = np.cumsum(self.counts, axis=1) / size
        ends = np.concatenate([self.places, self.places - 1])
        reached = np.concatenate([seen, seen - self.counts / size], axis=1)
        last = self.spreads.shape[1]
        moved = np.clip(ends + 1 - shifts[:, np.newaxis], 0, last)
        share = shares[:, np.newaxis]
        own = ranks[:, np.clip(ends + 1, 0, last)]
        expected = (1.0 - share) * own[parts] + share * ranks[parts[:, np.newaxis], moved]
        furthest = np.abs(reached[parts] - expected).max(axis=1)
        return np.maximum(0.0, furthest - 1.0 / np.sqrt(size[parts, 0]))

    def _reach_beyond(self) -> list[int]:
        """The parts with values that no bin of the spreads holds."""
        is_beyond = (self.places < 0) | (self.places >= self.spreads.shape[1])
        return np.flatnonzero(self.counts[:, is_beyond].any(axis=1)).tolist()

    def _of_unlisted(self, part: int, limit: float, least: float) -> tuple[float, float]:
        """The greatest share that a factor which is not listed explains, and its evidence."""
        spread, places, counts = self._one(part)
        factors = np.array(unlisted_factors(spread, places, counts))
        if not len(factors):
            return 0.0, 0.0
        shares, evidence = scaled_shares(spread, places, counts, factors)
        left = mixed_distances(spread, places, counts, factors, shares)
        shares[(shares >= least) & (left > limit)] = 0.0
        counted = evidence[shares >= least].max(initial=0.0)
        return float(shares.max()), float(counted)

    def _beyond_moves(self, counted: Floats) -> float:
        """The greatest evidence over that of a common move, which is 0 at least."""
        greatest = -np.inf
        for part in np.argsort(-counted, kind="stable").tolist():
            if counted[part] <= greatest:
                break
            greatest = max(greatest, float(counted[part]) - moved_evidence(*self._one(part)))
        return greatest

    def _one(self, part: int) -> tuple[LogSpread, Ints, Floats]:
        """A part by itself: its spread, the places it has values in, and how many."""
        there = np.flatnonzero(self.counts[part])
        spread = LogSpread(self.start, self.width, self.spreads[part])
        return spread, self.places[there], self.counts[part, there]


def replay_of(
    places: Ints, parts: Ints, usable: Sequence[int], grid: tuple[float, float, int]
) -> Replay:
    """Compares the older half of the parts with all others, the newer with those before it.

    Args:
        places: The bin of every value; below 0 and from the number of bins on outside the grid.
        parts: The part of every value.
        usable: The parts that are asked, ascending.
        grid: Where bins start, how wide they are, and how many.
    """
    start, width, bins = grid
    kinds, at = np.unique(places, return_inverse=True)
    size = (int(parts.max()) + 1) * len(kinds)
    every = np.bincount(parts * len(kinds) + at, minlength=size).reshape(-1, len(kinds))
    inside = (kinds >= 0) & (kinds < bins)
    table = np.zeros((len(every), bins))
    table[:, kinds[inside]] = every[:, inside]
    asked = np.array(usable)
    is_old = np.arange(len(asked)) < (len(asked) + 1) // 2
    with_which = np.where(is_old[:, np.newaxis], table.sum(axis=0), np.cumsum(table, axis=0)[asked])
    # The histogram starts one bin earlier than the grid that places are counted on.
    return Replay(
        kinds + 1,
        every[asked].astype(np.float64),
        smoothed(with_which - table[asked]),
        start - width,
        width,
    )


def _inside(places: Ints, bins: int) -> Ints:
    """The bins of places, and the number of bins for each place outside of them."""
    return np.where((places >= 0) & (places < bins), places, bins)
