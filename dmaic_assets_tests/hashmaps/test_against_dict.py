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
