"""A map's index follows what is asked of it, and only where that pays."""

import numpy as np
import pytest

from dmaic_assets.hashmaps.controller import TICK, Controller
from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS
from dmaic_assets.hashmaps.kernels.trace import lengths_of
from dmaic_assets.hashmaps.probes import expected_probes, mean_probes
from dmaic_assets_tests.hashmaps.seeds import colliding, seeds_from

DRAW = seeds_from(np.random.default_rng(5))
KINDS = (SWISS, ROBIN_HOOD, LINEAR, CHAINING)


def table(cheapest: int, build: float = 1.0) -> CostTable:
    """Costs of 10 ns for one kind and 40 for the others, alike at every size and load."""
    costs = {
        kind: [[Costs(*[10.0 if kind == cheapest else 40.0] * 4)] * len(SHARES)] * len(SIZES)
        for kind in (*KINDS, DIRECT)
    }
    return CostTable("test", costs, {kind: [build] * len(SIZES) for kind in costs})


def asked(held: HashMap, rounds: int = 4) -> None:
    keys = np.random.default_rng(3).integers(0, 2**62, TICK)
    for _ in range(rounds):
        held.upsert(keys)


def controlled(costs: CostTable, **options: object) -> HashMap:
    return HashMap(DRAW, controller=Controller(costs, lambda: 0, **options))


def test_a_cheaper_index_follows_when_it_pays():
    held = controlled(table(LINEAR))
    asked(held)
    told = held.explain()[0]
    assert (told.action, told.kind, told.after) == ("migrate", "swiss", "linear")
    assert told.predicted == pytest.approx(30)
    assert held.stats().kind == "linear"
    assert len(held.explain()) == 1


def test_an_index_that_costs_more_than_it_gains_does_not():
    held = controlled(table(LINEAR, build=1e6))
    asked(held)
    assert held.explain() == ()


def test_a_gain_that_measuring_cannot_tell_is_none():
    costs = table(SWISS)
    near = {**costs.costs, LINEAR: [[Costs(*[9.5] * 4)] * len(SHARES)] * len(SIZES)}
    held = controlled(CostTable("test", near, costs.build))
    asked(held, rounds=40)
    assert held.explain() == ()


def test_keys_that_lie_close_together_get_a_place_each():
    held = controlled(table(SWISS))
    for _ in range(3):
        held.upsert(np.arange(1_000_000, 1_000_000 + 2 * TICK))
    assert held.explain()[0].action == "direct"
    assert held.stats().kind == "direct"
    assert held.contains(np.array([1_000_000, 999_999, -1])).tolist() == [True, False, False]


def test_hashes_of_texts_get_no_direct_index():
    assert HashMap(DRAW, "string").index.is_whole is False


def test_a_map_whose_keys_all_begin_at_one_place_gets_other_seeds():
    seeds = [colliding()]
    held = DenseMap(lambda: seeds.pop() if seeds else DRAW(), LINEAR)
    control = Controller(table(LINEAR), lambda: 0)
    keys = np.random.default_rng(2).integers(0, 2**62, 300).astype(np.uint64)
    for _ in range(20):
        held.put(keys, keys)
    before = mean_probes(held)
    for _ in range(20):
        held.put(keys, keys)
        control.look(held, keys.size, 0)
    held.finish()
    assert before > 2 * expected_probes(LINEAR, held.load) or not control.events
    assert mean_probes(held) < 2 * expected_probes(LINEAR, held.load)


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_of_a_search_is_as_long_as_theory_has_it(kind):
    """Knuth's expectation, within a tenth: 4,000 searches know the mean to .03 of it."""
    held = DenseMap(DRAW, kind)
    keys = np.random.default_rng(kind).integers(0, 2**62, 50_000).astype(np.uint64)
    held.put(keys, keys)
    held.finish()
    wanted = held.store.keys[: len(held) : 12].copy()
    lengths = np.empty(wanted.size, np.int64)
    lengths_of(kind, *held.index, held.store.keys, wanted, np.empty(256, np.int64), lengths)
    expected = 1.0 if kind == SWISS else expected_probes(kind, held.load)
    assert lengths.mean() == pytest.approx(expected, rel=0.1 if kind != SWISS else 0.25)


def test_costs_are_read_between_the_measured_points():
    rows = [
        [Costs(*[float(10 * i + j)] * 4) for j in range(len(SHARES))] for i in range(len(SIZES))
    ]
    told = CostTable("test", {SWISS: rows}, {SWISS: [1.0, 2.0, 3.0, 4.0]})
    full, half = 0.875 * SHARES[2], 0.875 * SHARES[0]
    assert told.at(SWISS, int(full * SIZES[1]), full).hit == pytest.approx(12)
    middle = np.sqrt(SIZES[0] * SIZES[1])
    assert told.at(SWISS, int(half * middle), half).hit == pytest.approx(5, abs=0.01)
    assert told.at(SWISS, 2**40, 5.0).hit == pytest.approx(32)
    assert told.build_ns(SWISS, SIZES[2]) == pytest.approx(3.0 * SIZES[2])


def test_a_listener_is_told_of_each_decision_when_it_is_taken():
    told = []
    held = controlled(table(LINEAR), listener=told.append)
    asked(held)
    assert [decision.action for decision in told] == ["migrate"]
    assert held.explain()[0].after == told[0].after == "linear"


def test_looks_are_passed_over_while_nothing_changes_and_come_back_with_another_mix():
    held, looked = DenseMap(DRAW, SWISS), []
    keys = np.random.default_rng(4).integers(0, 2**62, TICK).astype(np.uint64)
    held.put(keys, keys)
    watch = lambda _, told: looked.append(told.operation // TICK)  # noqa: E731 - decides nothing
    control = Controller(table(SWISS), lambda: 0, policy=watch)
    for _ in range(100):
        held.get(keys)
        control.look(held, TICK, 100_000)
    assert np.diff(looked[1:]).tolist() == [20, 60]
    held.put(keys, keys)
    control.look(held, TICK, 100_000)
    assert looked[-1] == 101


def test_a_play_stops_for_looks_ever_so_much_time_and_not_at_each():
    held = DenseMap(DRAW, SWISS)
    control = Controller(table(SWISS), lambda: 0, policy=lambda _, told: None)
    keys = np.random.default_rng(4).integers(0, 2**62, TICK).astype(np.uint64)
    held.put(keys, keys)
    assert control.patience == TICK
    control.look(held, TICK, TICK * 100)
    assert control.patience == 20_000
    control.look(held, TICK, TICK * 100)
    assert control.patience == 4 * TICK


def test_operations_that_have_become_slow_are_looked_at_at_once():
    held, looked = DenseMap(DRAW, SWISS), []
    keys = np.random.default_rng(4).integers(0, 2**62, TICK).astype(np.uint64)
    held.put(keys, keys)
    watch = lambda _, told: looked.append(told.operation // TICK)  # noqa: E731 - decides nothing
    control = Controller(table(SWISS), lambda: 0, policy=watch)
    for spent in [TICK] * 80 + [3 * TICK]:
        held.get(keys)
        control.look(held, TICK, spent)
    assert looked[-1] == 81
