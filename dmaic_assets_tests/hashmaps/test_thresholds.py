"""Thresholds act on either side of each limit; modes make the maps that they say."""

from dataclasses import replace

import numpy as np
import pytest

from dmaic_assets.hashmaps.config.modes import controller_for, map_for, start_kind
from dmaic_assets.hashmaps.config.options import Adaptive, config_of
from dmaic_assets.hashmaps.config.thresholds import Thresholds
from dmaic_assets.hashmaps.controller import aimed
from dmaic_assets.hashmaps.cost_model import CostTable, Mix
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS, decision, play_recorded
from dmaic_assets_tests.hashmaps.seeds import colliding, seeds_from

SWISS, ROBIN_HOOD, _, CHAINING, _ = range(5)
SOURCE = Thresholds(0.82, 8, 6.0, 0.25)


def map_of(kind, keys, draw=None):
    held = DenseMap(draw or seeds_from(np.random.default_rng(3)), kind)
    keys = np.arange(keys, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    held.put(keys, keys)
    held.finish()
    return held, keys


def told_of(held, probes=1.0):
    return replace(decision(kind=held.kind_name), load=held.load, probes=probes)


@pytest.mark.parametrize(("keys", "after"), [(52, None), (54, "robinhood")])
def test_full_chains_become_robin_hood(keys, after):
    held, _ = map_of(CHAINING, keys)
    assert held.index.counts[MASK] == 63
    found = SOURCE(held, told_of(held))
    assert (found.after if found else None) == after
    assert held.is_migrating == (after is not None)


@pytest.mark.parametrize(("keys", "does_act"), [(8, False), (9, True)])
def test_a_long_chain_becomes_robin_hood(keys, does_act):
    held, _ = map_of(CHAINING, keys, colliding)
    assert bool(SOURCE(held, told_of(held))) == does_act


@pytest.mark.parametrize(("probes", "does_act"), [(6.0, False), (6.1, True)])
def test_long_searches_go_back_to_chains(probes, does_act):
    held, _ = map_of(ROBIN_HOOD, 40)
    found = SOURCE(held, told_of(held, probes))
    assert bool(found) == does_act
    assert not does_act or found.after == "chaining"


@pytest.mark.parametrize(("dead", "does_act"), [(31, False), (32, True)])
def test_a_quarter_of_tombstones_is_cleared(dead, does_act):
    held, keys = map_of(SWISS, 100)
    assert held.index.counts[MASK] == 127
    held.index.counts[LIVE] -= dead
    found = SOURCE(held, told_of(held))
    assert bool(found) == does_act
    assert not does_act or found.action == "compact"
    held.finish()
    assert held.get(keys)[1].all()


def test_a_play_under_thresholds_leaves_full_chains_and_loses_nothing():
    told = config_of({"adaptive.policy": ("thresholds", "here")}).adaptive
    held = map_for(told, seeds_from(np.random.default_rng(4)), is_whole=True)
    assert (held.kind_name, held.index.counts[MASK] + 1, held.pace) == ("chaining", 512, 2048)
    control = controller_for(told, unmeasured, CLOCKS.cpu)
    other = DenseMap(seeds_from(np.random.default_rng(5)))
    # 950 keys in 1,024 places: a load of .93 once all have come.
    made = generate(Recipe(ops=9_000, reads=0.2, deletes=0.0, key_space=950, is_whole=True))
    recorded = play_recorded(made, held, control)
    play_recorded(made, other)
    assert [event.after for event in control.events] == ["robinhood"]
    assert recorded.ticks[-1].migrations == 1
    keys = np.sort(held.store.keys[: len(held)])
    assert keys.tolist() == np.sort(other.store.keys[: len(other)]).tolist()


def unmeasured():
    return CostTable("a test", {}, {})


@pytest.mark.parametrize(
    ("policy", "mode", "kind", "is_fixed"),
    [
        ("costs", "adaptive", "swiss", False),
        ("costs", "fast-insert", "swiss", False),
        ("costs", "fast-lookup", "swiss", False),
        ("costs", "memory-tight", "swiss", True),
        ("thresholds", "adaptive", "chaining", False),
        ("thresholds", "fast-insert", "chaining", True),
        ("thresholds", "fast-lookup", "robinhood", True),
        ("thresholds", "memory-tight", "robinhood", True),
    ],
)
def test_modes_begin_with_their_index(policy, mode, kind, is_fixed):
    said = {"adaptive.policy": (policy, "here"), "adaptive.mode": (mode, "here")}
    told = config_of(said).adaptive
    assert KINDS[start_kind(told)] == kind
    assert (controller_for(told, unmeasured, CLOCKS.cpu) is None) == is_fixed


def test_sizes_are_rounded_up_to_a_power_of_two():
    told = Adaptive(start_backend="chaining", initial_buckets=5, groups_per_bucket=7)
    held = map_for(told, seeds_from(np.random.default_rng(4)), is_whole=True)
    assert held.index.counts[MASK] + 1 == 64


def test_what_is_aimed_at_decides_alone():
    mix = Mix(hit=0.3, miss=0.1, insert=0.2, update=0.2, delete=0.2)
    assert aimed(mix, "all") == mix
    assert aimed(mix, "insert") == Mix(0, 0, 0.5, 0.5, 0)
    found = aimed(mix, "lookup")
    assert (found.hit, found.miss) == pytest.approx((0.75, 0.25))
    only_gets = Mix(1, 0, 0, 0, 0)
    assert aimed(only_gets, "insert") == only_gets
