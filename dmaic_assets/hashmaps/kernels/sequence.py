"""A sequence of operations of all sorts on an inline table, in their order.

Each key's memory accesses begin sixteen operations before its turn, as in kernels of one sort.
"""

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.bulk import erase, fill, find, seek
from dmaic_assets.hashmaps.kernels.columns import DELETE, PUT
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words
from dmaic_assets.hashmaps.kernels.mixing import mix_column
from dmaic_assets.hashmaps.kernels.swiss import ask
from dmaic_assets.hashmaps.kernels.table import (
    AHEAD,
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

Ops = npt.NDArray[np.uint8]


@inlined
def _taken(
    kind: int, control: Bytes, slots: Words, counts: Counts, seeds: Words, slot: np.int64
) -> bool:
    """Takes the key of a slot out, if there is one; tells whether there was."""
    if slot < 0:
        return False
    erase(kind, control, slots, counts, seeds, slot)
    return True


@inlined
def _put(
    kind: int,
    control: Bytes,
    slots: Words,
    counts: Counts,
    key: np.uint64,
    value: np.uint64,
    hashed: np.uint64,
    most: int,
) -> int:
    """Puts a key: 1 where it was there, 0 where it was not, FULL without room."""
    slot = seek(kind, control, slots, counts[MASK], key, hashed)
    if slot >= 0:
        slots[2 * slot + 1] = value
        return 1
    if counts[USED] >= most or fill(kind, control, slots, counts, ~slot, key, value, hashed) < 0:
        return FULL
    return 0


@inlined
def _play(
    kind: int,
    table: Table,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int, int],
) -> int:
    start, stop, most = bounds
    control, slots, counts, seeds, hashes = table
    mask = counts[MASK]
    for i in range(start, stop):
        hashed, key = hashes[i - start], keys[i]
        if i + AHEAD < stop:
            ask(control, slots, mask, hashes[i + AHEAD - start])
        if ops[i] == PUT:
            told = _put(kind, control, slots, counts, key, values[i], hashed, most)
            if told < 0:
                return i
            found[i] = told == 1
            continue
        slot = find(kind, control, slots, mask, key, hashed)
        if ops[i] == DELETE:
            found[i] = _taken(kind, control, slots, counts, seeds, slot)
        else:
            found[i] = slot >= 0
            if slot >= 0:
                values[i] = slots[2 * slot + 1]
    return stop


@kernel
def play(
    kind: int,
    table: Table,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int],
) -> int:
    """Does operations from a position on, until the table holds as many as it may.

    Bounds are the position and the most used slots. A get writes the value that it finds into
    `values`; `found` says of each operation whether its key was there. Gives the position behind
    the last operation that was done: that of a put without room, or the number of operations.
    """
    at, most = bounds
    while at < keys.size:
        stop = min(at + PIECE, keys.size)
        mix_column(keys, at, stop, table.seeds, table.hashes)
        piece = (at, stop, most)
        if kind == SWISS:
            at = _play(SWISS, table, ops, keys, values, found, piece)
        elif kind == ROBIN_HOOD:
            at = _play(ROBIN_HOOD, table, ops, keys, values, found, piece)
        else:
            at = _play(LINEAR, table, ops, keys, values, found, piece)
        if at < stop:
            break
    return at
