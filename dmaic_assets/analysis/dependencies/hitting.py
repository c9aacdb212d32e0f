"""Minimal hitting sets: the smallest sets that have a member in common with each of many sets.

Columns that differ in every pair of rows seen are what may be a key: a minimal key hits the
difference set of each pair. The search is MMCS (Murakami, Uno, Discrete Applied Mathematics 170,
2014), with sets of edges as bits of whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dmaic_assets.analysis.dependencies.agree import Bits

# Steps that grouping the rows of a table costs: of itself, and rows that cost one more; from
# some length on the rows are no longer counted, so that long tables are searched as well.
_GROUPING, _ROWS_PER_STEP, _MOST_COUNTED = 200, 64, 100_000
# Words of sets compared that cost one step.
_WORDS_PER_STEP = 300


@dataclass
class Budget:
    """Steps that searches may take together; a step is one member looked at, some .3 us."""

    left: int

    @property
    def is_spent(self) -> bool:
        """Tells whether none is left."""
        return self.left <= 0

    def charge_grouping(self, rows: int) -> None:
        """Pays for grouping all rows once."""
        self.left -= _GROUPING + min(rows, _MOST_COUNTED) // _ROWS_PER_STEP

    def charge_comparing(self, sets: int, others: int, words: int) -> None:
        """Pays for comparing sets with others, each with each."""
        self.left -= sets * others * words // _WORDS_PER_STEP


@dataclass(frozen=True, slots=True)
class Hitting:
    """The minimal hitting sets of a size; `is_all`: there is none beyond that size."""

    sets: tuple[tuple[int, ...], ...]
    is_all: bool


def hitting_sets(
    agreeing: Bits, members: Sequence[int], most: int, budget: Budget
) -> Hitting | None:
    """Finds all minimal sets of members that are in no given set, i.e. hit each complement.

    Args:
        agreeing: The complements of the sets to hit, as bits.
        members: What may be taken, by position of its bit.
        most: Members that a set may have.
        budget: What is left of it is taken from.

    Returns:
        The sets, members in the order of `members`; None where the budget ran out.
    """
    search = _Search(_hits(agreeing, members), most, budget)
    search.extend((), (), (1 << len(agreeing)) - 1, (1 << len(members)) - 1)
    if budget.is_spent:
        return None
    found = (tuple(sorted(members[at] for at in taken)) for taken in search.found)
    return Hitting(tuple(sorted(found, key=lambda s: (len(s), s))), not search.is_cut)


def _hits(agreeing: Bits, members: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of each member the edges that it hits, and of each edge the members that hit it."""
    spread = np.unpackbits(
        np.ascontiguousarray(~agreeing).view(np.uint8), axis=1, bitorder="little"
    )
    taken = spread[:, list(members)]
    taken = taken[np.argsort(taken.sum(axis=1, dtype=np.int64), kind="stable")]
    return _whole(taken.T), _whole(taken)


def _whole(rows: np.ndarray) -> tuple[int, ...]:
    packed = np.packbits(rows, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)


@dataclass
class _Search:
    """Depth first; `hits` are edges by member, and members by edge, the smallest edges first."""

    hits: tuple[tuple[int, ...], tuple[int, ...]]
    most: int
    budget: Budget
    found: list[tuple[int, ...]] = field(default_factory=list)
    is_cut: bool = False

    def extend(self, taken: tuple[int, ...], alone: tuple[int, ...], open_: int, free: int) -> None:
        """Extends a partial set in all ways.

        Args:
            taken: Its members.
            alone: Of each member the edges that it alone hits; none is empty.
            open_: The edges that none hits.
            free: The members that may still be taken.
        """
        if not open_:
            self.found.append(taken)
            return
        if len(taken) == self.most:
            self.is_cut = True
            return
        by_member, by_edge = self.hits
        choice = free & by_edge[(open_ & -open_).bit_length() - 1]
        free &= ~choice
        is_last = len(taken) + 1 == self.most
        while choice and not self.budget.is_spent:
            bit = choice & -choice
            choice ^= bit
            self.budget.left -= 1
            hit = by_member[bit.bit_length() - 1]
            still = open_ & ~hit
            if is_last and still:
                self.is_cut = True
                continue
            own = tuple(edges & ~hit for edges in alone)
            if all(own):
                member = bit.bit_length() - 1
                self.extend((*taken, member), (*own, open_ & hit), still, free)
                free |= bit
