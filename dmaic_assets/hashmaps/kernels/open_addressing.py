"""Robin Hood and linear tables: a key stands at its home or in a slot after it, without tombstones.

Robin Hood's control byte is the distance of the key from its home plus one, 0 for an empty slot; in
a linear table it is 1 for a key. Both take deleted keys out by moving what follows one slot back.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import ABSENT, FULL, LIVE, LONGEST, MASK, USED, Counts

# The largest distance plus one that a control byte holds, with room for one more move.
_FARTHEST = 250


@kernel
def open_home(hashed: np.uint64, mask: np.int64) -> np.int64:
    """The slot at which the search for a hash begins."""
    return np.int64((hashed >> np.uint64(7)) & np.uint64(mask))


@kernel
def robin_find(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key, or ABSENT as soon as a key nearer to its home stands in the way."""
    slot = open_home(hashed, mask)
    distance = 1
    while control[slot] >= distance:
        if slots[2 * slot] == key:
            return slot
        slot = (slot + 1) & mask
        distance += 1
    return np.int64(ABSENT)


@kernel
def _first_empty(control: Bytes, mask: np.int64, start: np.int64) -> np.int64:
    """The first empty slot from one on; FULL where a key before it may not move farther."""
    slot = start
    while control[slot]:
        if control[slot] >= _FARTHEST:
            return np.int64(FULL)
        slot = (slot + 1) & mask
        if slot == start:
            return np.int64(FULL)
    return slot


@kernel
def _make_room(
    control: Bytes, slots: Words, counts: Counts, slot: np.int64, empty: np.int64
) -> None:
    """Moves the keys from a slot up to an empty one, each one slot on."""
    mask = counts[MASK]
    while empty != slot:
        before = (empty - 1) & mask
        control[empty] = control[before] + np.uint8(1)
        counts[LONGEST] = max(counts[LONGEST], np.int64(control[empty]))
        slots[2 * empty] = slots[2 * before]
        slots[2 * empty + 1] = slots[2 * before + 1]
        empty = before


@kernel
def robin_seek(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key; for one that is not there ~slot of the first key nearer to its home."""
    slot = open_home(hashed, mask)
    distance = 1
    while control[slot] >= distance:
        if slots[2 * slot] == key:
            return slot
        slot = (slot + 1) & mask
        distance += 1
    return ~slot


@kernel
def robin_free(control: Bytes, mask: np.int64, hashed: np.uint64) -> np.int64:
    """~slot of the first key nearer to its home than one that is not there, or of an empty one."""
    slot = open_home(hashed, mask)
    distance = 1
    while control[slot] >= distance:
        slot = (slot + 1) & mask
        distance += 1
    return ~slot


@kernel
def robin_fill(
    control: Bytes,
    slots: Words,
    counts: Counts,
    slot: np.int64,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    """Puts a key that is not there into the slot that a search for it gave; gives the slot.

    FULL, with nothing changed, when a key would stand farther from its home than a byte counts.
    """
    mask = counts[MASK]
    distance = ((slot - open_home(hashed, mask)) & mask) + 1
    if distance > _FARTHEST:
        return np.int64(FULL)
    empty = _first_empty(control, mask, slot)
    if empty < 0:
        return empty
    _make_room(control, slots, counts, slot, empty)
    control[slot] = np.uint8(distance)
    slots[2 * slot] = key
    slots[2 * slot + 1] = value
    counts[LIVE] += 1
    counts[USED] += 1
    counts[LONGEST] = max(counts[LONGEST], distance)
    return slot


@kernel
def robin_erase(control: Bytes, slots: Words, counts: Counts, slot: np.int64) -> None:
    """Takes the key of a slot away; those behind it that are not at home move back."""
    mask = counts[MASK]
    after = (slot + 1) & mask
    while control[after] > 1:
        control[slot] = control[after] - np.uint8(1)
        slots[2 * slot] = slots[2 * after]
        slots[2 * slot + 1] = slots[2 * after + 1]
        slot = after
        after = (after + 1) & mask
    control[slot] = np.uint8(0)
    counts[LIVE] -= 1
    counts[USED] -= 1


@kernel
def linear_find(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key, or ABSENT at the first empty slot."""
    home = open_home(hashed, mask)
    slot = home
    while control[slot]:
        if slots[2 * slot] == key:
            return slot
        slot = (slot + 1) & mask
        if slot == home:
            break
    return np.int64(ABSENT)


@kernel
def linear_seek(
    control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key; for one that is not there ~slot of the first empty one, FULL without."""
    home = open_home(hashed, mask)
    slot = home
    while control[slot]:
        if slots[2 * slot] == key:
            return slot
        slot = (slot + 1) & mask
        if slot == home:
            return np.int64(FULL)
    return ~slot


@kernel
def linear_free(control: Bytes, mask: np.int64, hashed: np.uint64) -> np.int64:
    """~slot of the first empty one for a key that is not there, FULL without."""
    home = open_home(hashed, mask)
    slot = home
    while control[slot]:
        slot = (slot + 1) & mask
        if slot == home:
            return np.int64(FULL)
    return ~slot


@kernel
def linear_fill(
    control: Bytes,
    slots: Words,
    counts: Counts,
    slot: np.int64,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> None:
    """Puts a key that is not there into the empty slot that a search for it gave."""
    mask = counts[MASK]
    distance = ((slot - open_home(hashed, mask)) & mask) + 1
    control[slot] = np.uint8(1)
    slots[2 * slot] = key
    slots[2 * slot + 1] = value
    counts[LIVE] += 1
    counts[USED] += 1
    counts[LONGEST] = max(counts[LONGEST], distance)


@kernel
def linear_erase(
    control: Bytes, slots: Words, counts: Counts, seeds: Words, slot: np.int64
) -> None:
    """Takes the key of a slot away; later keys whose home lies before the gap move into it."""
    mask = counts[MASK]
    after = (slot + 1) & mask
    while control[after]:
        home = open_home(mixed(np.uint64(slots[2 * after]), seeds), mask)
        if (after - home) & mask >= (after - slot) & mask:
            slots[2 * slot] = slots[2 * after]
            slots[2 * slot + 1] = slots[2 * after + 1]
            slot = after
        after = (after + 1) & mask
    control[slot] = np.uint8(0)
    counts[LIVE] -= 1
    counts[USED] -= 1
