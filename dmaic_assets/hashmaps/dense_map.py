"""A map of 64-bit keys whose index can be exchanged while it is used.

What belongs here: the entries, the index in use, the next one, and when one follows the other. What
index to take, and when, is decided elsewhere (`controller`).

A map may also be *inline*: its keys and values stand in an `InlineMap` and there is neither store
nor index. That is faster, and has no entries with numbers: whoever asks for `store` or `index`
makes the map dense again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.indexes import (
    FEWEST,
    INLINE,
    KINDS,
    LAST_LOADS,
    LOADS,
    new_index,
    places_for,
    with_room,
)
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.columns import delete_column, entries_column, put_column
from dmaic_assets.hashmaps.kernels.index import DIRECT, Index
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.replay import Histogram
from dmaic_assets.hashmaps.kernels.sequence import Ops
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
from dmaic_assets.hashmaps.kernels.table import ABSENT, MASK, SWISS, USED, Counts, Flags

# Entries that a migration adds to the next index for each key that is put or deleted: sixteen keep
# the slowest of a thousand operations within 12 us on ten million entries (hashmaps guide). Of an
# inline table half as many slots, with searches too: the slowest of a hundred operations takes
# .6 us with eight, 1.6 with sixteen (measured on a million keys).
PACE = 16
# Entries that a store first has room for.
_FIRST_ROOM = 64
ToldT = TypeVar("ToldT")


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
    # Whether a controller may make the map inline: not where somebody keeps numbers of entries.
    may_be_inline: bool = True
    _index: Index = field(init=False)
    _store: Store = field(init=False)
    next_kind: int = field(init=False, default=-1)
    next_index: Index = field(init=False)
    # A copy for searches alone, until something is written: with the values of whole keys, else
    # with the numbers of the entries, whose values others change.
    frozen: InlineMap | None = field(init=False, default=None)
    # Where the keys are while the map is inline.
    inline: InlineMap | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.store, places = new_store(_FIRST_ROOM), places_for(self.kind, _FIRST_ROOM)
        self.index = self.next_index = new_index(self.kind, places, _FIRST_ROOM, self.draw())

    def __len__(self) -> int:
        return len(self.inline) if self.inline is not None else int(self._store.facts[ENTRIES])

    @property
    def store(self) -> Store:
        """The entries; an inline map becomes dense."""
        self.make_dense()
        return self._store

    @store.setter
    def store(self, store: Store) -> None:
        self.make_dense()
        self._store = store

    @property
    def index(self) -> Index:
        """The index in use; an inline map becomes dense."""
        self.make_dense()
        return self._index

    @index.setter
    def index(self, index: Index) -> None:
        self.make_dense()
        self._index = index

    @property
    def facts(self) -> Counts:
        """What was asked since the last look (GETS and those after it)."""
        return self._store.facts if self.inline is None else self.inline.facts

    @property
    def counts(self) -> Counts:
        """Places, links and places in use of the index, or of the table that takes new keys."""
        return self._index.counts if self.inline is None else self.inline.newest.counts

    @property
    def seeds(self) -> Words:
        """The seeds of the index or table in use."""
        return self._index.seeds if self.inline is None else self.inline.table.seeds

    @property
    def _slots(self) -> int:
        """Slots that an operation, also a search, empties into the next inline table."""
        return max(self.pace // 2, 1)

    @property
    def counted_kind(self) -> int:
        """The kind that `counts` are of."""
        inline = self.inline
        return inline.next_kind if inline is not None and inline.is_migrating else self.kind

    @property
    def migrated(self) -> int:
        """Entries that the next index or table holds."""
        if self.inline is not None:
            return self.inline.passed
        return max(int(self._store.facts[CURSOR]), 0) if self.is_migrating else 0

    def make_inline(self, kind: int) -> None:
        """Moves all keys into an inline table of a kind, at once; store and index are given up."""
        count = len(self)
        made = InlineMap(self.draw, kind, self._slots)
        made.reserve(2 * count)
        made.put(self.store.keys[:count], self.store.values[:count])
        made.facts[GETS:] = self._store.facts[GETS:]
        self.frozen, self.next_kind = None, -1
        self._store, self.kind, self.inline = new_store(_FIRST_ROOM), kind, made
        self._index = self.next_index = new_index(SWISS, FEWEST, _FIRST_ROOM, self.draw())

    def make_dense(self) -> None:
        """Numbers the entries of an inline map and makes an index for them, at once."""
        if self.inline is None:
            return
        (keys, values), facts, kind = self.inline.items(), self.inline.facts, self.inline.kind
        room = max(2 * keys.size, _FIRST_ROOM)
        self.inline, self.kind, self._store = None, kind, new_store(room)
        self._store.keys[: keys.size], self._store.values[: keys.size] = keys, values
        self._store.facts[ENTRIES] = keys.size
        self._store.facts[GETS:] = facts[GETS:]
        self._index = new_index(kind, FEWEST, room, self.draw())
        self.migrate_to(kind)
        self.finish()

    @property
    def is_migrating(self) -> bool:
        """Tells whether the next index is being made."""
        return self.next_kind >= 0 or (self.inline is not None and self.inline.is_migrating)

    @property
    def room(self) -> int:
        """Entries that there is room for."""
        return int(self._store.keys.size) if self.inline is None else self.inline.most

    @property
    def kind_name(self) -> str:
        """The kind of the index or table in use."""
        return KINDS[self.kind]

    @property
    def bytes(self) -> int:
        """The bytes of all arrays; those of the next index too."""
        if self.inline is not None:
            return self.inline.bytes
        arrays = [*self._index, self._store.keys, self._store.values]
        if self.is_migrating:
            arrays += [*self.next_index]
        if self.frozen is not None:
            arrays += [*self.frozen.table]
        return sum(array.nbytes for array in arrays)

    @property
    def load(self) -> float:
        """Share of the places of the index in use that are not empty."""
        return float(self.counts[USED]) / (float(self.counts[MASK]) + 1)

    def keys(self) -> Words:
        """The keys, in the order of their entries or slots; not to be written to."""
        return self._store.keys[: len(self)] if self.inline is None else self.inline.items()[0]

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
        if self.inline is not None:
            return self._done(self.inline, self.inline.get(keys))
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
        if self.inline is not None:
            return self._done(self.inline, self.inline.get(keys))[1]
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
        if self.inline is not None:
            return self._done(self.inline, self.inline.put(keys, values, how))
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

    def play_inline(
        self,
        columns: tuple[Ops, Words, Words, Flags],
        bounds: tuple[int, int],
        sample: int,
        histogram: Histogram,
    ) -> None:
        """Does operations between two positions on the inline tables (`InlineMap.play_part`)."""
        if (inline := self.inline) is not None:
            self._done(inline, inline.play_part(columns, bounds, sample, histogram))

    def _done(self, inline: InlineMap, told: ToldT) -> ToldT:
        """Notes which table is in use after an operation, and what the pace is."""
        self.kind, inline.pace = inline.kind, self._slots
        return told

    def delete(self, keys: Words) -> Flags:
        """Takes keys away; says which were there."""
        if self.inline is not None:
            return self._done(self.inline, self.inline.delete(keys))
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

    def migrate_to(
        self, kind: int, places: int | None = None, base: int = 0, *, is_reseeded: bool = False
    ) -> None:
        """Begins to make the next index; one that is on the way is given up.

        Without a number of places it is made for twice the entries. A direct index has a place for
        each of the keys from `base` on. An inline table follows an inline one, with its seeds
        unless it is to have others; the map becomes dense where the kind has no inline table.
        """
        if self.inline is not None and kind in INLINE:
            self.inline.pace = self._slots
            self.inline.migrate_to(kind, places, is_reseeded=is_reseeded)
            return
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
        if self.inline is not None:
            self._done(self.inline, self.inline.finish())
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
        if self.inline is not None:
            return self.inline.most
        share = (LAST_LOADS if self.is_migrating else LOADS)[self.kind]
        return int((float(self.index.counts[MASK]) + 1) * share)

    def follow_up(self) -> bool:
        """Lets the next index take over when it holds every entry; tells whether it did."""
        if self.next_kind < 0 or self.store.facts[CURSOR] < len(self):
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
        if self.inline is not None:
            self.inline.reserve(room)
        elif room > self.room:
            self._enlarge(room)

    def _enlarge(self, room: int) -> None:
        larger, count = new_store(room), len(self)
        larger.keys[:count] = self.store.keys[:count]
        larger.values[:count] = self.store.values[:count]
        larger.facts[:] = self.store.facts
        self.store = larger
        self.index = with_room(self.kind, self.index, room)
        if self.is_migrating:
            self.next_index = with_room(self.next_kind, self.next_index, room)
