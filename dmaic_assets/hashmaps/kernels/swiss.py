"""Swiss tables: sixteen control bytes are compared at once, seven bits of the hash in each.

Layout and search follow what Abseil published (57 and 7 bits of the hash, load up to 7/8, groups at
any slot); a deleted key leaves a tombstone only where a search may have passed over a full group.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.index import mark
from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, lowest, match, match_free
from dmaic_assets.hashmaps.kernels.table import (
    ABSENT,
    EMPTY,
    FULL,
    LIVE,
    MASK,
    TOMBSTONE,
    USED,
    Counts,
)
from dmaic_assets.hashmaps.kernels.unlink import was_never_full

# Bits of the hash in a control byte; the other 57 say where a search begins.
_TAG_BITS = np.uint64(7)
_TAG = np.uint64(0x7F)


@kernel
def swiss_home(hashed: np.uint64, mask: np.int64) -> np.int64:
    """The slot at which the search for a hash begins."""
    return np.int64((hashed >> _TAG_BITS) & np.uint64(mask))


@kernel
def swiss_find(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key, or ABSENT."""
    tag = np.uint8(hashed & _TAG)
    at = swiss_home(hashed, mask)
    step = np.int64(0)
    while step <= mask:
        found = match(control, at, tag)
        while found:
            slot = (at + lowest(found)) & mask
            if slots[2 * slot] == key:
                return slot
            found &= found - np.uint32(1)
        if match(control, at, np.uint8(EMPTY)):
            return np.int64(ABSENT)
        step += GROUP
        at = (at + step) & mask
    return np.int64(ABSENT)


@kernel
def swiss_place(
    control: Bytes,
    slots: Words,
    counts: Counts,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    """Puts a key that is not there into the first free slot of its search; FULL without one."""
    mask = counts[MASK]
    at = swiss_home(hashed, mask)
    step = np.int64(0)
    while step <= mask:
        free = match_free(control, at)
        if free:
            slot = (at + lowest(free)) & mask
            if control[slot] == EMPTY:
                counts[USED] += 1
            mark(control, mask, slot, np.uint8(hashed & _TAG))
            slots[2 * slot] = key
            slots[2 * slot + 1] = value
            counts[LIVE] += 1
            return slot
        step += GROUP
        at = (at + step) & mask
    return np.int64(FULL)


@kernel
def swiss_erase(control: Bytes, counts: Counts, slot: np.int64) -> None:
    """Takes the key of a slot away."""
    mask = counts[MASK]
    counts[LIVE] -= 1
    if was_never_full(control, mask, slot):
        counts[USED] -= 1
        mark(control, mask, slot, np.uint8(EMPTY))
    else:
        mark(control, mask, slot, np.uint8(TOMBSTONE))
