"""What indexes of levels share: places in one array, cut into levels that get smaller.

Both kinds are of "Optimal Bounds for Open Addressing Without Reordering" (Farach-Colton, Krapivin
and Kuszmaul 2025, arXiv 2501.02305). A link is what it is in every index; the control byte beside
it is 0 for an empty place, else seven bits of the hash below a high bit.
"""

from typing import NamedTuple

import numpy as np

from dmaic_assets.hashmaps.kernels.index import ENTRY
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words, mum
from dmaic_assets.hashmaps.kernels.table import Counts

# An odd number without pattern (2^64 over the square root of 3): tells the probes of a key apart.
_STEP = np.uint64(0x93C4_67E3_7DB0_C7A5)
_TAG, _TAKEN = np.uint64(0x7F), np.uint64(0x80)
_HALF = np.uint64(32)


class Levels(NamedTuple):
    """The arrays of an index of levels.

    `starts` and `sizes` say where each level begins and how many places (elastic) or buckets
    (funnel) it has. `order` are the probes of an elastic search, or the shape of a funnel.
    """

    control: Bytes
    links: Words
    starts: Counts
    sizes: Counts
    order: Counts
    seeds: Words


@inlined
def probe(hashed: np.uint64, level: np.int64, turn: np.int64, size: np.int64) -> np.int64:
    """A number below a size: the choice of a key in a level at its so-and-so-manieth turn."""
    told = np.uint64(level << np.int64(20)) + np.uint64(turn) + np.uint64(1)
    drawn = mum(hashed ^ mum(told, _STEP), _STEP) >> _HALF
    return np.int64((drawn * np.uint64(size)) >> _HALF)


@inlined
def tag_of(hashed: np.uint64) -> np.uint8:
    """The control byte of a key."""
    return np.uint8((hashed & _TAG) | _TAKEN)


@kernel
def take(levels: Levels, place: np.int64, hashed: np.uint64, entry: np.int64) -> None:
    """Links an empty place to an entry."""
    levels.control[place] = tag_of(hashed)
    levels.links[place] = (hashed & ~ENTRY) | np.uint64(entry + 1)
