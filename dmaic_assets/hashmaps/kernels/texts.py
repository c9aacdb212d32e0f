"""Keys of bytes: hashed to words, kept in one heap, compared byte by byte before they are equal.

The word of a key is a seeded hash of its bytes, and the value of its entry in the dense store is
the number of its row in the heap. Two keys with one word cannot both have an entry: whoever comes
second is told as a collision and kept elsewhere.
"""

from typing import NamedTuple

import numpy as np

from dmaic_assets.hashmaps.kernels.columns import settle
from dmaic_assets.hashmaps.kernels.jit import kernel
from dmaic_assets.hashmaps.kernels.machine import Bytes, Words, mum
from dmaic_assets.hashmaps.kernels.store import Store, Values
from dmaic_assets.hashmaps.kernels.table import ABSENT, Counts, Flags

# The golden ratio as a 64-bit fraction.
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
# Bytes that are mixed at once.
_WORD = 8
# What a comparison says of two keys with one word whose bytes differ.
COLLISION = -2


class Texts(NamedTuple):
    """Keys one after another: key i is data[offsets[i]:offsets[i + 1]]."""

    offsets: Counts
    data: Bytes


class Heap(NamedTuple):
    """The bytes of every key that a map holds; `sizes` are the rows and the bytes in use."""

    offsets: Counts
    data: Bytes
    sizes: Counts


@kernel
def _word(data: Bytes, start: np.int64, length: np.int64) -> np.uint64:
    """Reads up to eight bytes as a little-endian word."""
    word = np.uint64(0)
    for i in range(length):
        word |= np.uint64(data[start + i]) << np.uint64(8 * i)
    return word


@kernel
def word_of(data: Bytes, start: np.int64, length: np.int64, seeds: Words) -> np.uint64:
    """The seeded hash of some bytes; their number takes part, so that zeros at the end count."""
    hashed = seeds[0] ^ (np.uint64(length) * _GOLDEN)
    at = start
    end = start + length
    while end - at >= _WORD:
        hashed = mum(hashed ^ _word(data, at, np.int64(_WORD)), seeds[1])
        at += _WORD
    return mum(hashed ^ _word(data, at, end - at) ^ seeds[1], _GOLDEN)


@kernel
def words_of(texts: Texts, seeds: Words, words: Words) -> None:
    """Writes the hash of each key."""
    offsets, data = texts
    for i in range(words.size):
        words[i] = word_of(data, offsets[i], offsets[i + 1] - offsets[i], seeds)


@kernel
def _same(heap: Heap, row: np.int64, data: Bytes, start: np.int64, end: np.int64) -> bool:
    first = heap.offsets[row]
    if heap.offsets[row + 1] - first != end - start:
        return False
    for i in range(end - start):
        if heap.data[first + i] != data[start + i]:
            return False
    return True


@kernel
def compare(store: Store, heap: Heap, texts: Texts, entries: Counts, rows: Counts) -> int:
    """Writes the heap row of each key, from the entry of its word; gives how many collide.

    A key without an entry gets ABSENT, one whose bytes are not those of the row COLLISION.
    """
    offsets, data = texts
    collisions = 0
    for i in range(entries.size):
        rows[i] = ABSENT
        if entries[i] >= 0:
            row = np.int64(store.values[entries[i]])
            if _same(heap, row, data, offsets[i], offsets[i + 1]):
                rows[i] = row
            else:
                rows[i] = COLLISION
                collisions += 1
    return collisions


@kernel
def keep(heap: Heap, texts: Texts, which: Counts) -> None:
    """Copies the bytes of some keys to the end of the heap, which has room for them."""
    offsets, data = texts
    row, end = heap.sizes[0], heap.sizes[1]
    for i in which:
        for at in range(offsets[i], offsets[i + 1]):
            heap.data[end] = data[at]
            end += 1
        row += 1
        heap.offsets[row] = end
    heap.sizes[0], heap.sizes[1] = row, end


@kernel
def settle_rows(side: Store, rows: Counts, values: Values, is_new: Flags, how: int) -> None:
    """Puts the first value of each new row, and lets every other become one with what is there."""
    for i in range(rows.size):
        if rows[i] >= 0 and is_new[i]:
            side.values[rows[i]] = values.words[i]
        elif rows[i] >= 0:
            settle(side, rows[i], values, np.int64(i), how)
