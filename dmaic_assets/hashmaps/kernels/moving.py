"""One inline table that follows another while both are used: each key stands in one of the two.

A cursor goes through the slots of the old table from behind, so that what it has passed is empty
and every search in what is left is as it was. It begins at an empty slot: no key's way leads over
its end. The new table alone takes new keys, whose searches come first there; a key that is in the
old one is changed or taken away where it stands. So nothing is lost and nothing comes back.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.bulk import erase, fill, find, seek, settled
from dmaic_assets.hashmaps.kernels.columns import DELETE, PUT
from dmaic_assets.hashmaps.kernels.growth import free
from dmaic_assets.hashmaps.kernels.index import mark
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, cycles
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.open_addressing import open_home
from dmaic_assets.hashmaps.kernels.replay import Histogram, bucket_of, first_timed
from dmaic_assets.hashmaps.kernels.sequence import Ops, count_asked
from dmaic_assets.hashmaps.kernels.store import CURSOR
from dmaic_assets.hashmaps.kernels.swiss import ask
from dmaic_assets.hashmaps.kernels.table import (
    EMPTY,
    FULL,
    LIVE,
    MASK,
    SWISS,
    TOMBSTONE,
    USED,
    Counts,
    Flags,
    Table,
)

# The place in `facts` of an inline map that is beside those of a store: the empty slot at which the
# cursor begins; the cursor itself counts the slots that it has yet to pass.
FIRST = 0


@inlined
def is_held(kind: int, byte: np.uint8) -> bool:
    """Tells whether the slot of a control byte has a key."""
    return bool(byte < EMPTY) if kind == SWISS else bool(byte != 0)


@inlined
def _clear(kind: int, control: Bytes, counts: Counts, slot: np.int64) -> None:
    """Empties a slot behind which no key is left; of Swiss searches pass over it as before."""
    counts[LIVE] -= 1
    if kind == SWISS:
        mark(control, counts[MASK], slot, np.uint8(TOMBSTONE))
    else:
        control[slot] = np.uint8(0)
        counts[USED] -= 1


@kernel
def pass_on(
    kinds: tuple[int, int], old: Table, new: Table, facts: Counts, pace: int, most: int
) -> int:
    """Lets the cursor pass up to `pace` slots, whose keys then stand in the new table.

    FULL, with the key where it was, when the new table may not take one more than it has.
    """
    mask, slots = old.counts[MASK], old.slots
    stop = max(facts[CURSOR] - pace, 0)
    while facts[CURSOR] > stop:
        slot = (facts[FIRST] + facts[CURSOR]) & mask
        if is_held(kinds[0], np.uint8(old.control[slot])):
            key, value = np.uint64(slots[2 * slot]), np.uint64(slots[2 * slot + 1])
            hashed = mixed(key, new.seeds)
            if new.counts[USED] >= most:
                return FULL
            place = ~free(kinds[1], new.control, new.counts[MASK], hashed)
            if fill(kinds[1], new.control, new.slots, new.counts, place, key, value, hashed) < 0:
                return FULL
            _clear(kinds[0], old.control, old.counts, slot)
        facts[CURSOR] -= 1
    return 0


@inlined
def _put(
    kinds: tuple[int, int],
    old: Table,
    new: Table,
    slots: tuple[np.int64, np.int64],
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
    how: int,
    most: int,
) -> bool:
    """Puts a key where the searches for it in both tables led; tells whether there was room."""
    there, place = slots
    if place >= 0:
        new.slots[2 * place + 1] = settled(np.uint64(new.slots[2 * place + 1]), value, how)
    elif there >= 0:
        old.slots[2 * there + 1] = settled(np.uint64(old.slots[2 * there + 1]), value, how)
    elif new.counts[USED] >= most:
        return False
    else:
        put = fill(kinds[1], new.control, new.slots, new.counts, ~place, key, value, hashed)
        return bool(put >= 0)
    return True


@inlined
def _take(kinds: tuple[int, int], old: Table, new: Table, slots: tuple[np.int64, np.int64]) -> None:
    there, place = slots
    if place >= 0:
        erase(kinds[1], new.control, new.slots, new.counts, new.seeds, place)
    elif there >= 0:
        erase(kinds[0], old.control, old.slots, old.counts, old.seeds, there)


@inlined
def _do(
    kinds: tuple[int, int],
    old: Table,
    new: Table,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    at: int,
    limits: tuple[int, int],
    hashes: tuple[np.uint64, np.uint64],
) -> bool:
    """Does one operation; tells whether there was room for it."""
    how, most = limits
    key = np.uint64(keys[at])
    place = seek(kinds[1], new.control, new.slots, new.counts[MASK], key, hashes[1])
    there = np.int64(-1)
    if place < 0:
        there = find(kinds[0], old.control, old.slots, old.counts[MASK], key, hashes[0])
    both = (there, place)
    if ops[at] == PUT:
        value = np.uint64(values[at])
        if not _put(kinds, old, new, both, key, value, hashes[1], how, most):
            return False
    elif ops[at] == DELETE:
        _take(kinds, old, new, both)
    elif place >= 0:
        values[at] = new.slots[2 * place + 1]
    elif there >= 0:
        values[at] = old.slots[2 * there + 1]
    found[at] = place >= 0 or there >= 0
    return True


@kernel
def play_moving(
    kinds: tuple[int, int],
    old: Table,
    new: Table,
    facts: Counts,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int, int, int, int, int],
    histogram: Histogram,
) -> int:
    """Does operations from a position up to another; with each the cursor passes some slots more.

    Bounds are both positions, the most used slots of the new table, those that the cursor passes,
    what becomes of the value of a known key, and of how many operations one is timed. Gives the
    position behind the last that was done: that of one without room, of the one with which the old
    table is empty, or the end.
    """
    start, stop, most, pace, how, sample = bounds
    at = start
    timed = first_timed(start, stop, sample)
    while at < stop and facts[CURSOR] > 0:
        began = cycles() if at == timed else np.int64(0)
        key = np.uint64(keys[at])
        hashes = (mixed(key, old.seeds), mixed(key, new.seeds))
        ask(new.control, new.slots, new.counts[MASK], hashes[1])
        ask(old.control, old.slots, old.counts[MASK], hashes[0])
        if pass_on(kinds, old, new, facts, pace, most) < 0:
            break
        if not _do(kinds, old, new, ops, keys, values, found, at, (how, most), hashes):
            break
        if at == timed:
            histogram[ops[at], bucket_of(cycles() - began)] += 1
            timed += sample
        at += 1
    count_asked(facts, ops, found, start, at)
    return at


@kernel
def gather(kind: int, table: Table, keys: Words, values: Words) -> int:
    """Writes the keys and values of a table in the order of their slots; gives how many."""
    count = 0
    for slot in range(table.counts[MASK] + 1):
        if is_held(kind, table.control[slot]):
            keys[count], values[count] = table.slots[2 * slot], table.slots[2 * slot + 1]
            count += 1
    return count


@kernel
def table_lengths(kind: int, table: Table, chosen: Counts, lengths: Counts) -> int:
    """Writes how many places searches for keys look at: those that stand at some slots.

    A slot without a key counts as the next one that has one. Of Swiss places are groups.
    """
    mask, count = table.counts[MASK], 0
    for i in range(chosen.size):
        slot, left = np.int64(chosen[i]), mask
        while left > 0 and not is_held(kind, table.control[slot]):
            slot, left = (slot + 1) & mask, left - 1
        if is_held(kind, table.control[slot]):
            hashed = mixed(np.uint64(table.slots[2 * slot]), table.seeds)
            lengths[count] = _length(kind, mask, slot, open_home(hashed, mask))
            count += 1
    return count


@kernel
def mean_length(kind: int, table: Table, stride: int) -> float:
    """The mean of those lengths for keys at every so many slots; 0 where there is none."""
    mask, count, total = table.counts[MASK], 0, np.int64(0)
    for slot in range(0, mask + 1, stride):
        if is_held(kind, table.control[slot]):
            hashed = mixed(np.uint64(table.slots[2 * slot]), table.seeds)
            total += _length(kind, mask, np.int64(slot), open_home(hashed, mask))
            count += 1
    return total / count if count else 0.0


@kernel
def _length(kind: int, mask: np.int64, slot: np.int64, home: np.int64) -> np.int64:
    if kind != SWISS:
        return ((slot - home) & mask) + 1
    at, step, groups = home, np.int64(0), np.int64(1)
    while (slot - at) & mask >= GROUP and step <= mask:
        step += GROUP
        at = (at + step) & mask
        groups += 1
    return groups
