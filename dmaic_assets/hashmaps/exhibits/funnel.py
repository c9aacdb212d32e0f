"""Funnel hashing: a key takes the first bucket with room, each level having fewer of them.

A level has three quarters of the buckets of the one before, and each key one bucket in it; what
finds no room in any goes to a last part of which half is probed at random and half are buckets of
which a key has two. Keys are never moved nor taken away, so that a search ends at the first bucket
with room.
"""

import math

import numpy as np

from dmaic_assets.hashmaps.exhibits.levels import Levels, probe, tag_of, take
from dmaic_assets.hashmaps.kernels.index import ENTRY, leads_to
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words, lowest, match, prefetch
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import ABSENT, AHEAD, FULL, Counts

# Share of all places that the last part has, of `delta`: the middle of what the paper allows.
_LAST = 5 / 8
# Buckets of a level, of those of the level before.
_NARROWER = 0.75
# Places in `order`: places of a bucket, levels of buckets, turns in the part probed at random, and
# places of its other half's buckets.
WIDTH, LEVELS, TURNS, BROAD = range(4)


def empty_funnel(places: int, delta: float, seeds: Words) -> Levels:
    """Makes an index of so many places, all of them empty, of which a share stays free.

    Buckets have 2 log(1/delta) places, and there are at most 4 log(1/delta) + 10 levels of them.
    Two levels more are the halves of the last part.
    """
    bits = math.log2(1 / delta)
    width, most = min(math.ceil(2 * bits), GROUP), math.ceil(4 * bits + 10)
    turns = max(math.ceil(math.log2(max(math.log2(places), 2))), 1)
    broad = min(2 * turns, GROUP)
    pairs = max(int(_LAST * delta * places) // 2 // broad, 1)
    buckets = (places - 2 * pairs * broad) // width
    counts, share = list[int](), (1 - _NARROWER) / (1 - _NARROWER**most)
    while buckets > sum(counts) and len(counts) < most:
        wanted = round(buckets * share * _NARROWER ** len(counts))
        is_last = len(counts) + 1 == most
        left = buckets - sum(counts)
        counts.append(left if is_last else min(max(wanted, 1), left))
    shape = np.array([width, len(counts), turns, broad], np.int64)
    spread = places - width * buckets - pairs * broad
    extents = [width * count for count in counts] + [spread, pairs * broad]
    starts = np.cumsum([0, *extents[:-1]])
    sizes = np.array([*counts, spread, pairs], np.int64)
    control, links = np.zeros(places + GROUP, np.uint8), np.zeros(places, np.uint64)
    return Levels(control, links, starts, sizes, shape, seeds)


@inlined
def _bucket(levels: Levels, level: np.int64, turn: np.int64, hashed: np.uint64) -> np.int64:
    """Where a key's bucket in a level begins."""
    at = probe(hashed, level, turn, levels.sizes[level])
    width = levels.order[WIDTH] if level < levels.order[LEVELS] else levels.order[BROAD]
    return levels.starts[level] + at * width


@inlined
def _held(
    levels: Levels, keys: Words, key: np.uint64, hashed: np.uint64, start: np.int64, width: np.int64
) -> np.int64:
    """The place of a key in the bucket that begins at a place, or ABSENT."""
    bits = match(levels.control, start, tag_of(hashed)) & np.uint32((1 << width) - 1)
    while bits:
        place = start + lowest(np.uint32(bits))
        if leads_to(levels.links[place], keys, key, hashed):
            return place
        bits &= bits - np.uint32(1)
    return np.int64(ABSENT)


@inlined
def _empty(levels: Levels, start: np.int64, width: np.int64) -> np.uint32:
    """The empty places of a bucket, as bits."""
    return np.uint32(match(levels.control, start, np.uint8(0)) & np.uint32((1 << width) - 1))


@kernel
def _room(levels: Levels, hashed: np.uint64) -> np.int64:
    """The place that a new key takes, or FULL."""
    count, width = np.int64(levels.order[LEVELS]), np.int64(levels.order[WIDTH])
    for level in range(count):
        start = _bucket(levels, np.int64(level), np.int64(0), hashed)
        bits = _empty(levels, start, width)
        if bits:
            return start + lowest(bits)
    for turn in range(levels.order[TURNS]):
        place = levels.starts[count] + probe(hashed, count, np.int64(turn), levels.sizes[count])
        if levels.control[place] == 0:
            return place
    return _airier(levels, hashed)


@kernel
def _airier(levels: Levels, hashed: np.uint64) -> np.int64:
    """A place in the emptier of a key's two buckets of the last level, or FULL."""
    last, broad = np.int64(levels.order[LEVELS] + 1), np.int64(levels.order[BROAD])
    one = _bucket(levels, last, np.int64(0), hashed)
    two = _bucket(levels, last, np.int64(1), hashed)
    left, right = _empty(levels, one, broad), _empty(levels, two, broad)
    if right and _ones(right) > _ones(left):
        return two + lowest(right)
    if left:
        return one + lowest(left)
    return np.int64(FULL)


@kernel
def _ones(bits: np.uint32) -> int:
    count = 0
    while bits:
        bits = np.uint32(bits & (bits - np.uint32(1)))
        count += 1
    return count


@kernel
def fill_funnel(levels: Levels, keys: Words, count: int) -> int:
    """Puts the first keys of a store, all different, in their order; gives how many had room."""
    for entry in range(count):
        hashed = mixed(np.uint64(keys[entry]), levels.seeds)
        place = _room(levels, hashed)
        if place < 0:
            return entry
        take(levels, place, hashed, np.int64(entry))
    return count


@inlined
def _find(levels: Levels, keys: Words, key: np.uint64, hashed: np.uint64) -> tuple[np.int64, int]:
    """The place of a key, or ABSENT, and how many buckets and single places were looked at."""
    count, width = np.int64(levels.order[LEVELS]), np.int64(levels.order[WIDTH])
    for level in range(count):
        start = _bucket(levels, np.int64(level), np.int64(0), hashed)
        place = _held(levels, keys, key, hashed, start, width)
        if place >= 0 or _empty(levels, start, width):
            return place, level + 1
    return _find_late(levels, keys, key, hashed)


@inlined
def _find_late(
    levels: Levels, keys: Words, key: np.uint64, hashed: np.uint64
) -> tuple[np.int64, int]:
    """The same in the last part."""
    count, broad = np.int64(levels.order[LEVELS]), np.int64(levels.order[BROAD])
    turns = levels.order[TURNS]
    for turn in range(turns):
        at = probe(hashed, count, np.int64(turn), levels.sizes[count])
        place = np.int64(levels.starts[count]) + at
        is_empty = levels.control[place] == 0
        if is_empty or leads_to(levels.links[place], keys, key, hashed):
            return np.int64(ABSENT) if is_empty else place, int(count + turn + 1)
    for turn in range(2):
        start = _bucket(levels, count + 1, np.int64(turn), hashed)
        place = _held(levels, keys, key, hashed, start, broad)
        if place >= 0:
            return place, int(count + turns + turn + 1)
    return np.int64(ABSENT), int(count + turns + 2)


@inlined
def _ask(levels: Levels, key: np.uint64) -> np.uint64:
    hashed = mixed(key, levels.seeds)
    start = _bucket(levels, np.int64(0), np.int64(0), hashed)
    prefetch(levels.control, start)
    prefetch(levels.links, start)
    return hashed


@kernel
def find_funnel(levels: Levels, keys: Words, wanted: Words, entries: Counts, hashes: Words) -> int:
    """Writes the number of each key's entry, or ABSENT; gives how many buckets were looked at."""
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
