"""The links that one insertion or deletion moves, tried on a copy of an index.

The kernels themselves add and remove; what stood elsewhere before is what they moved.
"""

from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.kernels.index import ENTRY, Index, add
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.unlink import remove


@dataclass(frozen=True, slots=True)
class Move:
    """The link of an entry that goes from one place to another."""

    entry: int
    before: int
    after: int


def moved_by_insertion(kind: int, index: Index, entries: int, key: np.uint64) -> tuple[Move, ...]:
    """The links that make room for a key that is not there; none where there is no room left."""
    tried = _copy(index)
    control, links, counts, seeds = tried
    hashed = np.uint64(mixed(key, seeds))
    add(kind, control, links, counts, seeds, key, hashed, np.int64(entries))
    return _moves(index.links, links)


def moved_by_deletion(kind: int, index: Index, keys: Words, place: int) -> tuple[Move, ...]:
    """The links that close the gap which the link at a place leaves."""
    tried = _copy(index)
    control, links, counts, seeds = tried
    remove(kind, control, links, counts, seeds, keys, np.int64(place))
    return _moves(index.links, links)


def _copy(index: Index) -> Index:
    control, links, counts, seeds = index
    return Index(control.copy(), links.copy(), counts.copy(), seeds.copy())


def _moves(before: Words, after: Words) -> tuple[Move, ...]:
    """Links that stand at another place than before, by the place that they leave."""
    changed = np.flatnonzero(before != after)
    left = {int(before[at]): int(at) for at in changed if before[at]}
    moves = [
        Move(int(after[at] & ENTRY) - 1, left[int(after[at])], int(at))
        for at in changed
        if int(after[at]) in left
    ]
    return tuple(sorted(moves, key=lambda move: move.before))
