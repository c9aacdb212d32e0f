"""A map of 64-bit keys whose index can be exchanged while it is used.

What belongs here: the entries, the index in use, the next one, and when one follows the other. What
index to take, and when, is decided elsewhere (`controller`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.indexes import KINDS, LAST_LOADS, LOADS, new_index, places_for
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.columns import delete_column, entries_column, put_column
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT, Index
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import (
    CURSOR,
    ENTRIES,
    GETS,
    HITS,
    REPLACE,
    Store,
    as_values,
    migrate,
    new_store,
)
from dmaic_assets.hashmaps.kernels.table import ABSENT, MASK, SWISS, USED, Flags

# Entries that a migration adds to the next index for each key that is put or deleted: sixteen keep
# the slowest of a thousand operations within 12 us on ten million entries (hashmaps guide).
PACE = 16
# Entries that a store first has room for.
_FIRST_ROOM = 64


@dataclass
class DenseMap:
    """Entries in the order of their insertion, found by an index.

    Seeds are four words: two secrets, the way of mixing, and the base of a direct index.
    """

    draw: Callable[[], Words]
    kind: int = SWISS
    # Whether keys are whole numbers, so that a direct index may hold them; hashes are not.
    is_whole: bool = False
    pace: int = PACE
    index: Index = field(init=False)
    store: Store = field(init=False)
    next_kind: int = field(init=False, default=-1)
    next_index: Index = field(init=False)
    # A copy for searches alone, until something is written: with the values of whole keys, else
    # with the numbers of the entries, whose values others change.
    frozen: InlineMap | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.store = new_store(_FIRST_ROOM)
        self.index = new_index(
            self.kind, places_for(self.kind, _FIRST_ROOM), _FIRST_ROOM, self.draw()
        )
        self.next_index = self.index

    def __len__(self) -> int:
        return int(self.store.facts[ENTRIES])

    @property
    def is_migrating(self) -> bool:
        """Tells whether the next index is being made."""
        return self.next_kind >= 0

    @property
    def room(self) -> int:
        """Entries that the store has room for."""
        return int(self.store.keys.size)

    @property
    def kind_name(self) -> str:
        """The kind of the index in use, in words."""
        return KINDS[self.kind]

    @property
    def bytes(self) -> int:
        """The bytes of all arrays; those of the next index too."""
        arrays = [*self.index, self.store.keys, self.store.values]
        if self.is_migrating:
            arrays += [*self.next_index]
        if self.frozen is not None:
            arrays += [*self.frozen.table]
        return sum(array.nbytes for array in arrays)

    @property
    def load(self) -> float:
        """Share of the places of the index in use that are not empty."""
        return float(self.index.counts[USED]) / (float(self.index.counts[MASK]) + 1)

    def entries_of(self, keys: Words) -> npt.NDArray[np.int64]:
        """Gives the number of each key's entry; -1 where there is none."""
        if self.frozen is not None and not self.is_whole:
            numbers, found = self._asked(self.frozen, keys)
            return np.where(found, numbers.view(np.int64), ABSENT)
        entries = np.empty(keys.size, np.int64)
        entries_column(self.kind, self.index, self.store, keys, entries)
        return entries

    def get(self, keys: Words) -> tuple[Words, Flags]:
        """Looks keys up: the values (0 where there is none) and which keys are there."""
        if self.frozen is not None and self.is_whole:
            return self._asked(self.frozen, keys)
        entries = self.entries_of(keys)
        found = entries >= 0
        if not len(self):
            return np.zeros(keys.size, np.uint64), found
        values = self.store.values[np.maximum(entries, 0)]
        values[~found] = 0
        return values, found

    def contains(self, keys: Words) -> Flags:
        """Says which keys are there."""
        if self.frozen is not None:
            return self._asked(self.frozen, keys)[1]
        return self.entries_of(keys) >= 0

    def _asked(self, frozen: InlineMap, keys: Words) -> tuple[Words, Flags]:
        values, found = frozen.get(keys)
        self.store.facts[GETS] += keys.size
        self.store.facts[HITS] += np.count_nonzero(found)
        return values, found

    def freeze(self, kind: int) -> None:
        """Copies the entries into an inline table, which answers searches until the next write.

        The index stays as it is, so that a thaw takes nothing.
        """
        count = len(self)
        numbers = np.arange(count, dtype=np.uint64)
        frozen = InlineMap(self.draw, kind)
        frozen.reserve(count)
        frozen.put(self.store.keys[:count], self.store.values[:count] if self.is_whole else numbers)
        self.frozen = frozen

    def thaw(self) -> None:
        """Lets the index answer again."""
        self.frozen = None

    def put(self, keys: Words, values: Words, how: int = REPLACE) -> Flags:
        """Puts keys with their values; says which were not there."""
        self.thaw()
        is_new = np.empty(keys.size, np.bool_)
        told = as_values(values)
        at = 0
        while True:
            kinds = (self.kind, self.next_kind)
            pace = self.pace if self.is_migrating else 0
            bounds = (at, self.most, how, pace)
            at = put_column(
                kinds, self.index, self.next_index, self.store, keys, told, is_new, bounds
            )
            if at >= keys.size:
                self.follow_up()
                return is_new
            if not self.follow_up():
                self.make_room()

    def delete(self, keys: Words) -> Flags:
        """Takes keys away; says which were there."""
        self.thaw()
        found = np.empty(keys.size, np.bool_)
        at = 0
        while at < keys.size:
            kinds = (self.kind, self.next_kind)
            bounds = (at, self.pace if self.is_migrating else 0)
            at = delete_column(kinds, self.index, self.next_index, self.store, keys, found, bounds)
            if not self.follow_up() and at < keys.size:
                self.finish()
        return found

    def migrate_to(self, kind: int, places: int | None = None, base: int = 0) -> None:
        """Begins to make the next index; one that is on the way is given up.

        Without a number of places it is made for twice the entries. A direct index has a place for
        each of the keys from `base` on.
        """
        wanted = places or places_for(kind, 2 * max(len(self), 1))
        seeds = self.draw()
        seeds[3] = np.uint64(base % 2**64)
        self.store.facts[CURSOR] = 0
        self.next_kind = kind
        self.next_index = new_index(kind, wanted, self.store.keys.size, seeds)

    def finish(self) -> None:
        """Makes what is left of the next index at once.

        Raises:
            InvariantError: An index twice as large has no room either, six times over.
        """
        for _ in range(6):
            if not self.is_migrating:
                return
            if migrate(self.next_kind, self.next_index, self.store, len(self)) == 0:
                self.follow_up()
                return
            self._begin_anew()
        raise InvariantError("a hash index", "has no room for its entries", "Report this fault.")

    def _begin_anew(self) -> None:
        """Begins a next index that has more room; a key outside a direct one needs another kind."""
        if self.next_kind == DIRECT:
            self.migrate_to(SWISS)
        else:
            self.migrate_to(self.next_kind, 2 * (int(self.next_index.counts[MASK]) + 1))

    @property
    def most(self) -> int:
        """The most places that the index in use may fill."""
        share = (LAST_LOADS if self.is_migrating else LOADS)[self.kind]
        return int((float(self.index.counts[MASK]) + 1) * share)

    def follow_up(self) -> bool:
        """Lets the next index take over when it holds every entry; tells whether it did."""
        if not self.is_migrating or self.store.facts[CURSOR] < len(self):
            return False
        self.kind, self.index = self.next_kind, self.next_index
        self.next_kind = -1
        self.store.facts[CURSOR] = 0
        return True

    def make_room(self) -> None:
        """Does what lets the next key be put: more room, or the next index begun or finished."""
        if len(self) >= self.store.keys.size:
            self._enlarge(2 * self.store.keys.size)
        elif self.is_migrating:
            self.finish()
        elif self.kind == DIRECT:
            self.migrate_to(SWISS)
            self.finish()
        else:
            self.migrate_to(self.kind)

    def reserve(self, room: int) -> None:
        """Makes room for entries, so that the store is not copied until there are more."""
        if room > self.room:
            self._enlarge(room)

    def _enlarge(self, room: int) -> None:
        larger, count = new_store(room), len(self)
        larger.keys[:count] = self.store.keys[:count]
        larger.values[:count] = self.store.values[:count]
        larger.facts[:] = self.store.facts
        self.store = larger
        self.index = _with_room(self.kind, self.index, room)
        if self.is_migrating:
            self.next_index = _with_room(self.next_kind, self.next_index, room)


def _with_room(kind: int, index: Index, room: int) -> Index:
    """Gives chains a link for every entry that the store has room for."""
    if kind != CHAINING:
        return index
    links: npt.NDArray[np.uint64] = np.zeros(int(index.counts[MASK]) + 1 + room, np.uint64)
    links[: index.links.size] = index.links
    return index._replace(links=links)
