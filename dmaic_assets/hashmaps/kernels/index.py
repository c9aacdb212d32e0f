"""Indexes over one dense store of entries: where in it the entry of a key stands.

An index is an array of links. A link is 0, or the number of an entry plus one in its low 32 bits
and 32 bits of the key's hash above it, so that other keys' entries are seldom looked at. Kinds
differ in where a link may stand:

- chaining: links 0 to mask are the heads of chains; link mask + 1 + e follows entry e in its chain;
- linear: in the first empty place from its home on;
- Robin Hood: so too, but never behind a link nearer to its home (distance in the byte beside it);
- Swiss: in the first free place of the groups from its home on (seven bits in the byte beside it);
- direct: at the key less the smallest key, for whole numbers that lie close together.

Search, addition, removal and renaming are the same for whoever keeps entries, so that two indexes
over the same entries can stand side by side while one takes the place of the other.
"""

from typing import NamedTuple

import numpy as np

from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, lowest, match, match_free
from dmaic_assets.hashmaps.kernels.table import (
    ABSENT,
    EMPTY,
    FULL,
    LINEAR,
    LIVE,
    LONGEST,
    MASK,
    ROBIN_HOOD,
    SWISS,
    USED,
    Counts,
)

# Kinds of indexes beside those of tables.
CHAINING, DIRECT = 3, 4
# The bits of a link that number its entry, plus one.
ENTRY = np.uint64(0xFFFF_FFFF)
_TAG = np.uint64(0x7F)
# The largest distance plus one that a byte holds, with room for one more move.
_FARTHEST = 250


class Index(NamedTuple):
    """The arrays of an index; kernels change them in place. `seeds[3]` is a direct one's base."""

    control: Bytes
    links: Words
    counts: Counts
    seeds: Words


@kernel
def home_of(kind: int, mask: np.int64, seeds: Words, key: np.uint64, hashed: np.uint64) -> np.int64:
    """The place where the search for a key begins; ABSENT when a direct index has none for it."""
    if kind == DIRECT:
        offset = key - seeds[3]
        return np.int64(offset) if offset <= np.uint64(mask) else np.int64(ABSENT)
    return np.int64((hashed >> np.uint64(7)) & np.uint64(mask))


@kernel
def leads_to(link: np.uint64, keys: Words, key: np.uint64, hashed: np.uint64) -> bool:
    """Tells whether a link leads to the entry of a key."""
    if (link ^ hashed) >> np.uint64(32) != 0:
        return False
    return keys[np.int64(link & ENTRY) - 1] == key


@kernel
def _chained(
    links: Words, mask: np.int64, at: np.int64, keys: Words, key: np.uint64, hashed: np.uint64
) -> np.int64:
    for _ in range(keys.size + 1):
        link = links[at]
        if link == 0:
            break
        if leads_to(link, keys, key, hashed):
            return at
        at = mask + np.int64(link & ENTRY)
    return np.int64(ABSENT)


@kernel
def _probed(
    links: Words, mask: np.int64, at: np.int64, keys: Words, key: np.uint64, hashed: np.uint64
) -> np.int64:
    for _ in range(mask + 1):
        link = links[at]
        if link == 0:
            break
        if leads_to(link, keys, key, hashed):
            return at
        at = (at + 1) & mask
    return np.int64(ABSENT)


@kernel
def _near(
    control: Bytes,
    links: Words,
    mask: np.int64,
    at: np.int64,
    keys: Words,
    key: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    distance = 1
    while control[at] >= distance:
        if leads_to(links[at], keys, key, hashed):
            return at
        at = (at + 1) & mask
        distance += 1
    return np.int64(ABSENT)


@kernel
def _grouped(
    control: Bytes,
    links: Words,
    mask: np.int64,
    at: np.int64,
    keys: Words,
    key: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    step = np.int64(0)
    while step <= mask:
        found = match(control, at, np.uint8(hashed & _TAG))
        while found:
            place = (at + lowest(found)) & mask
            if leads_to(links[place], keys, key, hashed):
                return place
            found &= found - np.uint32(1)
        if match(control, at, np.uint8(EMPTY)):
            break
        step += GROUP
        at = (at + step) & mask
    return np.int64(ABSENT)


@kernel
def locate(
    kind: int,
    control: Bytes,
    links: Words,
    mask: np.int64,
    seeds: Words,
    keys: Words,
    key: np.uint64,
    hashed: np.uint64,
) -> np.int64:
    """The place of the link to a key's entry, or ABSENT."""
    at = home_of(kind, mask, seeds, key, hashed)
    if kind == SWISS:
        return _grouped(control, links, mask, at, keys, key, hashed)
    if kind == ROBIN_HOOD:
        return _near(control, links, mask, at, keys, key, hashed)
    if kind == LINEAR:
        return _probed(links, mask, at, keys, key, hashed)
    if kind == CHAINING:
        return _chained(links, mask, at, keys, key, hashed)
    return at if at >= 0 and links[at] else np.int64(ABSENT)


@kernel
def mark(control: Bytes, mask: np.int64, place: np.int64, byte: np.uint8) -> None:
    """Sets a control byte, and its copy behind the last."""
    control[place] = byte
    if place < GROUP:
        control[mask + 1 + place] = byte


@kernel
def _add_grouped(
    control: Bytes, links: Words, counts: Counts, at: np.int64, link: np.uint64, tag: np.uint8
) -> np.int64:
    mask = counts[MASK]
    step = np.int64(0)
    while step <= mask:
        free = match_free(control, at)
        if free:
            place = (at + lowest(free)) & mask
            if control[place] == EMPTY:
                counts[USED] += 1
            mark(control, mask, place, tag)
            links[place] = link
            return place
        step += GROUP
        at = (at + step) & mask
    return np.int64(FULL)


@kernel
def _add_near(
    control: Bytes, links: Words, counts: Counts, at: np.int64, link: np.uint64
) -> np.int64:
    mask = counts[MASK]
    distance = 1
    while control[at] >= distance:
        at = (at + 1) & mask
        distance += 1
    empty = at
    while control[empty]:
        if control[empty] >= _FARTHEST:
            return np.int64(FULL)
        empty = (empty + 1) & mask
        if empty == at:
            return np.int64(FULL)
    if distance >= _FARTHEST:
        return np.int64(FULL)
    while empty != at:
        before = (empty - 1) & mask
        control[empty] = control[before] + np.uint8(1)
        counts[LONGEST] = max(counts[LONGEST], np.int64(control[empty]))
        links[empty] = links[before]
        empty = before
    control[at] = np.uint8(distance)
    links[at] = link
    counts[LONGEST] = max(counts[LONGEST], np.int64(distance))
    return at


@kernel
def _add_chained(links: Words, mask: np.int64, at: np.int64, link: np.uint64) -> np.int64:
    after = mask + np.int64(link & ENTRY)
    if after >= links.size:
        return np.int64(FULL)
    links[after] = links[at]
    links[at] = link
    return at


@kernel
def _add_probed(links: Words, counts: Counts, at: np.int64, link: np.uint64) -> np.int64:
    mask = counts[MASK]
    if counts[LIVE] > mask:
        return np.int64(FULL)
    while links[at]:
        at = (at + 1) & mask
    links[at] = link
    return at


@kernel
def _add_open(
    kind: int, control: Bytes, links: Words, counts: Counts, at: np.int64, link: np.uint64
) -> np.int64:
    """Adds a link to an index of a kind that leaves no tombstones."""
    if kind == ROBIN_HOOD:
        at = _add_near(control, links, counts, at, link)
    elif kind == LINEAR:
        at = _add_probed(links, counts, at, link)
    elif kind == CHAINING:
        at = _add_chained(links, counts[MASK], at, link)
    elif at >= 0:
        links[at] = link
    if at >= 0:
        counts[USED] += 1
    return at


@kernel
def add(
    kind: int,
    control: Bytes,
    links: Words,
    counts: Counts,
    seeds: Words,
    key: np.uint64,
    hashed: np.uint64,
    entry: np.int64,
) -> np.int64:
    """Links a key that is not there to its entry; FULL, with nothing changed, without room."""
    at = home_of(kind, counts[MASK], seeds, key, hashed)
    link = (hashed & ~ENTRY) | np.uint64(entry + 1)
    if kind == SWISS:
        at = _add_grouped(control, links, counts, at, link, np.uint8(hashed & _TAG))
    else:
        at = _add_open(kind, control, links, counts, at, link)
    if at < 0:
        return np.int64(FULL)
    counts[LIVE] += 1
    return at
