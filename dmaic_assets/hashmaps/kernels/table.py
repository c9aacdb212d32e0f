"""What an inline table is made of: control bytes, slots of key and value, and its counters.

Every table has a power of two slots. Key and value of slot i stand side by side as words 2i and
2i + 1, so that a hit costs one line of the cache. What a control byte means is each kind's own.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Kinds of tables.
SWISS, ROBIN_HOOD, LINEAR = 0, 1, 2
# Places in `counts`: slots less one, keys, slots that are not empty (keys and tombstones), summed
# probes and their number since the last look, longest distance of a key from its home.
MASK, LIVE, USED, PROBES, SEEN, LONGEST = range(6)
# What a search or an insertion says when it finds no slot; no ~slot is as small as the second.
ABSENT, FULL = -1, -(1 << 62)
# Swiss control bytes of slots without a key; a slot with one holds seven bits of its hash.
EMPTY, TOMBSTONE = 0x80, 0xFE


# Keys between the request for a cache line and its use: about a memory access in hashing time.
AHEAD = 16
# Keys that are hashed at once: their hashes stay in the nearest cache (8 KiB, and as much for the
# positions of searches that are not decided yet).
PIECE = 1024


class Table(NamedTuple):
    """The arrays of an inline table; kernels change them in place."""

    control: Bytes
    slots: Words
    counts: Counts
    seeds: Words
    hashes: Words


def empty_table(kind: int, slots: int, seeds: Words) -> Table:
    """Makes a table of a power of two slots, at least sixteen, all of them empty.

    The first sixteen control bytes stand again behind the last, so that a group that begins near
    the end is read in one piece.
    """
    control = np.full(slots + GROUP, EMPTY if kind == SWISS else 0, np.uint8)
    counts = np.zeros(6, np.int64)
    counts[MASK] = slots - 1
    return Table(
        control, np.empty(2 * slots, np.uint64), counts, seeds, np.empty(2 * PIECE, np.uint64)
    )
