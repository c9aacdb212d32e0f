"""Swiss tables: sixteen control bytes are compared at once, seven bits of the hash in each.

Layout and search follow what Abseil published (57 and 7 bits of the hash, load up to 7/8, groups at
any slot); a deleted key leaves a tombstone only where a search may have passed over a full group.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.index import mark
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import (
    GROUP,
    Bytes,
    Words,
    lowest,
    match,
    match_free,
    prefetch,
)
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
TAG = np.uint64(0x7F)


@kernel
def swiss_home(hashed: np.uint64, mask: np.int64) -> np.int64:
    """The slot at which the search for a hash begins."""
    return np.int64((hashed >> _TAG_BITS) & np.uint64(mask))


@inlined
def ask(control: Bytes, slots: Words, mask: np.int64, hashed: np.uint64) -> None:
    """Asks the memory for where the search for a hash begins."""
    home = swiss_home(hashed, mask)
    prefetch(control, home)
    prefetch(slots, 2 * home)


@kernel
def swiss_find(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key, or ABSENT."""
    tag = np.uint8(hashed & TAG)
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
def swiss_seek(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key; for one that is not there ~slot of the first free one, FULL without."""
    tag = np.uint8(hashed & TAG)
    at = swiss_home(hashed, mask)
    step, free = np.int64(0), np.int64(FULL)
    while step <= mask:
        found = match(control, at, tag)
        while found:
            slot = (at + lowest(found)) & mask
            if slots[2 * slot] == key:
                return slot
            found &= found - np.uint32(1)
        open_bits = match_free(control, at)
        if open_bits:
            if free == FULL:
                free = ~((at + lowest(open_bits)) & mask)
            if match(control, at, np.uint8(EMPTY)):
                return free
        step += GROUP
        at = (at + step) & mask
    return free


@kernel
def swiss_free(control: Bytes, mask: np.int64, hashed: np.uint64) -> np.int64:
    """~slot of the first free one for a key that is not there, FULL without."""
    at = swiss_home(hashed, mask)
    step = np.int64(0)
    while step <= mask:
        free = match_free(control, at)
        if free:
            return ~((at + lowest(free)) & mask)
        step += GROUP
        at = (at + step) & mask
    return np.int64(FULL)


@kernel
def swiss_fill(
    control: Bytes,
    slots: Words,
    counts: Counts,
    slot: np.int64,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> None:
    """Puts a key that is not there into the free slot that a search for it gave."""
    counts[USED] += np.int64(control[slot] == EMPTY)
    mark(control, counts[MASK], slot, np.uint8(hashed & TAG))
    slots[2 * slot] = key
    slots[2 * slot + 1] = value
    counts[LIVE] += 1


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
