"""The search for one key in every kind of index, side by side: what it looks at, and what moves.

Ways, additions and removals come from the kernels that maps use themselves. The kind that the map
has is shown as it stands, with its tombstones; the other kinds are made anew from its entries.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from dmaic_assets.hashmaps.columns import Column, texts_of, whole_words
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import KINDS, new_index, places_for
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT, ENTRY, Index, home_of, locate
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.store import CURSOR, migrate
from dmaic_assets.hashmaps.kernels.table import LINEAR, LIVE, MASK, ROBIN_HOOD, SWISS, TOMBSTONE
from dmaic_assets.hashmaps.kernels.texts import words_of
from dmaic_assets.hashmaps.kernels.trace import match_of, way_of
from dmaic_assets.hashmaps.view.moves import Move, moved_by_deletion, moved_by_insertion

# Places that are drawn of an index: eight cache lines of links.
SHOWN = 64
# Links in a cache line: 64 bytes of eight each.
LINE_LINKS = 8
# Bytes of a cache line.
LINE = 64
# Places that are followed of one search at most.
_FOLLOWED = 4096
# A direct index is shown where the keys' range has at most so many places for each key: beyond it
# no map takes one.
_DIRECT_RANGE = 4
_TAG = np.uint64(0x7F)
State = Literal["empty", "live", "tombstone"]
_STATES: tuple[State, ...] = ("empty", "live", "tombstone")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is drawn; `distance` is that of its link's key from home, in places.

    Of a Swiss index it counts groups. `tag` is the control byte: seven bits of the hash of a
    Swiss link, the distance plus one of a Robin Hood link; None where the kind has none.
    """

    at: int
    state: State
    distance: int | None
    tag: int | None


@dataclass(frozen=True, slots=True)
class Search:
    """The search for a key in one index; `way` holds every place that is looked at.

    Of a Swiss index these are the first places of groups, and `masks` tells of each group which
    of its sixteen places hold the fingerprint. `lines` are cache lines of 64 bytes: of control
    bytes, of links and of keys that are compared, each array beginning at a line. `displaced` are
    the links that putting the key would move, `shifted` those that taking it away would.
    """

    kind: str
    places: int
    load: float
    home: int | None
    way: tuple[int, ...]
    ends: Literal["hit", "miss"]
    end: int | None
    distance: int
    lines: int
    fingerprint: str
    masks: tuple[int, ...]
    displaced: tuple[Move, ...]
    shifted: tuple[Move, ...]
    window: tuple[Place, ...]

    def document(self) -> dict[str, object]:
        """The search as plain values for JSON."""
        return asdict(self)


def searches_for(
    held: DenseMap, keys: Words, *, kinds: Sequence[int] = tuple(range(len(KINDS)))
) -> tuple[tuple[Search, ...], ...]:
    """Follows the search for each key in each kind of index that can hold the map's entries."""
    found: list[list[Search]] = [[] for _ in range(keys.size)]
    for kind in kinds:
        index = held.index if kind == held.kind else _index_of(held, kind)
        if index is not None:
            for searches, key in zip(found, keys, strict=True):
                searches.append(search_in(kind, index, held, np.uint64(key)))
    return tuple(tuple(searches) for searches in found)


def search_in(kind: int, index: Index, held: DenseMap, key: np.uint64) -> Search:
    """Follows the search for a key in one index over the entries of a map."""
    keys = held.store.keys[: max(len(held), 1)]
    control, links, counts, seeds = index
    mask, hashed = int(counts[MASK]), np.uint64(mixed(key, seeds))
    steps = np.empty(_FOLLOWED, np.int64)
    home = int(home_of(kind, np.int64(mask), seeds, key, hashed))
    taken = way_of(kind, control, links, counts, seeds, keys, key, steps) if home >= 0 else 0
    way = tuple(int(at) for at in steps[:taken])
    end = int(locate(kind, control, links, np.int64(mask), seeds, keys, key, hashed))
    is_hit = end >= 0
    return Search(
        kind=KINDS[kind],
        places=mask + 1,
        load=float(counts[LIVE]) / (mask + 1),
        home=home if home >= 0 else None,
        way=way,
        ends="hit" if is_hit else "miss",
        end=end if is_hit else None,
        distance=max(taken - 1, 0),
        lines=_lines(kind, index, keys, way, key),
        fingerprint=_fingerprint(kind, hashed),
        masks=_masks(index, way, hashed) if kind == SWISS else (),
        displaced=() if is_hit else moved_by_insertion(kind, index, len(held), key),
        shifted=moved_by_deletion(kind, index, held.store.keys, end) if is_hit else (),
        window=_window(kind, index, keys, home),
    )


def words_in(held: HashMap, keys: Column) -> Words:
    """Keys as the words that the dense map behind a map has them by."""
    if held.texts is None:
        return whole_words(keys, held.key)
    words = np.empty(len(keys), np.uint64)
    words_of(texts_of(keys, held.key), held.texts.seeds, words)
    return words


def direct_range(held: DenseMap) -> tuple[int, int] | None:
    """The smallest and the largest key, where a direct index would hold what lies between."""
    keys = held.store.keys[: len(held)].view(np.int64)
    if not held.is_whole or not keys.size:
        return None
    low, high = int(keys.min()), int(keys.max())
    return (low, high) if high - low + 1 <= _DIRECT_RANGE * keys.size else None


def _index_of(held: DenseMap, kind: int) -> Index | None:
    """An index of a kind over all entries; None where no map would take a direct one."""
    seeds, places = held.index.seeds.copy(), places_for(kind, max(len(held), 1))
    if kind == DIRECT:
        if (bounds := direct_range(held)) is None:
            return None
        seeds[3] = np.uint64(bounds[0] % 2**64)
        places = 1 << (bounds[1] - bounds[0]).bit_length()
    store = held.store._replace(facts=held.store.facts.copy())
    while True:
        index = new_index(kind, places, held.room, seeds)
        store.facts[CURSOR] = 0
        if migrate(kind, index, store, len(held)) == 0:
            return index
        places *= 2


def _fingerprint(kind: int, hashed: np.uint64) -> str:
    """What an index compares before it looks at a key, in hexadecimal digits."""
    if kind == DIRECT:
        return ""
    upper = f"{int(hashed) >> 32:08x}"
    return f"{int(hashed & _TAG):02x} {upper}" if kind == SWISS else upper


def _lines(kind: int, index: Index, keys: Words, way: Sequence[int], key: np.uint64) -> int:
    """Counts the cache lines that a search touches; it stops at the link of the key."""
    hashed = np.uint64(mixed(key, index.seeds))
    touched: set[tuple[str, int]] = set()
    for step, at in enumerate(way, 1):
        looked = [at]
        if kind == SWISS:
            touched |= {("control", at // LINE), ("control", (at + GROUP - 1) // LINE)}
            looked = _matching(index, at, hashed)
        elif kind == ROBIN_HOOD:
            touched.add(("control", at // LINE))
            looked = [at] if index.control[at] >= step else []
        for place in looked:
            link = int(index.links[place])
            touched.add(("links", place // LINE_LINKS))
            if not link or kind == DIRECT or (link ^ int(hashed)) >> 32:
                continue
            entry = (link & int(ENTRY)) - 1
            touched.add(("keys", entry // LINE_LINKS))
            if keys[entry] == key:
                return len(touched)
    return len(touched)


def _masks(index: Index, way: Sequence[int], hashed: np.uint64) -> tuple[int, ...]:
    """Of each group, which of its sixteen places hold the fingerprint of a hash: bit i place i."""
    tag = np.uint8(hashed & _TAG)
    return tuple(int(match_of(index.control, np.int64(at), tag)) for at in way)


def _matching(index: Index, at: int, hashed: np.uint64) -> list[int]:
    """The places of a group whose control byte is the fingerprint of a hash."""
    (bits,) = _masks(index, (at,), hashed)
    mask = int(index.counts[MASK])
    return [(at + i) & mask for i in range(GROUP) if bits >> i & 1]


def _window(kind: int, index: Index, keys: Words, home: int) -> tuple[Place, ...]:
    """The places around the home of a key, from the beginning of a cache line on."""
    places = int(index.counts[MASK]) + 1
    count = min(SHOWN, places)
    start = max(home, 0) // LINE_LINKS * LINE_LINKS - (LINE_LINKS if places > SHOWN else 0)
    if places <= SHOWN:
        start = 0
    return tuple(_place(kind, index, keys, (start + i) % places) for i in range(count))


def _place(kind: int, index: Index, keys: Words, at: int) -> Place:
    link, mask = index.links[at], int(index.counts[MASK])
    tag = None if kind in (LINEAR, CHAINING, DIRECT) else int(index.control[at])
    if kind == SWISS and tag == TOMBSTONE:
        return Place(at, "tombstone", None, tag)
    if not link:
        return Place(at, "empty", None, tag)
    if kind in (CHAINING, DIRECT):
        return Place(at, "live", 0, tag)
    key = keys[int(link & ENTRY) - 1]
    home = int(home_of(kind, np.int64(mask), index.seeds, key, np.uint64(mixed(key, index.seeds))))
    distance = (at - home) & mask
    return Place(at, "live", _groups(distance, mask) if kind == SWISS else distance, tag)


def _groups(distance: int, mask: int) -> int:
    """In which of the groups of a search, from 0 on, a place so far from home stands."""
    at, step = 0, 0
    while step <= mask + 1:
        if (distance - at) & mask < GROUP:
            return step
        step += 1
        at = (at + step * GROUP) & mask
    return step
