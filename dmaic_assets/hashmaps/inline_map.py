"""A map for throughput: keys and values inside the table, which another one can follow.

It answers faster than a `DenseMap`, which looks up an entry behind every link. With a pace the next
table is filled while the map is used, slots with each operation; without one it is made in one go.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.indexes import LOADS, places_for
from dmaic_assets.hashmaps.kernels.bulk import delete, get, put
from dmaic_assets.hashmaps.kernels.columns import DELETE, GET, PUT
from dmaic_assets.hashmaps.kernels.growth import move
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.moving import FIRST, gather, pass_on, play_moving
from dmaic_assets.hashmaps.kernels.replay import Histogram
from dmaic_assets.hashmaps.kernels.sequence import Ops, play
from dmaic_assets.hashmaps.kernels.store import (
    CURSOR,
    DELETES,
    FACTS,
    GETS,
    GONE,
    HITS,
    NEW,
    PUTS,
    REPLACE,
)
from dmaic_assets.hashmaps.kernels.table import (
    LIVE,
    MASK,
    SWISS,
    USED,
    Counts,
    Flags,
    Table,
    empty_table,
)

# Tables, each twice as large as the one before and with other seeds, that a key is tried in: under
# random seeds not one key in 10^9 fails in the first.
_TRIES = 4
# Tables of so many slots are made in one go whatever the pace: it takes less than 50 us.
_AT_ONCE = 1 << 10
_NOBODY = np.zeros((3, 1), np.int32)


@dataclass
class InlineMap:
    """Words with a word of value each, in one Swiss, Robin Hood or linear table."""

    draw: Callable[[], Words]
    kind: int = SWISS
    # Slots of the old table that each operation empties into the next one; 0: all at once.
    pace: int = 0
    table: Table = field(init=False)
    # What was asked since the last look, in the places of a store's facts, and the cursor.
    facts: Counts = field(init=False)
    next_kind: int = field(init=False, default=-1)
    next_table: Table = field(init=False)

    def __post_init__(self) -> None:
        self.table = empty_table(self.kind, GROUP, self.draw())
        self.next_table, self.facts = self.table, np.zeros(FACTS, np.int64)

    def __len__(self) -> int:
        count = int(self.table.counts[LIVE])
        return count + int(self.next_table.counts[LIVE]) if self.is_migrating else count

    @property
    def is_migrating(self) -> bool:
        """Tells whether another table follows."""
        return self.next_kind >= 0

    @property
    def newest(self) -> Table:
        """The table that takes new keys."""
        return self.next_table if self.is_migrating else self.table

    @property
    def passed(self) -> int:
        """Keys that stand in the next table."""
        return int(self.next_table.counts[LIVE]) if self.is_migrating else 0

    @property
    def bytes(self) -> int:
        """The bytes of all arrays; those of the next table too."""
        arrays = (*self.table, *(self.next_table if self.is_migrating else ()))
        return sum(array.nbytes for array in arrays)

    @property
    def most(self) -> int:
        """The most slots that the newest table may use."""
        kind = self.next_kind if self.is_migrating else self.kind
        return int((float(self.newest.counts[MASK]) + 1) * LOADS[kind])

    def reserve(self, entries: int) -> None:
        """Makes room for so many keys at once."""
        self.finish()
        places = places_for(self.kind, entries)
        if places > int(self.table.counts[MASK]) + 1:
            self._move(places)

    def get(self, keys: Words) -> tuple[Words, Flags]:
        """Looks keys up: the values (0 where there is none) and which keys are there."""
        values, found = np.zeros(keys.size, np.uint64), np.empty(keys.size, np.bool_)
        if self.is_migrating:
            self.play(np.full(keys.size, GET, np.uint8), keys, values, found)
        else:
            hits = get(self.kind, self.table, keys, values, found)
            self.facts[GETS] += keys.size
            self.facts[HITS] += hits
        return values, found

    def put(self, keys: Words, values: Words, how: int = REPLACE) -> Flags:
        """Puts keys with their values; says which were not there. `how` as `store` numbers it."""
        is_new = np.empty(keys.size, np.bool_)
        at, tries = 0, 0
        while at < keys.size:
            before = at
            if self.is_migrating:
                found, ops = np.empty(keys.size, np.bool_), np.full(keys.size, PUT, np.uint8)
                columns = (ops, keys, values, found)
                at = self._play_moving(columns, (at, keys.size, how, 0), _NOBODY)
                np.logical_not(found[before:at], out=is_new[before:at])
            else:
                at = put(self.kind, self.table, keys, values, is_new, (at, self.most, how))
                self.facts[PUTS] += at - before
                self.facts[NEW] += np.count_nonzero(is_new[before:at])
            tries = tries + 1 if at == before else 0
            self._follow_up(at, keys.size, tries)
        return is_new

    def delete(self, keys: Words) -> Flags:
        """Takes keys away; says which were there."""
        found = np.empty(keys.size, np.bool_)
        if self.is_migrating:
            nothing = np.zeros(keys.size, np.uint64)
            return self.play(np.full(keys.size, DELETE, np.uint8), keys, nothing, found)
        gone = delete(self.kind, self.table, keys, found)
        self.facts[DELETES] += keys.size
        self.facts[GONE] += gone
        return found

    def play(self, ops: Ops, keys: Words, values: Words, found: Flags | None = None) -> Flags:
        """Does a sequence of operations (GET, PUT, DELETE); says which keys were there.

        A put takes the value at its position, a get writes the one that it finds there.
        """
        told = np.empty(keys.size, np.bool_) if found is None else found
        self.play_part((ops, keys, values, told), (0, keys.size), 0, _NOBODY)
        return told

    def play_part(
        self,
        columns: tuple[Ops, Words, Words, Flags],
        bounds: tuple[int, int],
        sample: int,
        histogram: Histogram,
    ) -> None:
        """Does the operations between two positions; one in `sample` is timed, none with 0."""
        ops, keys, values, found = columns
        (at, stop), tries = bounds, 0
        while at < stop:
            before = at
            if self.is_migrating:
                at = self._play_moving(columns, (at, stop, REPLACE, sample), histogram)
            else:
                limits = (at, stop, self.most, sample)
                table = (self.kind, self.table, self.facts)
                at = play(*table, ops, keys, values, found, limits, histogram)
            tries = tries + 1 if at == before else 0
            self._follow_up(at, stop, tries)

    def _play_moving(
        self,
        columns: tuple[Ops, Words, Words, Flags],
        bounds: tuple[int, int, int, int],
        histogram: Histogram,
    ) -> int:
        at, stop, how, sample = bounds
        limits = (at, stop, self.most, max(self.pace, 1), how, sample)
        tables = ((self.kind, self.next_kind), self.table, self.next_table, self.facts)
        return play_moving(*tables, *columns, limits, histogram)

    def migrate_to(
        self, kind: int, places: int | None = None, *, is_reseeded: bool = False
    ) -> None:
        """Begins the next table; one that is on the way is finished first.

        Without a number of places it is made for twice the keys. It keeps the seeds, so that it is
        written from its end to its beginning, unless it is to have others.
        """
        self.finish()
        wanted = places or places_for(kind, 2 * max(len(self), 1))
        seeds = self.draw() if is_reseeded else self.table.seeds
        self.next_table, self.next_kind = empty_table(kind, wanted, seeds), kind
        self.facts[FIRST] = self._empty_slot()
        self.facts[CURSOR] = self.table.counts[MASK] + 1

    def _empty_slot(self) -> int:
        """An empty slot of the table in use; no key's search in a Swiss one depends on it."""
        return 0 if self.kind == SWISS else int(np.argmin(self.table.control[:-GROUP]))

    def finish(self) -> None:
        """Fills the next table with all that is left.

        Raises:
            InvariantError: Tables twice as large, with other seeds, have no room either.
        """
        tries = 0
        while self.is_migrating:
            kinds, most = (self.kind, self.next_kind), self.most
            left = int(self.facts[CURSOR])
            if pass_on(kinds, self.table, self.next_table, self.facts, left, most) < 0:
                tries += 1
                self._widen(tries)
            self._take_over()

    def _take_over(self) -> None:
        if self.is_migrating and self.facts[CURSOR] <= 0:
            self.kind, self.table, self.next_kind = self.next_kind, self.next_table, -1

    def _follow_up(self, at: int, stop: int, tries: int) -> None:
        """Lets the next table take over when it holds all; makes room where that is missing."""
        was_migrating = self.is_migrating
        self._take_over()
        if at >= stop or (was_migrating and not self.is_migrating):
            return
        if self.is_migrating:
            self._widen(tries)
        else:
            self._make_room(tries)

    def _widen(self, tries: int) -> None:
        """Gives the next table twice the places: it has no room for what comes over."""
        _refuse_more(tries)
        places, kind = int(self.next_table.counts[MASK]) + 1, self.next_kind
        while True:
            places *= 2
            larger = empty_table(kind, places, self.draw())
            if move(kind, self.next_table, larger) == 0:
                self.next_table = larger
                return

    def _make_room(self, tries: int) -> None:
        """Makes a larger table, or begins one; of one that took no key before, with other seeds.

        Raises:
            InvariantError: No key was put into several tables, each larger and with its own seeds.
        """
        _refuse_more(tries)
        places = places_for(self.kind, 2 * len(self)) << tries
        if self.pace and not tries and places > _AT_ONCE:
            self.migrate_to(self.kind, places)
        else:
            self._move(places)

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

    def items(self) -> tuple[Words, Words]:
        """Gives keys and values in the order of their slots: copies."""
        self.finish()
        count = len(self)
        keys, values = np.empty(count, np.uint64), np.empty(count, np.uint64)
        gather(self.kind, self.table, keys, values)
        return keys, values

    @property
    def load(self) -> float:
        """Share of the slots of the newest table that are not empty."""
        counts = self.newest.counts
        return float(counts[USED]) / (float(counts[MASK]) + 1)


def _refuse_more(tries: int) -> None:
    if tries > _TRIES:
        fix = "Draw the seeds of a map from a source of randomness."
        raise InvariantError("a hash table", "finds no room for a key under any seeds", fix)
