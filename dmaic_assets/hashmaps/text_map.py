"""A map whose keys are bytes: strings, 128-bit numbers, anything of any length.

The bytes are compared on every hit, so that two keys with one 64-bit hash stay two keys: the second
of them, of which a map of ten million keys has one with a chance of three in a million, is kept in
a dictionary beside the table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray, KeyKind
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import KEEP, REPLACE, Store, as_values, new_store
from dmaic_assets.hashmaps.kernels.table import SWISS, Flags
from dmaic_assets.hashmaps.kernels.texts import (
    COLLISION,
    Heap,
    Texts,
    compare,
    keep,
    settle_rows,
    words_of,
)

Rows = npt.NDArray[np.int64]
# Rows and bytes that a heap first has room for.
_FIRST_ROWS, _FIRST_BYTES = 64, 1024


def _new_heap(rows: int, size: int) -> Heap:
    return Heap(np.zeros(rows + 1, np.int64), np.empty(size, np.uint8), np.zeros(2, np.int64))


@dataclass
class TextMap:
    """Keys of bytes with a word of value each; `seeds` hash the bytes, the dense map its words."""

    draw: Callable[[], Words]
    kind: int = SWISS
    # Bits of the hash that are used: fewer than 64 only to try what happens to keys that collide.
    bits: int = 64
    dense: DenseMap = field(init=False)
    heap: Heap = field(init=False)
    side: Store = field(init=False)
    collided: dict[bytes, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.seeds = self.draw()
        self.dense = DenseMap(self.draw, self.kind, may_be_inline=False)
        self.heap = _new_heap(_FIRST_ROWS, _FIRST_BYTES)
        self.side = new_store(_FIRST_ROWS)

    def __len__(self) -> int:
        return len(self.dense) + len(self.collided)

    def get(self, keys: Texts) -> tuple[Words, Flags]:
        """Looks keys up: the values (0 where there is none) and which keys are there."""
        rows = self._rows(keys, self._words(keys))
        found = rows >= 0
        values = self.side.values[np.maximum(rows, 0)]
        values[~found] = 0
        for i in self._beside(keys, rows):
            key = _bytes(keys, i)
            if key in self.collided:
                values[i], found[i] = self.collided[key], True
        return values, found

    def put(self, keys: Texts, values: Words, how: int = REPLACE) -> Flags:
        """Puts keys with their values; says which were not there."""
        words = self._words(keys)
        aside = self._owned(keys)
        first = int(self.heap.sizes[0])
        is_new = np.zeros(words.size, np.bool_)
        mine = np.flatnonzero(~aside)
        is_new[mine] = self.dense.put(words[mine], np.zeros(mine.size, np.uint64), KEEP)
        new = np.flatnonzero(is_new)
        self._make_room(keys, new)
        keep(self.heap, keys, new)
        entries = self.dense.entries_of(words[new])
        self.dense.store.values[entries] = np.arange(first, first + new.size, dtype=np.uint64)
        rows = self._rows(keys, words)
        rows[aside] = COLLISION
        settle_rows(self.side, rows, as_values(values), is_new, how)
        for i in np.flatnonzero(rows == COLLISION):
            is_new[i] = self._put_beside(_bytes(keys, i), values, int(i), how)
        return is_new

    def delete(self, keys: Texts) -> Flags:
        """Takes keys away; says which were there."""
        words = self._words(keys)
        rows = self._rows(keys, words)
        beside = self._beside(keys, rows)
        mine = np.flatnonzero(rows >= 0)
        found = np.zeros(words.size, np.bool_)
        found[mine] = self.dense.delete(words[mine])
        for i in beside:
            found[i] = self.collided.pop(_bytes(keys, i), None) is not None
        self._compact()
        return found

    def items(self, kind: KeyKind) -> tuple[ArrowArray, Words]:
        """Gives the keys as a column, and their values: rows of the heap, then those beside it."""
        live = self.dense.store.values[: len(self.dense)].astype(np.int64)
        held = pa.array([], pa.large_binary()) if not live.size else self._held().take(live)
        beside = pa.array(list(self.collided), pa.large_binary())
        keys = pa.concat_arrays([held, beside])
        words = np.array(list(self.collided.values()), np.uint64)
        told = pa.large_string() if kind == "string" else pa.binary(16)
        return keys.cast(told), np.concatenate([self.side.values[live], words])

    def _held(self) -> ArrowArray:
        """Every row of the heap as a column, on the heap's memory."""
        rows, used = (int(size) for size in self.heap.sizes)
        offsets, data = self.heap.offsets[: rows + 1], self.heap.data[:used]
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.large_binary(), rows, buffers)

    def _words(self, keys: Texts) -> Words:
        words = np.empty(keys.offsets.size - 1, np.uint64)
        words_of(keys, self.seeds, words)
        return words if self.bits == 64 else words & np.uint64((1 << self.bits) - 1)

    def _rows(self, keys: Texts, words: Words) -> Rows:
        rows = np.empty(words.size, np.int64)
        compare(self.dense.store, self.heap, keys, self.dense.entries_of(words), rows)
        return rows

    def _owned(self, keys: Texts) -> Flags:
        """Which keys are kept in the dictionary already."""
        owned = np.zeros(keys.offsets.size - 1, np.bool_)
        if self.collided:
            for i in range(owned.size):
                owned[i] = _bytes(keys, i) in self.collided
        return owned

    def _beside(self, keys: Texts, rows: Rows) -> Rows:
        """The positions of keys that may be in the dictionary."""
        return np.flatnonzero((rows < 0) & self._owned(keys))

    def _put_beside(self, key: bytes, values: Words, at: int, how: int) -> bool:
        """Puts a key into the dictionary; what becomes of its value follows the same kernel."""
        is_new = key not in self.collided
        one = new_store(1)
        one.values[0] = self.collided.get(key, 0)
        rows, flags = np.zeros(1, np.int64), np.full(1, is_new)
        settle_rows(one, rows, as_values(values[at : at + 1].copy()), flags, how)
        self.collided[key] = int(one.values[0])
        return is_new

    def _make_room(self, keys: Texts, new: Rows) -> None:
        more = int((keys.offsets[new + 1] - keys.offsets[new]).sum())
        rows, used = (int(size) for size in self.heap.sizes)
        if rows + new.size + 1 > self.heap.offsets.size or used + more > self.heap.data.size:
            self._copy_heap(2 * (rows + new.size), 2 * (used + more))

    def _copy_heap(self, rows: int, size: int) -> None:
        larger, side = _new_heap(max(rows, _FIRST_ROWS), max(size, _FIRST_BYTES)), new_store(rows)
        count, used = (int(s) for s in self.heap.sizes)
        larger.offsets[: count + 1] = self.heap.offsets[: count + 1]
        larger.data[:used] = self.heap.data[:used]
        larger.sizes[:] = self.heap.sizes
        side.values[:count] = self.side.values[:count]
        self.heap, self.side = larger, side

    def _compact(self) -> None:
        """Copies what is left into a new heap when less than half of its rows have an entry."""
        rows = int(self.heap.sizes[0])
        if rows < 2 * len(self.dense) or rows <= _FIRST_ROWS:
            return
        live = self.dense.store.values[: len(self.dense)].astype(np.int64)
        old, values = Texts(self.heap.offsets, self.heap.data), self.side.values[live]
        size = int((old.offsets[live + 1] - old.offsets[live]).sum())
        self.heap = _new_heap(max(2 * live.size, _FIRST_ROWS), max(2 * size, _FIRST_BYTES))
        self.side = new_store(max(2 * live.size, _FIRST_ROWS))
        keep(self.heap, old, live)
        self.side.values[: live.size] = values
        self.dense.store.values[: live.size] = np.arange(live.size, dtype=np.uint64)


def _bytes(keys: Texts, at: np.intp | int) -> bytes:
    return keys.data[keys.offsets[at] : keys.offsets[at + 1]].tobytes()
