"""The way of one search: every place that it looks at, from the same rules as the search itself.

A property test holds these against the searches: the last place of a way is where the search ends.
"""

import numpy as np

from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT, ENTRY, home_of, locate
from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, match
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.table import EMPTY, MASK, ROBIN_HOOD, SWISS, Counts


@kernel
def _next_place(kind: int, links: Words, mask: np.int64, at: np.int64, step: np.int64) -> np.int64:
    """The place that is looked at after one; negative when the chain ends there."""
    if kind == SWISS:
        return (at + step * GROUP) & mask
    if kind == CHAINING:
        return mask + np.int64(links[at] & ENTRY) if links[at] else np.int64(-1)
    return (at + 1) & mask


@kernel
def _ends(kind: int, control: Bytes, links: Words, at: np.int64, step: np.int64) -> bool:
    """Tells whether a search without success ends at a place."""
    if kind == SWISS:
        return match(control, at, np.uint8(EMPTY)) != 0
    if kind == ROBIN_HOOD:
        return control[at] < step
    return links[at] == 0 or kind == DIRECT


@kernel
def way_of(
    kind: int,
    control: Bytes,
    links: Words,
    counts: Counts,
    seeds: Words,
    keys: Words,
    key: np.uint64,
    places: Counts,
) -> int:
    """Writes the places (of Swiss: first places of groups) that the search for a key looks at.

    Gives how many there are, at most as many as `places` has room for.
    """
    mask = counts[MASK]
    hashed = mixed(key, seeds)
    target = locate(kind, control, links, mask, seeds, keys, key, hashed)
    at = home_of(kind, mask, seeds, key, hashed)
    step = np.int64(1)
    while at >= 0 and step <= places.size:
        places[step - 1] = at
        width = GROUP if kind == SWISS else 1
        is_there = target == at if kind == CHAINING else (target - at) & mask < width
        if (target >= 0 and is_there) or _ends(kind, control, links, at, step):
            return int(step)
        at = _next_place(kind, links, mask, at, step)
        step += 1
    return int(step - 1)


@kernel
def lengths_of(
    kind: int,
    control: Bytes,
    links: Words,
    counts: Counts,
    seeds: Words,
    keys: Words,
    wanted: Words,
    places: Counts,
    lengths: Counts,
) -> None:
    """Writes how many places the search for each wanted key looks at."""
    for i in range(wanted.size):
        lengths[i] = way_of(kind, control, links, counts, seeds, keys, wanted[i], places)


@kernel
def match_of(control: Bytes, at: np.int64, tag: np.uint8) -> np.uint32:
    """Which of the sixteen places of a group hold a fingerprint: bit i for place i."""
    return match(control, at, tag)
