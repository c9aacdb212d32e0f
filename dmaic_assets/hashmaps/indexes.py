"""How large an index of a kind is made, how full it may get, and what it takes to make one."""

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT, Index
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.table import EMPTY, LINEAR, MASK, ROBIN_HOOD, SWISS

KINDS = ("swiss", "robinhood", "linear", "chaining", "direct")
# Share of places in use above which an index is slow enough to be made anew, twice as large: Robin
# Hood insertion costs six times as much at .95 as at .80, a linear miss three times at .60 what it
# costs at .48, Swiss stays flat to 7/8, a chain of one link on average is a load of 1
# (measured with fixed tables of 2^20 places; docs/guides/hashmaps.md).
LOADS = {SWISS: 0.875, ROBIN_HOOD: 0.80, LINEAR: 0.60, CHAINING: 1.0, DIRECT: 1.0}
# Share of places up to which an index takes links while its successor is made: a migration of
# sixteen entries for each key adds at most a sixteenth of the entries before it is done.
LAST_LOADS = {SWISS: 0.96, ROBIN_HOOD: 0.92, LINEAR: 0.80, CHAINING: 4.0, DIRECT: 1.0}
# Kinds that an inline table can be of.
INLINE = (SWISS, ROBIN_HOOD, LINEAR)
# The fewest places of an index: one group.
FEWEST = GROUP


def places_for(kind: int, entries: int) -> int:
    """The power of two of places that holds so many entries at the kind's load."""
    places = FEWEST
    while places * LOADS[kind] < entries:
        places *= 2
    return places


def new_index(kind: int, places: int, room: int, seeds: Words) -> Index:
    """Makes an empty index with a power of two of places, for a store with room for entries."""
    flat = kind in (LINEAR, CHAINING, DIRECT)
    control = np.full(1 if flat else places + GROUP, EMPTY if kind == SWISS else 0, np.uint8)
    counts = np.zeros(6, np.int64)
    counts[MASK] = places - 1
    links = np.zeros(places + (room if kind == CHAINING else 0), np.uint64)
    return Index(control, links, counts, seeds)


def with_room(kind: int, index: Index, room: int) -> Index:
    """Gives chains a link for every entry that the store has room for."""
    if kind != CHAINING:
        return index
    links: npt.NDArray[np.uint64] = np.zeros(int(index.counts[MASK]) + 1 + room, np.uint64)
    links[: index.links.size] = index.links
    return index._replace(links=links)
