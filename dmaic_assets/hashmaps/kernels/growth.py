"""All keys of a table put into another one, group by group of its slots."""

import numpy as np

from dmaic_assets.hashmaps.kernels.bulk import fill
from dmaic_assets.hashmaps.kernels.jit import inlined, kernel
from dmaic_assets.hashmaps.kernels.machine import GROUP, Bytes, Words, lowest, match, match_free
from dmaic_assets.hashmaps.kernels.mixing import mix_column
from dmaic_assets.hashmaps.kernels.open_addressing import linear_free, robin_free
from dmaic_assets.hashmaps.kernels.swiss import swiss_free
from dmaic_assets.hashmaps.kernels.table import LINEAR, MASK, ROBIN_HOOD, SWISS, Table

# One bit for each slot of a group.
_ALL = np.uint32(0xFFFF)


@inlined
def free(kind: int, control: Bytes, mask: np.int64, hashed: np.uint64) -> np.int64:
    """~slot of where a key goes that is not in a table of a kind; FULL without room."""
    if kind == SWISS:
        return swiss_free(control, mask, hashed)
    if kind == ROBIN_HOOD:
        return robin_free(control, mask, hashed)
    return linear_free(control, mask, hashed)


@inlined
def _gathered(kind: int, control: Bytes, slots: Words, start: np.int64, pairs: Words) -> int:
    """Writes keys, then values, of a group's slots side by side; gives how many there are."""
    empty = match_free(control, start) if kind == SWISS else match(control, start, np.uint8(0))
    bits = empty ^ _ALL
    count = 0
    while bits:
        slot = start + lowest(bits)
        bits &= bits - np.uint32(1)
        pairs[count] = slots[2 * slot]
        pairs[GROUP + count] = slots[2 * slot + 1]
        count += 1
    return count


@inlined
def _move(kind: int, old: Table, new: Table, pairs: Words) -> int:
    control, slots = old.control, old.slots
    there, theirs, counts, seeds, hashes = new
    mask = counts[MASK]
    left = 0
    for start in range(0, old.counts[MASK] + 1, GROUP):
        count = _gathered(kind, control, slots, np.int64(start), pairs)
        mix_column(pairs, 0, count, seeds, hashes)
        for i in range(count):
            place = ~free(kind, there, mask, hashes[i])
            key, value = pairs[i], pairs[GROUP + i]
            if fill(kind, there, theirs, counts, place, key, value, hashes[i]) < 0:
                left += 1
    return left


@kernel
def move(kind: int, old: Table, new: Table) -> int:
    """Puts every key of a table into an empty one of its kind; gives how many found no room.

    In the order of their slots, so that under the same seeds a larger table is written in order.
    """
    pairs = old.hashes
    if kind == SWISS:
        return _move(SWISS, old, new, pairs)
    if kind == ROBIN_HOOD:
        return _move(ROBIN_HOOD, old, new, pairs)
    return _move(LINEAR, old, new, pairs)
