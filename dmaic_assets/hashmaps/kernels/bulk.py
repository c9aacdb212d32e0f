"""Whole columns at once: search, insertion, deletion, counting and summing over inline tables.

A kernel begins each key's memory accesses sixteen keys before it needs them, so that waiting for
memory overlaps. Kernels that may run out of room stop at the key that found none, and say where.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words, prefetch
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.open_addressing import (
    linear_erase,
    linear_find,
    linear_place,
    robin_erase,
    robin_find,
    robin_place,
)
from dmaic_assets.hashmaps.kernels.store import ADD, REPLACE
from dmaic_assets.hashmaps.kernels.swiss import swiss_erase, swiss_find, swiss_home, swiss_place
from dmaic_assets.hashmaps.kernels.table import (
    AHEAD,
    MASK,
    ROBIN_HOOD,
    SWISS,
    USED,
    Counts,
    Flags,
    Table,
)


@kernel
def find(
    kind: int, control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key in a table of a kind, or ABSENT."""
    if kind == SWISS:
        return swiss_find(control, slots, mask, key, hashed)
    if kind == ROBIN_HOOD:
        return robin_find(control, slots, mask, key, hashed)
    return linear_find(control, slots, mask, key, hashed)


@kernel
def place(
    kind: int,
    control: Bytes,
    slots: Words,
    counts: Counts,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    """Puts a key that is not there into a table of a kind; FULL without room."""
    if kind == SWISS:
        return swiss_place(control, slots, counts, key, value, hashed)
    if kind == ROBIN_HOOD:
        return robin_place(control, slots, counts, key, value, hashed)
    return linear_place(control, slots, counts, key, value, hashed)


@kernel
def erase(
    kind: int, control: Bytes, slots: Words, counts: Counts, seeds: Words, slot: np.int64
) -> None:
    """Takes the key of a slot out of a table of a kind."""
    if kind == SWISS:
        swiss_erase(control, counts, slot)
    elif kind == ROBIN_HOOD:
        robin_erase(control, slots, counts, slot)
    else:
        linear_erase(control, slots, counts, seeds, slot)


@kernel
def _ask(control: Bytes, slots: Words, mask: np.int64, key: np.uint64, seeds: Words) -> np.uint64:
    """Hashes a key and asks the memory for where its search begins."""
    hashed = mixed(key, seeds)
    home = swiss_home(hashed, mask)
    prefetch(control, home)
    prefetch(slots, 2 * home)
    return hashed


@kernel
def get(kind: int, table: Table, keys: Words, values: Words, found: Flags) -> int:
    """Looks keys up: writes the values of those that are there, and which; gives how many."""
    control, slots, counts, seeds, hashes = table
    mask = counts[MASK]
    for i in range(min(AHEAD, keys.size)):
        hashes[i] = _ask(control, slots, mask, keys[i], seeds)
    hits = 0
    for i in range(keys.size):
        hashed = hashes[i % AHEAD]
        if i + AHEAD < keys.size:
            hashes[i % AHEAD] = _ask(control, slots, mask, keys[i + AHEAD], seeds)
        slot = find(kind, control, slots, mask, keys[i], hashed)
        found[i] = slot >= 0
        if slot >= 0:
            values[i] = slots[2 * slot + 1]
            hits += 1
    return hits


@kernel
def _settled(old: np.uint64, new: np.uint64, how: int) -> np.uint64:
    if how == REPLACE:
        return new
    if how == ADD:
        return old + new
    return old


@kernel
def put(
    kind: int,
    table: Table,
    keys: Words,
    values: Words,
    is_new: Flags,
    bounds: tuple[int, int, int],
) -> int:
    """Puts keys with their values from a position on, until the table holds as many as it may.

    Bounds are the position, the most used slots and what becomes of the value of a known key. Gives
    the position behind the last key that was put; `is_new` says of each whether it was not there.
    """
    start, most, how = bounds
    control, slots, counts, seeds, hashes = table
    mask = counts[MASK]
    for i in range(start, min(start + AHEAD, keys.size)):
        hashes[(i - start) % AHEAD] = _ask(control, slots, mask, keys[i], seeds)
    for i in range(start, keys.size):
        hashed = hashes[(i - start) % AHEAD]
        if i + AHEAD < keys.size:
            hashes[(i - start) % AHEAD] = _ask(control, slots, mask, keys[i + AHEAD], seeds)
        slot = find(kind, control, slots, mask, keys[i], hashed)
        is_new[i] = slot < 0
        if slot >= 0:
            slots[2 * slot + 1] = _settled(slots[2 * slot + 1], values[i], how)
        elif (
            counts[USED] >= most
            or place(kind, control, slots, counts, keys[i], values[i], hashed) < 0
        ):
            return i
    return keys.size


@kernel
def delete(kind: int, table: Table, keys: Words, found: Flags) -> int:
    """Takes keys away; says which were there, and gives how many."""
    control, slots, counts, seeds, hashes = table
    mask = counts[MASK]
    for i in range(min(AHEAD, keys.size)):
        hashes[i] = _ask(control, slots, mask, keys[i], seeds)
    gone = 0
    for i in range(keys.size):
        hashed = hashes[i % AHEAD]
        if i + AHEAD < keys.size:
            hashes[i % AHEAD] = _ask(control, slots, mask, keys[i + AHEAD], seeds)
        slot = find(kind, control, slots, mask, keys[i], hashed)
        found[i] = slot >= 0
        if slot >= 0:
            erase(kind, control, slots, counts, seeds, slot)
            gone += 1
    return gone


@kernel
def move(kind: int, old: Table, new_kind: int, new: Table) -> int:
    """Puts every key of a table into an empty one; gives how many found no room."""
    control, slots = old.control, old.slots
    there, theirs, counts, seeds, _ = new
    left = 0
    for slot in range(old.counts[MASK] + 1):
        byte = control[slot]
        if byte < 0x80 if kind == SWISS else byte > 0:
            key, value = slots[2 * slot], slots[2 * slot + 1]
            if place(new_kind, there, theirs, counts, key, value, mixed(key, seeds)) < 0:
                left += 1
    return left
