"""Elastic and funnel hashing beside Swiss and Robin Hood: the same keys in as many places.

All four have nine bytes a place and nothing else to speak of, so that the same number of places is
the same memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.exhibits.elastic import (
    empty_elastic,
    fill_elastic,
    find_elastic,
    order_of,
)
from dmaic_assets.hashmaps.exhibits.funnel import empty_funnel, fill_funnel, find_funnel
from dmaic_assets.hashmaps.indexes import KINDS, new_index
from dmaic_assets.hashmaps.kernels.columns import entries_column
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import ENTRIES, Store, migrate, new_store
from dmaic_assets.hashmaps.kernels.table import AHEAD, Counts
from dmaic_assets.hashmaps.kernels.trace import lengths_of

EXHIBITS = ("swiss", "robinhood", "elastic", "funnel")
# Keys that are asked for at most, and rounds, of which the fastest counts.
ASKED, ROUNDS = 100_000, 3
# Searches whose way is followed, and places of one that are: above the longest at .99.
_FOLLOWED, _LONGEST = 2_000, 4_096


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One kind at one load; times are nanoseconds a key.

    A step is what a search looks at one after the other: a place (Robin Hood, elastic), a group of
    sixteen (Swiss) or a bucket (funnel). All but kind and load are None where keys found no room.
    """

    kind: str
    load: float
    build_ns: float | None = None
    hit_ns: float | None = None
    miss_ns: float | None = None
    hit_steps: float | None = None
    miss_steps: float | None = None


# Writes the entries of keys; and says how many steps a search for them takes on average.
_Find = Callable[[Words, Counts], object]
_Steps = Callable[[Words], float]


@dataclass(frozen=True, slots=True)
class Contest:
    """What a contest takes: places, keys of its own, seeds of each index, a clock of cpu time."""

    places: int
    rng: np.random.Generator
    draw: Callable[[], Words]
    clock: Callable[[], int]

    def rows(self, loads: Sequence[float], told: Callable[[str], None]) -> tuple[Exhibit, ...]:
        """Builds and asks every kind at every load; each is told before it begins."""
        rows: list[Exhibit] = []
        for load in loads:
            count = int(self.places * load)
            drawn = self.rng.integers(0, 2**63, 2 * count, dtype=np.uint64)
            keys = np.unique(drawn)
            self.rng.shuffle(keys)
            for kind in EXHIBITS:
                told(f"{kind} at {load:g}")
                rows.append(self._row(kind, load, _store(keys[:count]), keys[count:][:ASKED]))
        return tuple(rows)

    def _row(self, kind: str, load: float, store: Store, others: Words) -> Exhibit:
        builds, built = list[float](), None
        for _ in range(ROUNDS):
            began = self.clock()
            built = self.built(kind, load, store)
            builds.append(float(self.clock() - began) / store.keys.size)
        if built is None:
            return Exhibit(kind, load)
        find, steps = built
        asked = self.rng.choice(store.keys, min(ASKED, store.keys.size))
        hit, miss = self._each(find, asked), self._each(find, others)
        return Exhibit(
            kind,
            load,
            min(builds),
            hit,
            miss,
            steps(asked[:_FOLLOWED]),
            steps(others[:_FOLLOWED]),
        )

    def _each(self, find: _Find, keys: Words) -> float:
        told, entries = list[float](), np.empty(keys.size, np.int64)
        for _ in range(ROUNDS):
            began = self.clock()
            find(keys, entries)
            told.append(float(self.clock() - began) / keys.size)
        return min(told)

    def built(self, kind: str, load: float, store: Store) -> tuple[_Find, _Steps] | None:
        """Makes an index of all keys of a store; None where one found no room."""
        if kind == "elastic":
            return self._elastic(load, store)
        if kind == "funnel":
            return self._funnel(load, store)
        return self._open(KINDS.index(kind), store)

    def _open(self, kind: int, store: Store) -> tuple[_Find, _Steps] | None:
        index = new_index(kind, self.places, store.keys.size, self.draw())
        store.facts[:] = 0
        store.facts[ENTRIES] = store.keys.size
        if migrate(kind, index, store, store.keys.size) < 0:
            return None

        def steps(keys: Words) -> float:
            lengths, followed = np.empty(keys.size, np.int64), np.empty(_LONGEST, np.int64)
            lengths_of(kind, *index, store.keys, keys, followed, lengths)
            return float(lengths.mean())

        return lambda keys, entries: entries_column(kind, index, store, keys, entries), steps

    def _elastic(self, load: float, store: Store) -> tuple[_Find, _Steps] | None:
        levels, keys = empty_elastic(self.places, self.draw()), store.keys
        used = np.zeros(levels.sizes.size, np.int64)
        if fill_elastic(levels, keys, keys.size, 1 - load, used) < keys.size:
            return None
        made, hashes = levels._replace(order=order_of(levels.order)), np.empty(AHEAD, np.uint64)

        def find(wanted: Words, entries: Counts) -> int:
            return find_elastic(made, keys, wanted, entries, hashes)

        return find, lambda wanted: find(wanted, np.empty(wanted.size, np.int64)) / wanted.size

    def _funnel(self, load: float, store: Store) -> tuple[_Find, _Steps] | None:
        levels, keys = empty_funnel(self.places, 1 - load, self.draw()), store.keys
        if fill_funnel(levels, keys, keys.size) < keys.size:
            return None
        hashes = np.empty(AHEAD, np.uint64)

        def find(wanted: Words, entries: Counts) -> int:
            return find_funnel(levels, keys, wanted, entries, hashes)

        return find, lambda wanted: find(wanted, np.empty(wanted.size, np.int64)) / wanted.size


def _store(keys: Words) -> Store:
    """A store of so many keys and no more."""
    store = new_store(keys.size)
    store.keys[:] = keys
    return store
