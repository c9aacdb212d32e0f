"""Keys are hot where their operations are; efforts are what was played, in cycles and lines."""

import numpy as np
import pyarrow as pa
import pytest

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.kernels.table import LINEAR
from dmaic_assets.hashmaps.trial.latency import Latency
from dmaic_assets.hashmaps.view.effort import efforts_of
from dmaic_assets.hashmaps.view.heat import key_heat
from dmaic_assets.hashmaps.workload.workload import Workload
from dmaic_assets_tests.hashmaps.seeds import seeds_from


def asked(keys) -> Workload:
    count = len(keys)
    return Workload(np.zeros(count, np.uint8), pa.array(keys), np.zeros(count), "a test")


def test_a_key_that_is_hot_at_the_end_alone_is_dark_there_alone():
    heat = key_heat(asked([*range(1, 961), *[0] * 960]))
    hottest = heat.shares[0]
    assert len(heat.ends) == 48
    assert set(hottest[:24]) == {0.0}
    assert set(hottest[24:]) == {1.0}
    assert heat.ranks[0] == 1
    assert np.asarray(heat.shares).sum(axis=0) == pytest.approx(np.ones(48))


@pytest.mark.parametrize("keys", [[], [7], [7, 7, 8]])
def test_few_operations_are_all_counted(keys):
    heat = key_heat(asked(pa.array(keys, pa.int64())))
    assert heat.ends == tuple(range(1, len(keys) + 1))
    assert all(sum(column) == pytest.approx(1) for column in zip(*heat.shares, strict=True))


def test_bytes_are_lines_of_searches_and_cycles_those_of_the_clock():
    held = DenseMap(seeds_from(np.random.default_rng(1)), LINEAR)
    keys = np.arange(1, 2001, dtype=np.uint64)
    held.put(keys, keys)
    ticks = iter(range(0, 10**12, 10_000_000))
    latency = {"get": Latency(5, 100.0, 200.0, 300.0, 400.0, 500.0)}
    found = efforts_of(held, {"swiss": 30.0, "linear": 60.0}, latency, lambda: next(ticks))
    swiss, linear = found.kinds
    assert (swiss.kind, linear.kind) == ("swiss", "linear")
    assert linear.cycles == pytest.approx(2 * swiss.cycles)
    # A hit reads a link and a key at least, Swiss control bytes too; a miss often no key.
    assert linear.hit_bytes >= 128
    assert swiss.hit_bytes >= 192
    assert 64 <= swiss.miss_bytes < swiss.hit_bytes
    (single,) = found.operations
    assert single.p99 == pytest.approx(3 * single.p50)


def test_an_empty_map_has_no_searches_to_follow():
    held = DenseMap(seeds_from(np.random.default_rng(1)))
    ticks = iter(range(0, 10**12, 10_000_000))
    assert efforts_of(held, {"swiss": 30.0}, {}, lambda: next(ticks)).kinds == ()
