"""Agree sets: the columns in which two rows have the same values.

What belongs here: sets of columns as bits, taken from pairs of rows. Two rows that agree in X and
differ in A show that X does not determine A; two that agree in X show that X is no key. The term
is Beeri's (Beeri, Dowd, Fagin, Statman 1984); searching by few pairs that are found where a guess
fails is that of HyFD (Papenbrock, Naumann 2016) and HPIValid (Birnick et al. 2020).
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.analysis.dependencies.codes import Coded, Rows

# One row a set, 64 columns a word.
Bits: TypeAlias = npt.NDArray[np.uint64]
_WORD = 64
# Pairs taken of a column before any guess: neighbours among the rows of the same value.
_FIRST_PAIRS = 2_000
# Pairs taken where a guess fails, spread evenly over all pairs that contradict it.
MOST_PAIRS = 500
# Sets among which the largest are picked: beyond, comparing them costs more than it saves.
_MOST_REDUCED = 1_000
# Sets kept of one batch of pairs: the largest say the most.
_KEPT = 64


@dataclass
class AgreeSets:
    """The agree sets seen so far, none within another of the same batch of pairs."""

    table: Coded
    bits: Bits = field(init=False)
    _seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bits = np.zeros((0, words_of(len(self.table.names))), dtype=np.uint64)
        for codes in self.table.columns:
            order = np.argsort(codes, kind="stable")
            values = codes[order]
            alike = np.flatnonzero(values[1:] == values[:-1])
            at = alike[:: max(1, len(alike) // _FIRST_PAIRS)]
            self.add(order[at], order[at + 1])
        self.add(np.zeros(1, np.int64), np.full(1, self.table.rows - 1, np.int64))

    def add(self, left: Rows, right: Rows) -> None:
        """Takes the agree sets of pairs of rows; pairs beyond `MOST_PAIRS` are thinned out."""
        step = max(1, -(-len(left) // max(MOST_PAIRS, _FIRST_PAIRS)))
        found = agree_bits(self.table, left[::step], right[::step])
        fresh = [row for row in largest(found, _KEPT) if row.tobytes() not in self._seen]
        if fresh:
            self._seen.update(row.tobytes() for row in fresh)
            self.bits = np.vstack([self.bits, *fresh])

    def without(self, column: int) -> Bits:
        """The sets that a column is not in: the largest, or all where there are many."""
        lacks = (self.bits[:, column // _WORD] >> np.uint64(column % _WORD)) & np.uint64(1) == 0
        found = self.bits[lacks]
        return largest(found) if len(found) <= _MOST_REDUCED else found


def words_of(columns: int) -> int:
    """How many words hold one bit for each column."""
    return max(1, -(-columns // _WORD))


def agree_bits(table: Coded, left: Rows, right: Rows) -> Bits:
    """The agree sets of pairs of rows, each set once."""
    wide = words_of(len(table.names)) * _WORD
    same = np.zeros((len(left), wide), dtype=bool)
    for at, codes in enumerate(table.columns):
        same[:, at] = codes[left] == codes[right]
    packed = np.packbits(same, axis=1, bitorder="little").view(np.uint64)
    return np.unique(packed, axis=0)


def largest(bits: Bits, most: int | None = None) -> Bits:
    """The sets that lie in no other, the larger first; at most so many."""
    sizes = np.bitwise_count(bits).sum(axis=1)
    left = bits[np.argsort(-sizes.astype(np.int64), kind="stable")]
    kept: list[Bits] = []
    while len(left) and (most is None or len(kept) < most):
        top = left[:1]
        kept.append(top)
        left = left[((left & ~top) != 0).any(axis=1)]
    return np.vstack(kept) if kept else bits[:0]
