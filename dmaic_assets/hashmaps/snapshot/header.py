"""The first page of a snapshot: what the map is, where its sections stand, and the root digest.

All numbers are little-endian. The page is as long as a page of memory, so that every section after
it begins at one.
"""

import struct
from dataclasses import dataclass
from typing import Literal, get_args

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.columns import KeyKind, ValueKind
from dmaic_assets.hashmaps.indexes import KINDS

MAGIC = b"ADHSNAP2"
# The first format held a pickle: it is refused, never read.
OLD_MAGIC = b"ADHSNAP1"
VERSION = 1
# Bytes of the header, and of a memory page: where sections may begin.
PAGE = 4096
# Bytes of a BLAKE2b digest here: 256 bits.
DIGEST = 32
SectionName = Literal["keys", "values", "control", "links", "offsets", "data", "side", "beside"]
SECTIONS: tuple[SectionName, ...] = get_args(SectionName)
_KEYS: tuple[KeyKind, ...] = get_args(KeyKind)
_VALUES: tuple[ValueKind, ...] = get_args(ValueKind)
# Magic, version, kinds of index, keys and values, number of sections; entries, places, used places,
# rows and bytes of the heap, length of the file, bytes of a leaf; eight words of seeds.
_FIXED = struct.Struct("<8sI4B7Q8Q")
# Name (zeros behind it), offset, length in bytes.
_SECTION = struct.Struct("<16sQQ")
_ROOT = PAGE - DIGEST


@dataclass(frozen=True, slots=True)
class Section:
    """Where in the file the bytes of one array stand."""

    name: SectionName
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the first page says. `root` is the digest over the page, without it, and all leaves."""

    index: int
    key: KeyKind
    value: ValueKind
    entries: int
    places: int
    used: int
    heap: tuple[int, int]
    length: int
    leaf: int
    seeds: tuple[int, ...]
    sections: tuple[Section, ...]
    root: bytes = bytes(DIGEST)

    @property
    def leaves(self) -> int:
        """Leaves between the header and the digests."""
        return -(-(self.digests_at - PAGE) // self.leaf)

    @property
    def digests_at(self) -> int:
        """Where the digests of the leaves begin: behind the last section."""
        return max((s.offset + pages(s.length) for s in self.sections), default=PAGE)

    def section(self, name: SectionName) -> Section:
        """Finds a section.

        Raises:
            InvariantError: There is none.
        """
        for section in self.sections:
            if section.name == name:
                return section
        raise damaged(f"has no section {name!r}")


def pages(length: int) -> int:
    """The bytes of the whole pages that hold so many."""
    return -(-length // PAGE) * PAGE


def damaged(what: str) -> InvariantError:
    """The refusal of a file that is no snapshot, or no longer what was written."""
    fix = "Take another copy, or try `dmaic hashmap snapshot repair`."
    return InvariantError("the snapshot", what, fix)


def pack(header: Header) -> bytes:
    """Writes the page; the root stands in its last bytes."""
    fixed = _FIXED.pack(
        MAGIC,
        VERSION,
        header.index,
        _KEYS.index(header.key),
        _VALUES.index(header.value),
        len(header.sections),
        header.entries,
        header.places,
        header.used,
        *header.heap,
        header.length,
        header.leaf,
        *header.seeds,
    )
    listed = b"".join(
        _SECTION.pack(s.name.encode().ljust(16, b"\0"), s.offset, s.length) for s in header.sections
    )
    return (fixed + listed).ljust(_ROOT, b"\0") + header.root


def unpack(page: bytes) -> Header:
    """Reads the page.

    Raises:
        InvariantError: It is no header of this version, or says what cannot be.
    """
    if page[:8] == OLD_MAGIC:
        raise damaged("is of the first format, which held a pickle; pickles are never read")
    if len(page) < PAGE or page[:8] != MAGIC:
        raise damaged("does not begin as one")
    _, version, index, key, value, count, *rest = _FIXED.unpack_from(page)
    if version != VERSION:
        raise damaged(f"is of version {version}, this program reads {VERSION}")
    if index >= len(KINDS) or key >= len(_KEYS) or value >= len(_VALUES) or count > len(SECTIONS):
        raise damaged("names a kind that does not exist")
    sections = tuple(_section(page, _FIXED.size + i * _SECTION.size) for i in range(count))
    entries, places, used, rows, size, length, leaf, *seeds = rest
    header = Header(
        index,
        _KEYS[key],
        _VALUES[value],
        entries,
        places,
        used,
        (rows, size),
        length,
        leaf,
        tuple(seeds),
        sections,
        page[_ROOT:PAGE],
    )
    _refuse_what_cannot_be(header)
    return header


def _section(page: bytes, at: int) -> Section:
    name, offset, length = _SECTION.unpack_from(page, at)
    told = name.rstrip(b"\0").decode("ascii", "replace")
    if told not in SECTIONS:
        raise damaged("names a section that does not exist")
    return Section(told, offset, length)


def _refuse_what_cannot_be(header: Header) -> None:
    end = PAGE
    for section in header.sections:
        if section.offset != end:
            raise damaged("has sections that overlap or leave gaps")
        end += pages(section.length)
    leaf_is_wrong = header.leaf < PAGE or header.leaf % PAGE
    if leaf_is_wrong or header.length != end + header.leaves * DIGEST:
        raise damaged("has a length that its sections do not come to")
    if header.places & (header.places - 1) or header.entries * 8 != header.section("keys").length:
        raise damaged("has another number of entries than of keys")
