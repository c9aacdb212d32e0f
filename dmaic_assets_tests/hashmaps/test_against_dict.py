"""Every map does what a dictionary does, whatever its index, its seeds and its migration."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import InvariantError
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.index import CHAINING
from dmaic_assets.hashmaps.kernels.jit import is_interpreted
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS
from dmaic_assets_tests.hashmaps.seeds import batches, colliding, follow, seeds_from

INLINE = (SWISS, ROBIN_HOOD, LINEAR)
KINDS = (*INLINE, CHAINING)
# Interpreted kernels are some thousand times slower.
ROUNDS = 4 if is_interpreted() else 120
EXAMPLES = 3 if is_interpreted() else 40

seeded = given(seed=st.integers(0, 2**32), span=st.integers(8, 3000))
few = settings(max_examples=EXAMPLES, deadline=None)


@pytest.mark.parametrize("kind", INLINE)
@few
@seeded
def test_inline_tables(kind, seed, span):
    rng = np.random.default_rng(seed)
    held, model = InlineMap(seeds_from(rng), kind), {}
    for batch in batches(rng, ROUNDS, span):
        follow(held, model, batch)


@pytest.mark.parametrize("kind", KINDS)
@few
@seeded
def test_a_dense_map_as_it_grows(kind, seed, span):
    rng = np.random.default_rng(seed)
    held, model = DenseMap(seeds_from(rng), kind), {}
    for batch in batches(rng, ROUNDS, span):
        follow(held, model, batch)


@pytest.mark.parametrize("kind", KINDS)
@few
@seeded
def test_a_dense_map_that_never_stops_migrating(kind, seed, span):
    """No update is lost and no deleted key comes back while one index follows another."""
    rng = np.random.default_rng(seed)
    held, model = DenseMap(seeds_from(rng), kind), {}
    for batch in batches(rng, ROUNDS, span):
        if not held.is_migrating:
            held.pace = int(rng.integers(1, 4))
            held.migrate_to(int(rng.choice(KINDS)))
        follow(held, model, batch)


@pytest.mark.parametrize("kind", INLINE)
@few
@seeded
def test_inline_tables_that_never_stop_following_each_other(kind, seed, span):
    """Kinds, sizes from one group on, paces and seeds are exchanged; items are all, and once."""
    rng = np.random.default_rng(seed)
    held, model = InlineMap(seeds_from(rng), kind, pace=int(rng.integers(0, 3))), {}
    for batch in batches(rng, ROUNDS, span):
        if not held.is_migrating:
            held.pace = int(rng.integers(1, 9))
            places = [None, 16, 2 * int(held.table.counts[0]) + 2][int(rng.integers(0, 3))]
            places = places if places is None or places > 2 * len(held) else None
            held.migrate_to(int(rng.choice(INLINE)), places, is_reseeded=bool(rng.random() < 0.5))
        follow(held, model, batch)
    keys, values = held.items()
    assert dict(zip(keys.tolist(), values.tolist(), strict=True)) == model


@few
@seeded
def test_a_map_that_is_inline_and_dense_in_turns(seed, span):
    """Whoever asks for entries makes it dense; counters of what was asked go with it."""
    rng = np.random.default_rng(seed)
    held, model, asked = DenseMap(seeds_from(rng)), {}, 0
    for batch in batches(rng, ROUNDS, span):
        turn = rng.random()
        if turn < 0.2 and held.inline is None:
            held.make_inline(int(rng.choice(INLINE)))
        elif turn < 0.3:
            assert sorted(held.store.keys[: len(held)].tolist()) == sorted(model)
        elif turn < 0.8 and not held.is_migrating:
            held.pace = int(rng.integers(1, 4))
            held.migrate_to(int(rng.choice(KINDS if turn < 0.4 else INLINE)))
        follow(held, model, batch)
        asked += batch[1].size
        assert int(held.facts[[2, 4, 6]].sum()) == asked
        assert held.inline is None or held.kind == held.inline.kind


@pytest.mark.parametrize("kind", INLINE)
def test_what_becomes_of_a_value_is_the_same_in_both_layouts(kind):
    rng = np.random.default_rng(kind)
    for how in range(8):
        maps = [DenseMap(seeds_from(rng), kind), DenseMap(seeds_from(rng), kind)]
        maps[1].make_inline(kind)
        for turn in range(6):
            keys = rng.integers(0, 300, 200).astype(np.uint64)
            drawn = rng.normal(0, 9, 200) if how >= 5 else rng.integers(-99, 99, 200)
            for held in maps:
                with np.errstate(over="ignore"):
                    held.put(keys, drawn.view(np.uint64).copy(), how)
            if turn % 2:
                maps[1].migrate_to((kind + turn) % 3)
        every = np.arange(300, dtype=np.uint64)
        assert maps[0].get(every)[0].tolist() == maps[1].get(every)[0].tolist(), how


@pytest.mark.parametrize("kind", INLINE)
def test_inline_tables_whose_keys_all_collide_follow_each_other(kind):
    rng = np.random.default_rng(kind)
    held, model = InlineMap(colliding, kind, pace=1), {}
    for batch in batches(rng, 12, 60):
        if not held.is_migrating:
            held.migrate_to((held.kind + 1) % 3, is_reseeded=True)
        follow(held, model, batch)


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_all_collide(kind):
    """With one home for all keys a map is slow, and right."""
    rng = np.random.default_rng(kind)
    held, model = DenseMap(colliding, kind), {}
    for batch in batches(rng, 12, 60):
        follow(held, model, batch)


@pytest.mark.parametrize("kind", INLINE)
def test_a_table_whose_keys_all_collide_ends(kind):
    """Robin Hood counts a key's distance in a byte: it refuses, and does not try for ever."""
    held, keys = InlineMap(colliding, kind), np.arange(600, dtype=np.uint64)
    if kind == ROBIN_HOOD:
        with pytest.raises(InvariantError, match="seeds"):
            held.put(keys, keys)
    else:
        assert held.put(keys, keys).all()
        assert held.get(keys)[0].tolist() == keys.tolist()


def test_a_direct_index_gives_way_to_a_key_outside_its_range():
    rng = np.random.default_rng(5)
    held, model = DenseMap(seeds_from(rng), is_whole=True), {}
    for batch in batches(rng, 10, 500):
        follow(held, model, batch)
    keys = np.arange(40, 240, dtype=np.uint64)
    held.put(keys, keys)
    model.update(zip(keys.tolist(), keys.tolist(), strict=True))
    held.delete(~np.arange(500, dtype=np.uint64))
    model = {key: value for key, value in model.items() if key < 500}
    held.migrate_to(4, 512, base=0)
    held.finish()
    assert held.kind == 4
    for batch in batches(rng, 30, 700):
        follow(held, model, batch)
    assert held.kind == SWISS


@few
@given(seed=st.integers(0, 2**32), pace=st.integers(1, 16))
def test_keys_outside_a_direct_index_that_is_being_made_are_not_lost(seed, pace):
    """They come and go while it is made: put into it, and moved into it by a deletion."""
    rng = np.random.default_rng(seed)
    held, model = DenseMap(seeds_from(rng), is_whole=True, pace=pace), {}
    for batch in batches(rng, ROUNDS // 4, 600):
        if not held.is_migrating:
            held.migrate_to(4, 512, base=40)
        with np.errstate(over="ignore"):
            follow(held, model, batch)


@pytest.mark.skipif(is_interpreted(), reason="is the run that this test starts")
def test_kernels_do_the_same_when_they_are_interpreted():
    """What coverage, debuggers and changed kernels are tried with."""
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    root = Path(__file__).parents[2]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, cwd=root, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]
