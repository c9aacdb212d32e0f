"""A sequence of operations of all sorts on an inline table, in their order.

Each key's memory accesses begin sixteen operations before its turn, as in kernels of one sort. What
is timed is not asked for in advance: a latency is that of an operation nobody has prepared.
"""

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.bulk import erase, fill, find, seek
from dmaic_assets.hashmaps.kernels.columns import DELETE, GET, PUT
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words, cycles
from dmaic_assets.hashmaps.kernels.mixing import mix_column
from dmaic_assets.hashmaps.kernels.replay import Histogram, bucket_of, first_timed
from dmaic_assets.hashmaps.kernels.store import DELETES, GETS, GONE, HITS, NEW, PUTS
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


@kernel
def count_asked(facts: Counts, ops: Ops, found: Flags, start: int, stop: int) -> None:
    """Adds what was asked between two positions, and what it found, to the counters."""
    puts, new, deletes, gone, hits = 0, 0, 0, 0, 0
    for i in range(start, stop):
        puts += ops[i] == PUT
        new += (ops[i] == PUT) & (not found[i])
        deletes += ops[i] == DELETE
        gone += (ops[i] == DELETE) & found[i]
        hits += (ops[i] == GET) & found[i]
    facts[GETS] += stop - start - puts - deletes
    facts[HITS] += hits
    facts[PUTS] += puts
    facts[NEW] += new
    facts[DELETES] += deletes
    facts[GONE] += gone


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
def _do(
    kind: int,
    table: Table,
    op: np.uint8,
    at: int,
    keys: Words,
    values: Words,
    found: Flags,
    hashed: np.uint64,
    most: int,
) -> bool:
    """Does one operation; tells whether there was room for it."""
    control, slots, counts, seeds, _ = table
    key = np.uint64(keys[at])
    if op == PUT:
        told = _put(kind, control, slots, counts, key, np.uint64(values[at]), hashed, most)
        if told < 0:
            return False
        found[at] = told == 1
        return True
    slot = find(kind, control, slots, counts[MASK], key, hashed)
    if op == DELETE:
        found[at] = _taken(kind, control, slots, counts, seeds, slot)
    else:
        found[at] = slot >= 0
        if slot >= 0:
            values[at] = slots[2 * slot + 1]
    return True


@inlined
def _play(
    kind: int,
    table: Table,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int, int, int],
    histogram: Histogram,
) -> int:
    start, stop, most, sample = bounds
    control, slots, counts, _, hashes = table
    mask = counts[MASK]
    timed = first_timed(start, stop, sample)
    for i in range(start, stop):
        hashed = hashes[i - start]
        if i + AHEAD < stop and i + AHEAD != timed:
            ask(control, slots, mask, hashes[i + AHEAD - start])
        began = cycles() if i == timed else np.int64(0)
        if not _do(kind, table, ops[i], i, keys, values, found, hashed, most):
            return i
        if i == timed:
            histogram[ops[i], bucket_of(cycles() - began)] += 1
            timed += sample
    return stop


@kernel
def play(
    kind: int,
    table: Table,
    facts: Counts,
    ops: Ops,
    keys: Words,
    values: Words,
    found: Flags,
    bounds: tuple[int, int, int, int],
    histogram: Histogram,
) -> int:
    """Does operations from a position up to another, until the table holds as many as it may.

    Bounds are both positions, the most used slots, and of how many operations one is timed (0 for
    none). A get writes the value that it finds into `values`; `found` says of each operation
    whether its key was there. Gives the position behind the last operation that was done: that of a
    put without room, or the end.
    """
    start, end, most, sample = bounds
    at = start
    while at < end:
        stop = min(at + PIECE, end)
        mix_column(keys, at, stop, table.seeds, table.hashes)
        piece = (at, stop, most, sample)
        if kind == SWISS:
            at = _play(SWISS, table, ops, keys, values, found, piece, histogram)
        elif kind == ROBIN_HOOD:
            at = _play(ROBIN_HOOD, table, ops, keys, values, found, piece, histogram)
        else:
            at = _play(LINEAR, table, ops, keys, values, found, piece, histogram)
        if at < stop:
            break
    count_asked(facts, ops, found, start, at)
    return at
