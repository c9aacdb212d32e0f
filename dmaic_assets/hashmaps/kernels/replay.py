"""A workload played on a dense map, some of its operations timed where they happen.

A pair of time stamps around an operation costs about as much as the operation, so that one in so
many is timed. What is timed is one operation after the other: nothing of the next begins before the
last has ended, and a latency is longer than the throughput's mean.
"""

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.columns import DELETE, GET, settle
from dmaic_assets.hashmaps.kernels.index import Index
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Words, cycles
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.store import (
    CURSOR,
    DELETES,
    ENTRIES,
    GETS,
    GONE,
    HITS,
    NEW,
    PUTS,
    REPLACE,
    Store,
    Values,
    append,
    drop,
    entry_of,
    migrate,
)
from dmaic_assets.hashmaps.kernels.table import USED

# Buckets of equal width for each power of two: a value is known to 1/128.
WIDTH = 128
# Buckets of a histogram: of cycles up to 2^35, seconds. Few and narrow, as whoever reads them
# between two operations drives the map out of the nearest caches.
BUCKETS = WIDTH * 28
# Counts by operation and bucket.
Histogram = npt.NDArray[np.int32]


@kernel
def bucket_of(value: np.int64) -> np.int64:
    """The bucket of a number of cycles: exact below 256, then to one part in 128."""
    shift = np.int64(0)
    while (value >> shift) >= 2 * WIDTH:
        shift += 1
    return min(shift * WIDTH + (value >> shift), np.int64(BUCKETS - 1))


@kernel
def first_timed(start: int, stop: int, sample: int) -> int:
    """The first position from one on that is timed: a multiple of `sample`; `stop` with 0.

    To divide at every operation would take as long as a short operation does.
    """
    return start + (-start) % sample if sample else stop


@kernel
def stamp() -> int:
    """The time stamp that latencies are measured in."""
    return int(cycles())


@inlined
def _put(
    kind: int,
    index: Index,
    store: Store,
    entry: np.int64,
    key: np.uint64,
    hashed: np.uint64,
    values: Values,
    at: np.int64,
    most: int,
) -> bool:
    """Puts a key whose search gave an entry, or none; tells whether there was room for it."""
    if entry < 0:
        if index.counts[USED] >= most or store.facts[ENTRIES] >= store.keys.size:
            return False
        if append(kind, index, store, key, values.words[at], hashed) < 0:
            return False
        store.facts[NEW] += 1
    else:
        settle(store, entry, values, at, REPLACE)
    store.facts[PUTS] += 1
    return True


@inlined
def _do(
    kinds: tuple[int, int],
    index: Index,
    after: Index,
    store: Store,
    op: np.uint8,
    key: np.uint64,
    values: Values,
    at: np.int64,
    most: int,
    pace: int,
) -> bool:
    """Does one operation, and its part of a migration; tells whether there was room."""
    hashed = mixed(key, index.seeds)
    entry = entry_of(kinds[0], index, store.keys, key, hashed)
    if op == GET:
        store.facts[GETS] += 1
        store.facts[HITS] += entry >= 0
        return True
    if op == DELETE:
        store.facts[DELETES] += 1
        if entry >= 0:
            drop(kinds, index, after, store, entry)
            store.facts[GONE] += 1
    elif not _put(kinds[0], index, store, entry, key, hashed, values, at, most):
        return False
    if pace > 0:
        migrate(kinds[1], after, store, pace)
    return True


@kernel
def replay(
    kinds: tuple[int, int],
    index: Index,
    after: Index,
    store: Store,
    ops: npt.NDArray[np.uint8],
    keys: Words,
    values: Values,
    bounds: tuple[int, int, int, int, int],
    histogram: Histogram,
) -> int:
    """Plays operations from a position up to another.

    Bounds are both positions, the most links of the index in use, the pace of a migration, and of
    how many operations one is timed (0 for none). Gives the position behind the last that was done:
    that of a put without room, of the operation with which a migration is done, or the end.
    """
    start, stop, most, pace, sample = bounds
    timed = first_timed(start, stop, sample)
    for at in range(start, stop):
        began = cycles() if at == timed else np.int64(0)
        key = np.uint64(keys[at])
        if not _do(kinds, index, after, store, ops[at], key, values, np.int64(at), most, pace):
            return at
        if at == timed:
            histogram[ops[at], bucket_of(cycles() - began)] += 1
            timed += sample
        if pace > 0 and store.facts[CURSOR] >= store.facts[ENTRIES]:
            return at + 1
    return stop
