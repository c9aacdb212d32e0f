"""Whole columns at once: search, insertion, deletion, counting and summing over inline tables.

A kernel begins each key's memory accesses sixteen keys before it needs them, so that waiting for
memory overlaps. Kernels that may run out of room stop at the key that found none, and say where.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words, lowest, match, prefetch
from dmaic_assets.hashmaps.kernels.mixing import mix_column
from dmaic_assets.hashmaps.kernels.open_addressing import (
    linear_erase,
    linear_fill,
    linear_find,
    linear_seek,
    robin_erase,
    robin_fill,
    robin_find,
    robin_seek,
)
from dmaic_assets.hashmaps.kernels.store import (
    ADD,
    ADD_FLOAT,
    KEEP,
    MAX,
    MIN,
    MIN_FLOAT,
    REPLACE,
)
from dmaic_assets.hashmaps.kernels.swiss import (
    TAG,
    ask,
    swiss_erase,
    swiss_fill,
    swiss_find,
    swiss_home,
    swiss_seek,
)
from dmaic_assets.hashmaps.kernels.table import (
    AHEAD,
    EMPTY,
    FULL,
    LINEAR,
    MASK,
    PIECE,
    ROBIN_HOOD,
    SWISS,
    USED,
    Counts,
    Flags,
    Table,
)

# A bit behind the sixteen of a group: the lowest of none is then a number, too.
_BEHIND = np.uint32(1 << 16)


@inlined
def find(
    kind: int, control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key in a table of a kind, or ABSENT."""
    if kind == SWISS:
        return swiss_find(control, slots, mask, key, hashed)
    if kind == ROBIN_HOOD:
        return robin_find(control, slots, mask, key, hashed)
    return linear_find(control, slots, mask, key, hashed)


@inlined
def seek(
    kind: int, control: Bytes, slots: Words, mask: np.int64, key: np.uint64, hashed: np.uint64
) -> np.int64:
    """The slot of a key in a table of a kind; for one that is not there ~slot of where it goes."""
    if kind == SWISS:
        return swiss_seek(control, slots, mask, key, hashed)
    if kind == ROBIN_HOOD:
        return robin_seek(control, slots, mask, key, hashed)
    return linear_seek(control, slots, mask, key, hashed)


@inlined
def fill(
    kind: int,
    control: Bytes,
    slots: Words,
    counts: Counts,
    slot: np.int64,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    """Puts a key that is not there where the search for it said; FULL without room."""
    if slot < 0:
        return np.int64(FULL)
    if kind == SWISS:
        swiss_fill(control, slots, counts, slot, key, value, hashed)
    elif kind == ROBIN_HOOD:
        return robin_fill(control, slots, counts, slot, key, value, hashed)
    else:
        linear_fill(control, slots, counts, slot, key, value, hashed)
    return slot


@inlined
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


@inlined
def _get(
    kind: int,
    table: Table,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int, bool],
) -> int:
    start, stop, is_asking = bounds
    control, slots, counts, _, hashes = table
    mask = counts[MASK]
    hits = 0
    for i in range(start, stop):
        if is_asking and i + AHEAD < stop:
            ask(control, slots, mask, hashes[i + AHEAD - start])
        slot = find(kind, control, slots, mask, keys[i], hashes[i - start])
        found[i] = slot >= 0
        if slot >= 0:
            values[i] = slots[2 * slot + 1]
            hits += 1
    return hits


@inlined
def _get_swiss(
    table: Table, keys: Words, values: Words, found: Flags, bounds: tuple[int, int, bool]
) -> int:
    """The same in two steps: what the first group decides, then the searches that it does not.

    A key that is not there is decided by its first group in most cases. The first step has no
    branch that a key decides, so that the processor is never wrong about one, and asks for the
    slot of the fingerprint that was found instead of the first of its group.
    """
    start, stop, is_asking = bounds
    control, slots, counts, _, hashes = table
    mask = counts[MASK]
    open_, hits = 0, 0
    for i in range(start, stop):
        hashed = hashes[i - start]
        if i + AHEAD < stop:
            prefetch(control, swiss_home(hashes[i + AHEAD - start], mask))
        at = swiss_home(hashed, mask)
        seen = match(control, at, np.uint8(hashed & TAG))
        is_last = match(control, at, np.uint8(EMPTY)) != 0
        if is_asking:
            prefetch(slots, 2 * ((at + lowest(seen | _BEHIND)) & mask))
        found[i] = False
        hashes[PIECE + open_] = np.uint64(i)
        open_ += np.int64((seen != 0) | (not is_last))
    for j in range(open_):
        i = np.int64(hashes[PIECE + j])
        slot = swiss_find(control, slots, mask, keys[i], hashes[i - start])
        if slot >= 0:
            found[i] = True
            values[i] = slots[2 * slot + 1]
            hits += 1
    return hits


@kernel
def get(kind: int, table: Table, keys: Words, values: Words, found: Flags) -> int:
    """Looks keys up: writes the values of those that are there, and which; gives how many.

    A Swiss table's slots are not asked for in advance while few keys are there.
    """
    total, hits = 0, PIECE
    for start in range(0, keys.size, PIECE):
        stop = min(start + PIECE, keys.size)
        mix_column(keys, start, stop, table.seeds, table.hashes)
        if kind == SWISS:
            hits = _get_swiss(table, keys, values, found, (start, stop, hits * 8 >= PIECE))
        elif kind == ROBIN_HOOD:
            hits = _get(ROBIN_HOOD, table, keys, values, found, (start, stop, True))
        else:
            hits = _get(LINEAR, table, keys, values, found, (start, stop, True))
        total += hits
    return total


@inlined
def settled(old: np.uint64, new: np.uint64, how: int) -> np.uint64:
    """What becomes of the value of a known key and of the one that comes with it."""
    if how == REPLACE:
        return new
    if how == ADD:
        return old + new
    return old if how == KEEP else _compared(old, new, how)


@kernel
def _compared(old: np.uint64, new: np.uint64, how: int) -> np.uint64:
    """The smaller or larger of two values, or the sum of two floating ones."""
    if how in (MIN, MAX):
        is_less = np.uint64(new).view(np.int64) < np.uint64(old).view(np.int64)
        return new if is_less == (how == MIN) else old
    one, two = np.uint64(old).view(np.float64), np.uint64(new).view(np.float64)
    if how == ADD_FLOAT:
        return np.float64(one + two).view(np.uint64)
    return np.float64(min(one, two) if how == MIN_FLOAT else max(one, two)).view(np.uint64)


@inlined
def _put(
    kind: int,
    table: Table,
    keys: Words,
    values: Words,
    is_new: Flags,
    bounds: tuple[int, int, int, int],
) -> int:
    start, stop, most, how = bounds
    control, slots, counts, _, hashes = table
    mask = counts[MASK]
    for i in range(start, stop):
        if i + AHEAD < stop:
            ask(control, slots, mask, hashes[i + AHEAD - start])
        hashed = hashes[i - start]
        slot = seek(kind, control, slots, mask, keys[i], hashed)
        is_new[i] = slot < 0
        if slot >= 0:
            slots[2 * slot + 1] = settled(slots[2 * slot + 1], values[i], how)
        elif (
            counts[USED] >= most
            or fill(kind, control, slots, counts, ~slot, keys[i], values[i], hashed) < 0
        ):
            return i
    return stop


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
    at, most, how = bounds
    while at < keys.size:
        stop = min(at + PIECE, keys.size)
        mix_column(keys, at, stop, table.seeds, table.hashes)
        piece = (at, stop, most, how)
        if kind == SWISS:
            at = _put(SWISS, table, keys, values, is_new, piece)
        elif kind == ROBIN_HOOD:
            at = _put(ROBIN_HOOD, table, keys, values, is_new, piece)
        else:
            at = _put(LINEAR, table, keys, values, is_new, piece)
        if at < stop:
            break
    return at


@inlined
def _delete(kind: int, table: Table, keys: Words, found: Flags, start: int, stop: int) -> int:
    control, slots, counts, seeds, hashes = table
    mask = counts[MASK]
    gone = 0
    for i in range(start, stop):
        if i + AHEAD < stop:
            ask(control, slots, mask, hashes[i + AHEAD - start])
        slot = find(kind, control, slots, mask, keys[i], hashes[i - start])
        found[i] = slot >= 0
        if slot >= 0:
            erase(kind, control, slots, counts, seeds, slot)
            gone += 1
    return gone


@kernel
def delete(kind: int, table: Table, keys: Words, found: Flags) -> int:
    """Takes keys away; says which were there, and gives how many."""
    gone = 0
    for start in range(0, keys.size, PIECE):
        stop = min(start + PIECE, keys.size)
        mix_column(keys, start, stop, table.seeds, table.hashes)
        if kind == SWISS:
            gone += _delete(SWISS, table, keys, found, start, stop)
        elif kind == ROBIN_HOOD:
            gone += _delete(ROBIN_HOOD, table, keys, found, start, stop)
        else:
            gone += _delete(LINEAR, table, keys, found, start, stop)
    return gone
