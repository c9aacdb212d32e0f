"""Elastic hashing: probes of two dimensions, and keys that pass free places of a nearly full level.

Each level has half the places of the one before. A level is filled until so few of its places are
free that finding one would take long; most keys of that time go to the next one, which is at most
three quarters full. So keys are found after few probes, at any load; a key that is not there has to
be looked for at every probe that any key needed.
"""

import numpy as np

from dmaic_assets.hashmaps.exhibits.levels import Levels, probe, tag_of, take
from dmaic_assets.hashmaps.kernels.index import ENTRY, leads_to
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words, prefetch
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import ABSENT, AHEAD, FULL, Counts

# The constant of f, the probes that a nearly full level gets, which the paper leaves open: chosen,
# not tuned.
PATIENCE = 2.0
# Probes of one level after which a key counts as without room: chosen, not tuned. The most that a
# key took was 42 (2^14 to 2^20 places, loads .95 to .99, three to six seeds each).
MOST = 1 << 16
# Share of a level that is free at least while keys may pass the level before it.
_AIRY = 0.25


def empty_elastic(places: int, seeds: Words) -> Levels:
    """Makes an index of so many places, all of them empty; its levels end with one place."""
    sizes: list[int] = []
    while sum(sizes) < places:
        sizes.append((places - sum(sizes) + 1) // 2)
    starts = np.cumsum([0, *sizes[:-1]])
    order = np.zeros(len(sizes), np.int64)
    control, links = np.zeros(places + GROUP, np.uint8), np.zeros(places, np.uint64)
    return Levels(control, links, starts, np.array(sizes, np.int64), order, seeds)


@kernel
def _free_place(levels: Levels, level: np.int64, hashed: np.uint64, turns: np.int64) -> np.int64:
    """The first free place of a level that a key finds in so many turns, or FULL."""
    start, size = levels.starts[level], levels.sizes[level]
    for turn in range(turns):
        place = start + probe(hashed, level, np.int64(turn), size)
        if levels.control[place] == 0:
            levels.order[level] = max(levels.order[level], np.int64(turn + 1))
            return place
    return np.int64(FULL)


@kernel
def _patience(free: float, delta: float) -> np.int64:
    """Turns that a key has in a level of which a share is free, before the next one takes it."""
    tried = np.log2(1.0 / free)
    return np.int64(1 + PATIENCE * min(tried * tried, np.log2(1.0 / delta)))


@kernel
def fill_elastic(levels: Levels, keys: Words, count: int, delta: float, used: Counts) -> int:
    """Puts the first keys of a store, all different, in their order; gives how many had room.

    `delta` is the share of places that stays free; `used` counts the places of each level that are
    taken, and begins with 0. Afterwards `order` has the most turns of each level.
    """
    sizes, at = levels.sizes, np.int64(0)
    for entry in range(count):
        hashed = mixed(np.uint64(keys[entry]), levels.seeds)
        while True:
            here = 1.0 - used[at] / sizes[at]
            is_last = at + 1 == sizes.size
            there = 0.0 if is_last else 1.0 - used[at + 1] / sizes[at + 1]
            if is_last or here > delta / 2 or there > _AIRY:
                break
            at += 1
        level, turns = at, np.int64(MOST)
        if here <= delta / 2 and not is_last:
            level = at + 1
        elif there > _AIRY:
            turns = _patience(here, delta)
        place = _free_place(levels, level, hashed, turns)
        if place < 0 and level == at and not is_last:
            level = at + 1
            place = _free_place(levels, level, hashed, np.int64(MOST))
        if place < 0:
            return entry
        take(levels, place, hashed, np.int64(entry))
        used[level] += 1
    return count


def order_of(longest: Counts) -> Counts:
    """Every probe that any key needed, as level and turn, by level times turn squared.

    The paper's injection orders them so up to a constant; levels count from 1.
    """
    level = np.repeat(np.arange(longest.size), longest)
    turn = np.concatenate([np.arange(most) for most in longest])
    weight = (level + 1) * (turn + 1) ** 2
    chosen = np.lexsort((level, weight))
    return np.column_stack([level, turn])[chosen].ravel().astype(np.int64)


@inlined
def _find(levels: Levels, keys: Words, key: np.uint64, hashed: np.uint64) -> tuple[np.int64, int]:
    """The place of a key, or ABSENT, and how many places were looked at."""
    order, tag = levels.order, tag_of(hashed)
    for i in range(0, order.size, 2):
        level, turn = np.int64(order[i]), np.int64(order[i + 1])
        at = probe(hashed, level, turn, np.int64(levels.sizes[level]))
        place = np.int64(levels.starts[level]) + at
        link = np.uint64(levels.links[place])
        if levels.control[place] == tag and leads_to(link, keys, key, hashed):
            return place, i // 2 + 1
    return np.int64(ABSENT), order.size // 2


@inlined
def _ask(levels: Levels, key: np.uint64) -> np.uint64:
    hashed = mixed(key, levels.seeds)
    place = probe(hashed, np.int64(0), np.int64(0), levels.sizes[0])
    prefetch(levels.control, place)
    prefetch(levels.links, place)
    return hashed


@kernel
def find_elastic(levels: Levels, keys: Words, wanted: Words, entries: Counts, hashes: Words) -> int:
    """Writes the number of each key's entry, or ABSENT; gives how many places were looked at."""
    total = 0
    for i in range(min(AHEAD, wanted.size)):
        hashes[i] = _ask(levels, np.uint64(wanted[i]))
    for i in range(wanted.size):
        hashed = np.uint64(hashes[i % AHEAD])
        if i + AHEAD < wanted.size:
            hashes[i % AHEAD] = _ask(levels, np.uint64(wanted[i + AHEAD]))
        place, looked = _find(levels, keys, np.uint64(wanted[i]), hashed)
        entries[i] = np.int64(levels.links[place] & ENTRY) - 1 if place >= 0 else place
        total += looked
    return total
