"""A map for throughput: keys and values inside the table, a larger table made in one go.

It answers faster than a `DenseMap`, which looks up an entry behind every link, and stops for the
whole of a growth, which that does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.indexes import LOADS, places_for
from dmaic_assets.hashmaps.kernels.bulk import delete, get, put
from dmaic_assets.hashmaps.kernels.growth import move
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.sequence import play
from dmaic_assets.hashmaps.kernels.store import REPLACE
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK, SWISS, Flags, Table, empty_table

# Tables, each twice as large as the one before and with other seeds, that a key is tried in: under
# random seeds not one key in 10^9 fails in the first.
_TRIES = 4


@dataclass
class InlineMap:
    """Words with a word of value each, in one Swiss, Robin Hood or linear table."""

    draw: Callable[[], Words]
    kind: int = SWISS
    table: Table = field(init=False)

    def __post_init__(self) -> None:
        self.table = empty_table(self.kind, GROUP, self.draw())

    def __len__(self) -> int:
        return int(self.table.counts[LIVE])

    def reserve(self, entries: int) -> None:
        """Makes room for so many keys at once."""
        places = places_for(self.kind, entries)
        if places > int(self.table.counts[MASK]) + 1:
            self._move(places)

    def get(self, keys: Words) -> tuple[Words, Flags]:
        """Looks keys up: the values (0 where there is none) and which keys are there."""
        values, found = np.zeros(keys.size, np.uint64), np.empty(keys.size, np.bool_)
        get(self.kind, self.table, keys, values, found)
        return values, found

    def put(self, keys: Words, values: Words, how: int = REPLACE) -> Flags:
        """Puts keys with their values; says which were not there. `how`: REPLACE, KEEP or ADD."""
        is_new = np.empty(keys.size, np.bool_)
        at, tries = 0, 0
        while True:
            before, bounds = at, (at, self._most, how)
            at = put(self.kind, self.table, keys, values, is_new, bounds)
            if at >= keys.size:
                return is_new
            tries = tries + 1 if at == before else 0
            self._make_room(tries)

    def delete(self, keys: Words) -> Flags:
        """Takes keys away; says which were there."""
        found = np.empty(keys.size, np.bool_)
        delete(self.kind, self.table, keys, found)
        return found

    def play(self, ops: npt.NDArray[np.uint8], keys: Words, values: Words) -> Flags:
        """Does a sequence of operations (GET, PUT, DELETE); says which keys were there.

        A put takes the value at its position, a get writes the one that it finds there.
        """
        found = np.empty(keys.size, np.bool_)
        at, tries = 0, 0
        while True:
            before = at
            at = play(self.kind, self.table, ops, keys, values, found, (at, self._most))
            if at >= keys.size:
                return found
            tries = tries + 1 if at == before else 0
            self._make_room(tries)

    @property
    def _most(self) -> int:
        """The most slots that the table may use."""
        return int((float(self.table.counts[MASK]) + 1) * LOADS[self.kind])

    def _make_room(self, tries: int) -> None:
        """Makes a larger table; of one that took no key before, one with other seeds.

        Raises:
            InvariantError: No key was put into several tables, each larger and with its own seeds.
        """
        if tries > _TRIES:
            fix = "Draw the seeds of a map from a source of randomness."
            raise InvariantError("a hash table", "finds no room for a key under any seeds", fix)
        self._move(places_for(self.kind, 2 * len(self)) << tries)

    def _move(self, places: int) -> None:
        """Makes a table of so many places the map's, or of twice as many until it has room.

        A larger table keeps the seeds: it is then written from its beginning to its end, once for
        each half, and never piles up. Another one would: it gets seeds of its own.
        """
        seeds = self.table.seeds if places > int(self.table.counts[MASK]) + 1 else self.draw()
        while True:
            larger = empty_table(self.kind, places, seeds)
            if move(self.kind, self.table, larger) == 0:
                self.table = larger
                return
            places, seeds = 2 * places, self.draw()
