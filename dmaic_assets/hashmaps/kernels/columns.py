"""Whole columns at once over a dense store: search, insertion and deletion, while it may migrate.

After each key that is put or deleted, `pace` entries more are added to the next index, so that the
cost of a new index is spread over what is asked of the map. Kernels stop where they find no room
and say at which key; what was done before it stays done.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.index import Index
from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import (
    ADD,
    ADD_FLOAT,
    CURSOR,
    DELETES,
    ENTRIES,
    GETS,
    GONE,
    HITS,
    KEEP,
    MAX,
    MIN,
    MIN_FLOAT,
    NEW,
    PUTS,
    REPLACE,
    Store,
    Values,
    append,
    ask,
    drop,
    entry_of,
    migrate,
)
from dmaic_assets.hashmaps.kernels.table import AHEAD, USED, Counts, Flags

# Numbers of operations in a sequence of them.
GET, PUT, DELETE = range(3)


@kernel
def _settle_whole(store: Store, entry: np.int64, value: np.int64, how: int) -> None:
    if how == ADD:
        store.whole[entry] += value
    elif how == MIN:
        store.whole[entry] = min(store.whole[entry], value)
    elif how == MAX:
        store.whole[entry] = max(store.whole[entry], value)


@kernel
def _settle_floating(store: Store, entry: np.int64, value: np.float64, how: int) -> None:
    if how == ADD_FLOAT:
        store.floating[entry] += value
    elif how == MIN_FLOAT:
        store.floating[entry] = min(store.floating[entry], value)
    else:
        store.floating[entry] = max(store.floating[entry], value)


@kernel
def settle(store: Store, entry: np.int64, values: Values, at: np.int64, how: int) -> None:
    """Lets the value of an entry and the one at a position become one."""
    if how == REPLACE:
        store.values[entry] = values.words[at]
    elif how >= ADD_FLOAT:
        _settle_floating(store, entry, values.floating[at], how)
    elif how != KEEP:
        _settle_whole(store, entry, values.whole[at], how)


@kernel
def entries_column(kind: int, index: Index, store: Store, keys: Words, entries: Counts) -> int:
    """Writes the number of each key's entry, or ABSENT; gives how many are there."""
    hashes = store.hashes
    for i in range(min(AHEAD, keys.size)):
        hashes[i] = ask(kind, index, keys[i])
    hits = 0
    for i in range(keys.size):
        hashed = hashes[i % AHEAD]
        if i + AHEAD < keys.size:
            hashes[i % AHEAD] = ask(kind, index, keys[i + AHEAD])
        entries[i] = entry_of(kind, index, store.keys, keys[i], hashed)
        hits += entries[i] >= 0
    store.facts[GETS] += keys.size
    store.facts[HITS] += hits
    return hits


@kernel
def put_column(
    kinds: tuple[int, int],
    index: Index,
    after: Index,
    store: Store,
    keys: Words,
    values: Values,
    is_new: Flags,
    bounds: tuple[int, int, int, int],
) -> int:
    """Puts keys with their values from a position on.

    Bounds are the position, the most links that the index in use may hold, what becomes of the
    value of a known key, and the pace of a migration (0 when none is on the way). Gives the
    position behind the last key that was put: that of a key without room, or the column's length.
    """
    start, most, how, pace = bounds
    hashes, facts = store.hashes, store.facts
    for i in range(start, min(start + AHEAD, keys.size)):
        hashes[(i - start) % AHEAD] = ask(kinds[0], index, keys[i])
    at = start
    while at < keys.size:
        hashed = hashes[(at - start) % AHEAD]
        entry = entry_of(kinds[0], index, store.keys, keys[at], hashed)
        if entry < 0:
            if index.counts[USED] >= most or facts[ENTRIES] >= store.keys.size:
                break
            if append(kinds[0], index, store, keys[at], values.words[at], hashed) < 0:
                break
            facts[NEW] += 1
        else:
            settle(store, entry, values, np.int64(at), how)
        is_new[at] = entry < 0
        if at + AHEAD < keys.size:
            hashes[(at - start) % AHEAD] = ask(kinds[0], index, keys[at + AHEAD])
        at += 1
        if pace > 0 and (migrate(kinds[1], after, store, pace) < 0 or _is_done(store)):
            break
    facts[PUTS] += at - start
    return at


@kernel
def _is_done(store: Store) -> bool:
    return store.facts[CURSOR] >= store.facts[ENTRIES]


@kernel
def delete_column(
    kinds: tuple[int, int],
    index: Index,
    after: Index,
    store: Store,
    keys: Words,
    found: Flags,
    bounds: tuple[int, int],
) -> int:
    """Takes keys away from a position on, at a pace of migration; says which were there.

    Gives the position behind the last key: the length of the column, unless the migration is done
    or the next index found no room.
    """
    start, pace = bounds
    hashes, facts = store.hashes, store.facts
    for i in range(start, min(start + AHEAD, keys.size)):
        hashes[(i - start) % AHEAD] = ask(kinds[0], index, keys[i])
    at = start
    while at < keys.size:
        entry = entry_of(kinds[0], index, store.keys, keys[at], hashes[(at - start) % AHEAD])
        if at + AHEAD < keys.size:
            hashes[(at - start) % AHEAD] = ask(kinds[0], index, keys[at + AHEAD])
        found[at] = entry >= 0
        if entry >= 0:
            drop(kinds, index, after, store, entry)
            facts[GONE] += 1
        at += 1
        if pace > 0 and (migrate(kinds[1], after, store, pace) < 0 or _is_done(store)):
            break
    facts[DELETES] += at - start
    return at
