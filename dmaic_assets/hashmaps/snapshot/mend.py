"""Mending a snapshot: what stands in whole leaves is kept, its index is made anew.

A leaf that has changed takes the entries with it whose keys, values or bytes stand in it; how many
is said. A header that has changed cannot be mended: nothing else says what the file is.
"""

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.table import Flags
from dmaic_assets.hashmaps.snapshot.header import PAGE, SectionName, damaged, unpack
from dmaic_assets.hashmaps.snapshot.read import Checked, Mapped, beside_of, check
from dmaic_assets.hashmaps.snapshot.write import save

# Bytes of a whole key, a value, an offset.
_WORD = 8


@dataclass(frozen=True, slots=True)
class Mended:
    """How many entries were kept, and how many went with leaves that had changed."""

    kept: int
    lost: int


def mend(path: Path, output: Path, draw: Callable[[], Words]) -> Mended:
    """Writes what is whole of a snapshot as a new one; of a whole one that is everything.

    Tombstones, room and the index are left behind, so that this compacts a snapshot too.

    Raises:
        InvariantError: The header has changed, or the file is no snapshot.
        OSError: A file cannot be read or written.
    """
    content = path.read_bytes()
    header = unpack(content[:PAGE])
    if len(content) != header.length:
        raise damaged(f"has {len(content):,} bytes, its header says {header.length:,}")
    memory = mmap.mmap(-1, max(len(content), 1))
    memory[:] = content
    mapped = Mapped(header, memory)
    found = check(mapped)
    if found.is_root_damaged:
        raise damaged("has another header, or other digests, than were written")
    held = _kept(mapped, found, draw)
    save(held, output, header.leaf)
    return Mended(len(held), header.entries - len(held.index))


def _kept(mapped: Mapped, found: Checked, draw: Callable[[], Words]) -> HashMap:
    header = mapped.header
    held = HashMap(draw, header.key, header.value, header.index if header.index < 4 else 0)
    whole = _are_whole(mapped, found, "values", header.entries)
    whole &= _are_whole(mapped, found, "keys", header.entries)
    words = mapped.array("values", np.uint64)[whole]
    if held.texts is None:
        keys = mapped.array("keys", np.uint64)[whole]
        held.index.reserve(keys.size)
        held.index.put(keys, words.copy())
        return held
    rows = words.astype(np.int64)
    rows = rows[_rows_are_whole(mapped, found)[rows]]
    told = pa.large_string() if header.key == "string" else pa.binary(16)
    texts = _texts(mapped).take(rows).cast(told)
    side = mapped.array("side", np.uint64)[rows]
    held.upsert(texts, side.view(np.dtype(header.value)))
    if not _is_hit(mapped, found, "beside"):
        held.texts.collided.update(beside_of(mapped))
    return held


def _texts(mapped: Mapped) -> ArrowArray:
    rows, used = mapped.header.heap
    offsets = mapped.array("offsets", np.int64)
    data = mapped.array("data", np.uint8)[:used]
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), rows, buffers)


def _rows_are_whole(mapped: Mapped, found: Checked) -> Flags:
    """Which rows of the heap have their offsets, bytes and value in whole leaves."""
    rows, _ = mapped.header.heap
    offsets = mapped.array("offsets", np.int64)
    ends = _are_whole(mapped, found, "offsets", rows + 1)
    whole = _are_whole(mapped, found, "side", rows) & ends[:-1] & ends[1:]
    start = mapped.header.section("data").offset - PAGE
    for leaf in found.damaged_leaves:
        first = leaf * mapped.header.leaf - start
        last = first + mapped.header.leaf
        whole &= (offsets[1:] <= first) | (offsets[:-1] >= last)
    return whole


def _are_whole(mapped: Mapped, found: Checked, name: SectionName, count: int) -> Flags:
    """Which of the words of a section stand in whole leaves."""
    start = mapped.header.section(name).offset - PAGE
    first = start + _WORD * np.arange(count, dtype=np.int64)
    leaves = first // mapped.header.leaf
    return ~np.isin(leaves, np.array(found.damaged_leaves, np.int64))


def _is_hit(mapped: Mapped, found: Checked, name: SectionName) -> bool:
    section = mapped.header.section(name)
    first = (section.offset - PAGE) // mapped.header.leaf
    last = (section.offset - PAGE + max(section.length - 1, 0)) // mapped.header.leaf
    return any(first <= leaf <= last for leaf in found.damaged_leaves)
