"""What is told of a search is what the index does: by hand for a tiny one, by trying for others."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import KINDS, new_index
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT
from dmaic_assets.hashmaps.kernels.jit import is_interpreted
from dmaic_assets.hashmaps.kernels.mixing import mixed
from dmaic_assets.hashmaps.kernels.store import entry_of
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS
from dmaic_assets.hashmaps.view.probe import LINE_LINKS, searches_for, words_in
from dmaic_assets.hashmaps.view.strip import LEGEND, strip_of
from dmaic_assets_tests.hashmaps.seeds import colliding, seeds_from

EXAMPLES = 3 if is_interpreted() else 30
# Widest line of text on a screen.
SCREEN = 100


def words(*keys: int) -> np.ndarray:
    return np.array(keys, np.uint64)


def tiny(kind: int = SWISS) -> DenseMap:
    """Keys 5, 6 and 7, all at home in place 0 of sixteen."""
    held = DenseMap(colliding, kind, is_whole=True)
    held.index = new_index(kind, 16, held.room, colliding())
    held.put(words(5, 6, 7), words(50, 60, 70))
    return held


# Kind, way, end, distance, cache lines of the search for key 7: control bytes, links and keys of
# a tiny index lie in one line each; a chain holds the newest key first, and its links lie behind
# the sixteen heads (link 15 + n of entry n); a direct index is counted from key 5.
BY_HAND = (
    ("swiss", (0,), 2, 0, 3),
    ("robinhood", (0, 1, 2), 2, 2, 3),
    ("linear", (0, 1, 2), 2, 2, 2),
    ("chaining", (0,), 0, 0, 2),
    ("direct", (2,), 2, 0, 1),
)


def test_a_hit_by_hand():
    (searches,) = searches_for(tiny(), words(7))
    told = [(s.kind, s.way, s.end, s.distance, s.lines) for s in searches]
    assert told == list(BY_HAND)
    assert all(s.ends == "hit" and s.home == s.way[0] for s in searches)
    assert searches[0].masks == (0b111,)
    assert searches[0].fingerprint == "00 00000000"


def test_the_oldest_key_of_a_chain_by_hand():
    (searches,) = searches_for(tiny(), words(5), kinds=(CHAINING,))
    # The head, then the links behind entries 2 and 1: lines 0 and 2 of the links, one of keys.
    assert (searches[0].way, searches[0].end, searches[0].lines) == ((0, 18, 17), 17, 3)


def test_a_miss_by_hand():
    (searches,) = searches_for(tiny(), words(9))
    ways = {s.kind: s.way for s in searches}
    assert ways["linear"] == (0, 1, 2, 3)
    assert ways["robinhood"] == (0, 1, 2, 3)
    assert ways["swiss"] == (0,)
    # A chain: its head, the links behind entries 2 and 1, and the one behind entry 0 that ends it.
    assert ways["chaining"] == (0, 18, 17, 16)
    assert all(s.ends == "miss" and s.end is None and not s.shifted for s in searches)


def test_a_key_outside_of_a_direct_range_has_no_home():
    (searches,) = searches_for(tiny(), words(400), kinds=(DIRECT,))
    assert (searches[0].home, searches[0].way, searches[0].lines) == (None, (), 0)


@pytest.mark.parametrize("kind", [ROBIN_HOOD, LINEAR])
def test_links_close_the_gap_by_hand(kind):
    (searches,) = searches_for(tiny(kind), words(5), kinds=(kind,))
    moves = [(move.entry, move.before, move.after) for move in searches[0].shifted]
    assert moves == [(1, 1, 0), (2, 2, 1)]


def test_a_tombstone_is_shown():
    held = DenseMap(colliding, SWISS)
    held.put(np.arange(40, dtype=np.uint64), np.arange(40, dtype=np.uint64))
    held.delete(words(3))
    (searches,) = searches_for(held, words(4), kinds=(SWISS,))
    places = {place.at: place for place in searches[0].window}
    assert [places[at].state for at in range(5)] == ["live", "live", "live", "tombstone", "live"]
    # The second group begins with place 16, the third 32 places behind it.
    assert [places[at].distance for at in (0, 16, 31, 48)] == [0, 1, 1, 2]
    assert places[32].state == "empty"


@pytest.mark.parametrize("kind", [SWISS, ROBIN_HOOD, LINEAR, CHAINING])
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 300))
def test_links_move_as_told(kind, seed, count):
    """What an insertion or deletion moves, is where the links stand after it was done."""
    rng = np.random.default_rng(seed)
    held = DenseMap(seeds_from(rng), kind)
    keys = rng.choice(10**6, count + 1, replace=False).astype(np.uint64)
    held.reserve(4 * count)
    held.put(keys[:count], keys[:count])
    held.finish()
    (fresh,), (there,) = (searches_for(held, words(k), kinds=(kind,)) for k in (keys[-1], keys[0]))
    before = held.index.links.copy()
    if not len(held) + 1 > held.most:
        held.put(keys[-1:], keys[-1:])
        assert_moved(before, held.index.links, fresh[0].displaced)
        held.delete(keys[-1:])
    (there,) = searches_for(held, keys[:1], kinds=(kind,))
    assert there[0].ends == "hit"
    entry = entry_of(
        kind, held.index, held.store.keys, keys[0], np.uint64(mixed(keys[0], held.index.seeds))
    )
    assert int(held.index.links[there[0].end]) & 0xFFFF_FFFF == entry + 1


def assert_moved(before: np.ndarray, after: np.ndarray, moves) -> None:
    for move in moves:
        assert before[move.before] == after[move.after] != 0
    went = {int(link) for link in after[before != after]} & {int(link) for link in before if link}
    assert len(went) == len(moves)


def test_strips_fit_on_a_screen():
    rng = np.random.default_rng(4)
    held = DenseMap(seeds_from(rng), SWISS, is_whole=True)
    keys = np.arange(10**6, 10**6 + 5000, dtype=np.uint64)
    held.put(keys, keys)
    held.delete(keys[::3])
    for searches in searches_for(held, words(10**6 + 1, 10**6)):
        assert [s.kind for s in searches] == list(KINDS)
        for search in searches:
            lines = strip_of(search)
            assert max(map(len, (*lines, *LEGEND))) <= SCREEN
            assert ("*" in lines[3]) == (search.ends == "hit" and search.end < search.places)
            assert lines[2].count("|") == len(search.window) // LINE_LINKS + 1


@pytest.mark.parametrize(("keys", "key"), [(["a", "b", "ccc"], "string"), ([1, 2, 3], "int64")])
def test_words_of_a_map_find_its_keys(keys, key):
    held = HashMap(seeds_from(np.random.default_rng(1)), key)
    column = pa.array(keys)
    held.upsert(column)
    assert (held.index.entries_of(words_in(held, column)) == [0, 1, 2]).all()
