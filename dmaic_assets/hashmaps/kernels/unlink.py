"""Links taken out of an index, or led to the new number of an entry that has moved."""

import numpy as np

from dmaic_assets.hashmaps.kernels.index import CHAINING, ENTRY, home_of, mark
from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, lowest, match
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import (
    EMPTY,
    LINEAR,
    LIVE,
    MASK,
    ROBIN_HOOD,
    SWISS,
    TOMBSTONE,
    USED,
    Counts,
)


@kernel
def was_never_full(control: Bytes, mask: np.int64, place: np.int64) -> bool:
    """Tells whether each group over a place has an empty one: then no search passed over it."""
    after = match(control, place, np.uint8(EMPTY))
    before = match(control, (place - GROUP) & mask, np.uint8(EMPTY))
    if after == 0 or before == 0:
        return False
    gap = lowest(after)
    flag = np.uint32(1 << (GROUP - 1))
    while before & flag == 0:
        gap += 1
        flag >>= np.uint32(1)
    return bool(gap < GROUP)


@kernel
def _close_near(control: Bytes, links: Words, mask: np.int64, place: np.int64) -> None:
    """Moves the links behind a place that are not at home one place back."""
    after = (place + 1) & mask
    while control[after] > 1:
        control[place] = control[after] - np.uint8(1)
        links[place] = links[after]
        place = after
        after = (after + 1) & mask
    control[place] = np.uint8(0)
    links[place] = np.uint64(0)


@kernel
def _close_probed(links: Words, mask: np.int64, seeds: Words, keys: Words, place: np.int64) -> None:
    """Moves later links whose home lies before the gap into it, until there is none."""
    after = (place + 1) & mask
    while links[after]:
        key = keys[np.int64(links[after] & ENTRY) - 1]
        home = home_of(LINEAR, mask, seeds, key, mixed(key, seeds))
        if (after - home) & mask >= (after - place) & mask:
            links[place] = links[after]
            place = after
        after = (after + 1) & mask
    links[place] = np.uint64(0)


@kernel
def remove(
    kind: int,
    control: Bytes,
    links: Words,
    counts: Counts,
    seeds: Words,
    keys: Words,
    place: np.int64,
) -> None:
    """Takes the link at a place out; every linked entry must still stand in the store."""
    mask = counts[MASK]
    counts[LIVE] -= 1
    if kind != SWISS:
        counts[USED] -= 1
    if kind == SWISS:
        links[place] = np.uint64(0)
        if was_never_full(control, mask, place):
            counts[USED] -= 1
            mark(control, mask, place, np.uint8(EMPTY))
        else:
            mark(control, mask, place, np.uint8(TOMBSTONE))
    elif kind == ROBIN_HOOD:
        _close_near(control, links, mask, place)
    elif kind == LINEAR:
        _close_probed(links, mask, seeds, keys, place)
    elif kind == CHAINING:
        after = mask + np.int64(links[place] & ENTRY)
        links[place] = links[after]
        links[after] = np.uint64(0)
    else:
        links[place] = np.uint64(0)


@kernel
def retarget(kind: int, links: Words, mask: np.int64, place: np.int64, entry: np.int64) -> None:
    """Leads the link at a place to the new number of its entry."""
    if kind == CHAINING:
        old = mask + np.int64(links[place] & ENTRY)
        links[mask + 1 + entry] = links[old]
        links[old] = np.uint64(0)
    links[place] = (links[place] & ~ENTRY) | np.uint64(entry + 1)
