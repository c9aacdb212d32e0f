"""Writing a snapshot: a new file beside the old one, flushed, then put in its place at once."""

import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.table import MASK, USED
from dmaic_assets.hashmaps.snapshot.digests import LEAF, leaf_digests, root_digest
from dmaic_assets.hashmaps.snapshot.header import (
    DIGEST,
    PAGE,
    SECTIONS,
    Header,
    Section,
    SectionName,
    pack,
    pages,
)

Arrays = Mapping[SectionName, npt.NDArray[np.generic]]


# The second four words of seeds of a map whose keys are no bytes.
_NO_SEEDS = (0, 0, 0, 0)
# A key of the dictionary beside the table: its length in bytes, then them, then its value.
_LENGTH, _VALUE = struct.Struct("<I"), struct.Struct("<Q")


def save(held: HashMap, path: Path, leaf: int = LEAF) -> Header:
    """Writes a map to a file; a file of that name is replaced only when the new one is whole.

    A migration that is on the way is finished first.

    Raises:
        OSError: The file cannot be written; the old one is as it was.
    """
    held.index.finish()
    arrays = _arrays(held)
    header = _header(held, arrays, leaf)
    body = bytearray(header.digests_at - PAGE)
    for section in header.sections:
        start = section.offset - PAGE
        content = np.ascontiguousarray(arrays[section.name])
        body[start : start + section.length] = content.view(np.uint8).data
    leaves = leaf_digests(memoryview(body), leaf)
    header = replace(header, root=root_digest(pack(header), leaves))
    replace_file(path, (pack(header), body, b"".join(leaves)))
    return header


def replace_file(path: Path, parts: tuple[bytes | bytearray, ...]) -> None:
    """Writes a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _arrays(held: HashMap) -> Arrays:
    dense, count = held.index, len(held.index)
    links = dense.index.links
    if dense.kind == CHAINING:
        links = links[: int(dense.index.counts[MASK]) + 1 + count]
    arrays: dict[SectionName, npt.NDArray[np.generic]] = {
        "keys": dense.store.keys[:count],
        "values": dense.store.values[:count],
        "control": dense.index.control,
        "links": links,
    }
    if held.texts is not None:
        rows, used = (int(size) for size in held.texts.heap.sizes)
        arrays["offsets"] = held.texts.heap.offsets[: rows + 1]
        arrays["data"] = held.texts.heap.data[:used]
        arrays["side"] = held.texts.side.values[:rows]
        arrays["beside"] = np.frombuffer(_beside(held.texts.collided), np.uint8)
    return arrays


def _beside(collided: Mapping[bytes, int]) -> bytes:
    parts = (_LENGTH.pack(len(key)) + key + _VALUE.pack(value) for key, value in collided.items())
    return b"".join(parts)


def _header(held: HashMap, arrays: Arrays, leaf: int) -> Header:
    sections: list[Section] = []
    end = PAGE
    for name in SECTIONS:
        if name in arrays:
            sections.append(Section(name, end, arrays[name].nbytes))
            end += pages(arrays[name].nbytes)
    dense, texts = held.index, held.texts
    header = Header(
        index=dense.kind,
        key=held.key,
        value=held.value,
        entries=len(dense),
        places=int(dense.index.counts[MASK]) + 1,
        used=int(dense.index.counts[USED]),
        heap=(0, 0) if texts is None else (int(texts.heap.sizes[0]), int(texts.heap.sizes[1])),
        length=0,
        leaf=leaf,
        seeds=tuple(map(int, (*dense.index.seeds, *(_NO_SEEDS if texts is None else texts.seeds)))),
        sections=tuple(sections),
    )
    return replace(header, length=header.digests_at + header.leaves * DIGEST)
