"""The dense store of entries, with one index in use and, while it migrates, the next one beside it.

Entries are numbered in the order of insertion; a deleted one is filled by the last. The next index
holds the entries below a cursor. Searches use the index in use alone, so that nothing is looked up
twice; an addition or removal below the cursor is done in both, so that nothing is lost and nothing
comes back when the next index takes over.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.index import ENTRY, Index, add, home_of, locate
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import Words, prefetch
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import AHEAD, FULL, MASK, Counts
from dmaic_assets.hashmaps.kernels.unlink import remove, retarget

# Places in `facts` of a store: entries, entries that the next index holds, and what was asked since
# the last look: searches, those that found their key, insertions, those of new keys, deletions,
# those that found their key.
ENTRIES, CURSOR, GETS, HITS, PUTS, NEW, DELETES, GONE = range(8)
FACTS = 8
# What becomes of the value of a key that is there: it is replaced or kept, the new one is added to
# it, or the smaller or larger of the two stays; whole numbers first, then floating ones.
REPLACE, KEEP, ADD, MIN, MAX, ADD_FLOAT, MIN_FLOAT, MAX_FLOAT = range(8)
Floats = npt.NDArray[np.float64]

# The cursor of a next index that lacks an entry: it is made anew, and never takes over.
GIVEN_UP = -1


class Store(NamedTuple):
    """The arrays of the entries; kernels change them in place."""

    keys: Words
    values: Words
    whole: Counts
    floating: Floats
    facts: Counts
    hashes: Words


def new_store(room: int) -> Store:
    """Makes an empty store with room for so many entries."""
    keys, words = np.empty(room, np.uint64), np.empty(room, np.uint64)
    return store_on(keys, words, np.zeros(FACTS, np.int64))


def store_on(keys: Words, words: Words, facts: Counts) -> Store:
    """Makes a store of arrays that are there."""
    return Store(keys, *as_values(words), facts, np.empty(AHEAD, np.uint64))


class Values(NamedTuple):
    """The same words read as bits, as signed whole numbers, and as floating numbers."""

    words: Words
    whole: Counts
    floating: Floats


def as_values(words: Words) -> Values:
    """Reads words in the three ways, without copying them."""
    return Values(words, words.view(np.int64), words.view(np.float64))


@kernel
def ask(kind: int, index: Index, key: np.uint64) -> np.uint64:
    """Hashes a key and asks the memory for where its search begins."""
    control, links, counts, seeds = index
    hashed = mixed(key, seeds)
    home = home_of(kind, counts[MASK], seeds, key, hashed)
    if home >= 0:
        prefetch(control, home)
        prefetch(links, home)
    return hashed


@kernel
def entry_of(kind: int, index: Index, keys: Words, key: np.uint64, hashed: np.uint64) -> np.int64:
    """The number of a key's entry, or ABSENT."""
    control, links, counts, seeds = index
    place = locate(kind, control, links, counts[MASK], seeds, keys, key, hashed)
    return np.int64(links[place] & ENTRY) - 1 if place >= 0 else place


@kernel
def migrate(kind: int, index: Index, store: Store, pace: int) -> int:
    """Adds up to `pace` entries above the cursor to the next index; FULL when one has no room."""
    control, links, counts, seeds = index
    facts, keys = store.facts, store.keys
    if facts[CURSOR] == GIVEN_UP:
        return FULL
    stop = min(facts[CURSOR] + pace, facts[ENTRIES])
    while facts[CURSOR] < stop:
        entry = facts[CURSOR]
        key = np.uint64(keys[entry])
        if add(kind, control, links, counts, seeds, key, mixed(key, seeds), entry) < 0:
            return FULL
        facts[CURSOR] += 1
    return 0


@kernel
def append(
    kind: int, index: Index, store: Store, key: np.uint64, value: np.uint64, hashed: np.uint64
) -> np.int64:
    """Adds an entry behind the last; FULL, with nothing changed, when the index has no room."""
    control, links, counts, seeds = index
    entry = store.facts[ENTRIES]
    if add(kind, control, links, counts, seeds, key, hashed, entry) < 0:
        return np.int64(FULL)
    store.keys[entry] = key
    store.values[entry] = value
    store.facts[ENTRIES] += 1
    return entry


@inlined
def _forget(kind: int, index: Index, keys: Words, key: np.uint64) -> None:
    control, links, counts, seeds = index
    place = locate(kind, control, links, counts[MASK], seeds, keys, key, mixed(key, seeds))
    remove(kind, control, links, counts, seeds, keys, place)


@inlined
def _renumber(kind: int, index: Index, keys: Words, key: np.uint64, entry: np.int64) -> None:
    control, links, counts, seeds = index
    mask = counts[MASK]
    place = locate(kind, control, links, mask, seeds, keys, key, mixed(key, seeds))
    retarget(kind, links, mask, place, entry)


@inlined
def _take_over(kind: int, index: Index, store: Store, last: np.int64, entry: np.int64) -> None:
    """Lets the next index know the last entry by the number that it takes over.

    One that has no place for its key (it lies outside a direct index, or too far from home) is
    given up: it would not know every entry below the cursor any more.
    """
    control, links, counts, seeds = index
    key = np.uint64(store.keys[last])
    if last < store.facts[CURSOR]:
        _renumber(kind, index, store.keys, key, entry)
        return
    hashed = mixed(key, seeds)
    is_known = entry < store.facts[CURSOR]
    if is_known and add(kind, control, links, counts, seeds, key, hashed, entry) < 0:
        store.facts[CURSOR] = GIVEN_UP


@inlined
def drop(kinds: tuple[int, int], index: Index, after: Index, store: Store, entry: np.int64) -> None:
    """Takes an entry away; the last one takes its number in every index that knows it."""
    keys, values, facts = store.keys, store.values, store.facts
    last = facts[ENTRIES] - 1
    _forget(kinds[0], index, keys, np.uint64(keys[entry]))
    if entry < facts[CURSOR]:
        _forget(kinds[1], after, keys, np.uint64(keys[entry]))
    if entry != last:
        _renumber(kinds[0], index, keys, np.uint64(keys[last]), entry)
        _take_over(kinds[1], after, store, last, entry)
        keys[entry] = keys[last]
        values[entry] = values[last]
    facts[ENTRIES] = last
    facts[CURSOR] = min(facts[CURSOR], last)
