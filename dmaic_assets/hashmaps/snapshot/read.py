"""Reading a snapshot: mapped into memory and usable at once, checked whole or leaf by leaf."""

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import PolicyError
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT, Index
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.store import ENTRIES, new_store, store_on
from dmaic_assets.hashmaps.kernels.table import LINEAR, LIVE, MASK, USED
from dmaic_assets.hashmaps.kernels.texts import Heap
from dmaic_assets.hashmaps.snapshot.digests import leaf_digests, root_digest
from dmaic_assets.hashmaps.snapshot.header import (
    DIGEST,
    PAGE,
    Header,
    SectionName,
    damaged,
    unpack,
)

# Bytes that a snapshot may have: what a map of 400 million whole keys comes to.
MOST_BYTES = 32 << 30
_LENGTH, _VALUE = struct.Struct("<I"), struct.Struct("<Q")
ScalarT = TypeVar("ScalarT", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: leaves whose digest is another, and whether the root's is."""

    leaves: int
    damaged_leaves: tuple[int, ...]
    is_root_damaged: bool

    @property
    def is_whole(self) -> bool:
        """Tells whether nothing has changed since the file was written."""
        return not self.damaged_leaves and not self.is_root_damaged


@dataclass(frozen=True, slots=True)
class Mapped:
    """A snapshot in memory; pages that are written to become this process's own."""

    header: Header
    content: mmap.mmap

    def array(self, name: SectionName, kind: type[ScalarT]) -> npt.NDArray[ScalarT]:
        """The array of a section, on the mapped memory."""
        section = self.header.section(name)
        count = section.length // np.dtype(kind).itemsize
        return np.frombuffer(self.content, kind, count, section.offset)

    def digests(self) -> list[bytes]:
        """The digests of the leaves, as the file tells them."""
        at = self.header.digests_at
        return [
            self.content[at + i * DIGEST : at + (i + 1) * DIGEST] for i in range(self.header.leaves)
        ]


def open_snapshot(path: Path, most_bytes: int = MOST_BYTES) -> Mapped:
    """Maps a snapshot into memory; its header is read, its sections are not.

    Raises:
        InvariantError: The file is no snapshot, of another version, cut off, or holds a pickle.
        PolicyError: It is larger than allowed.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = unpack(file.read(PAGE))
        size = file.seek(0, 2)
        if size > most_bytes:
            fix = f"At most {most_bytes:,} bytes are read."
            raise PolicyError("the snapshot", f"has {size:,} bytes", fix)
        if size != header.length:
            raise damaged(f"has {size:,} bytes, its header says {header.length:,}")
        return Mapped(header, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))


def check(mapped: Mapped) -> Checked:
    """Compares the digest of every leaf, and of the header, with what the file tells."""
    header = mapped.header
    body = memoryview(mapped.content)[PAGE : header.digests_at]
    seen, told = leaf_digests(body, header.leaf), mapped.digests()
    wrong = tuple(i for i, (a, b) in enumerate(zip(seen, told, strict=True)) if a != b)
    body.release()
    return Checked(len(told), wrong, root_digest(mapped.content[:PAGE], told) != header.root)


def load(
    path: Path,
    draw: Callable[[], Words],
    *,
    is_checked: bool = True,
    most_bytes: int = MOST_BYTES,
) -> HashMap:
    """Reads a map; unchecked it is usable at once, and as right as the file is.

    Raises:
        InvariantError: The file is no snapshot, or has changed since it was written.
        PolicyError: It is larger than allowed.
        OSError: It cannot be read.
    """
    mapped = open_snapshot(path, most_bytes)
    if is_checked and not (found := check(mapped)).is_whole:
        raise damaged(f"has changed: {len(found.damaged_leaves)} of {found.leaves} leaves differ")
    return _restored(mapped, draw)


def _restored(mapped: Mapped, draw: Callable[[], Words]) -> HashMap:
    header = mapped.header
    held = HashMap(draw, header.key, header.value, header.index)
    dense = held.index
    keys, words = mapped.array("keys", np.uint64), mapped.array("values", np.uint64)
    facts = new_store(1).facts
    facts[ENTRIES] = header.entries
    dense.store = store_on(keys, words, facts)
    dense.index = _index(mapped)
    dense.kind = header.index
    if held.texts is not None:
        rows, used = header.heap
        sizes = np.array([rows, used], np.int64)
        held.texts.heap = Heap(
            mapped.array("offsets", np.int64), mapped.array("data", np.uint8), sizes
        )
        side = mapped.array("side", np.uint64)
        held.texts.side = store_on(side, side, new_store(1).facts)
        held.texts.seeds = np.array(header.seeds[4:], np.uint64)
        held.texts.collided = beside_of(mapped)
    return held


def _index(mapped: Mapped) -> Index:
    header = mapped.header
    counts = np.zeros(6, np.int64)
    counts[MASK], counts[LIVE], counts[USED] = header.places - 1, header.entries, header.used
    control = mapped.array("control", np.uint8)
    links = mapped.array("links", np.uint64)
    flat = header.index in (LINEAR, CHAINING, DIRECT)
    wanted = header.places + (header.entries if header.index == CHAINING else 0)
    if links.size != wanted or control.size != (1 if flat else header.places + GROUP):
        raise damaged("has an index of another size than its number of places")
    return Index(control, links, counts, np.array(header.seeds[:4], np.uint64))


def beside_of(mapped: Mapped) -> dict[bytes, int]:
    """The keys that collided, with their values."""
    content = mapped.array("beside", np.uint8).tobytes()
    found: dict[bytes, int] = {}
    at = 0
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        (found[content[at : at + length]],) = _VALUE.unpack_from(content, at + length)
        at += length + _VALUE.size
    return found
