"""Which rows may hold a value that another row holds too, told by 64-bit hashes.

Equal values have equal hashes, so a hash that occurs once proves that its value occurs once. All
other rows are suspects, to be compared exactly. What belongs here: finding them in memory that is
a few bytes per row. What does not: hashing and comparing.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Slots of the filter per repeated hash: a stranger passes about once in 16 to 32.
_SLOTS_PER_HASH = 16
_MIN_BITS, _MAX_BITS = 12, 28


@dataclass(frozen=True, slots=True)
class Suspects:
    """The hashes that occur more than once.

    `distinct` counts different hashes, `rows` the rows that share theirs with another row.
    `slots` marks, by the highest `bits` bits, every hash that occurs more than once, and by
    chance some others: a row that is not marked is certainly alone.
    """

    distinct: int
    rows: int
    slots: Mask
    bits: int

    def mask(self, hashes: Hashes) -> Mask:
        """Tells for each hash whether it is marked."""
        return self.slots[hashes >> np.uint64(64 - self.bits)]


def find_suspects(hashes: Hashes) -> Suspects:
    """Finds the hashes that occur more than once; `hashes` is sorted in place."""
    hashes.sort()
    starts = np.empty(len(hashes) + 1, dtype=bool)
    starts[:1] = True
    starts[-1] = True
    np.not_equal(hashes[1:], hashes[:-1], out=starts[1:-1])
    repeated = hashes[starts[:-1] & ~starts[1:]]
    distinct = int(np.count_nonzero(starts[:-1]))
    alone = int(np.count_nonzero(starts[:-1] & starts[1:]))
    bits = (len(repeated) * _SLOTS_PER_HASH).bit_length()
    bits = max(_MIN_BITS, min(_MAX_BITS, bits))
    slots = np.zeros(1 << bits, dtype=bool)
    slots[repeated >> np.uint64(64 - bits)] = True
    return Suspects(distinct, len(hashes) - alone, slots, bits)


def part_of(hashes: Hashes, part: int, parts: int) -> Mask:
    """Tells which hashes belong to one of `parts` parts; equal hashes are in the same part."""
    if parts == 1:
        return np.ones(len(hashes), dtype=bool)
    # The low bits: the high ones chose the slot.
    return (hashes & np.uint64(0xFFFF)) % np.uint64(parts) == np.uint64(part)
