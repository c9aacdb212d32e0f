"""Trials: sums that agree with the play, saved maps played further, profiles, kept costs."""

import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.hashmaps.config.options import config_of
from dmaic_assets.hashmaps.cost_file import costs_text, read_costs
from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.trial.kept import keep, refuse_another_kind
from dmaic_assets.hashmaps.trial.play import Clocks, Player
from dmaic_assets.hashmaps.trial.profile import profile
from dmaic_assets.hashmaps.trial.trial import Setting, begin
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS
from dmaic_assets_tests.hashmaps.seeds import seeds_from

COSTS = Costs(10.0, 10.0, 20.0, 20.0)
TABLE = CostTable(
    "m",
    {kind: [[COSTS] * len(SHARES)] * len(SIZES) for kind in range(5)},
    {kind: [30.0] * len(SIZES) for kind in range(5)},
)
DRAW = seeds_from(np.random.default_rng(6))


def setting(**said):
    keys = {f"adaptive.{name}": (value, "here") for name, value in said.items()}
    return Setting(config_of(keys), CLOCKS, DRAW, lambda: TABLE)


def modelled(workload, model):
    values = workload.values.tolist()
    for op, key, value in zip(
        workload.ops.tolist(), workload.keys.to_pylist(), values, strict=True
    ):
        if op == 1:
            model[key] = value
        elif op == 2:
            model.pop(key, None)
    return model


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("policy", ["costs", "thresholds"])
def test_a_map_played_in_two_parts_is_the_dictionary_that_it_should_be(is_whole, policy):
    saved, model = HashMap(DRAW, "int64" if is_whole else "string", "float64"), {}
    for seed in (1, 2):
        made = generate(Recipe(ops=9_000, reads=0.2, key_space=3_000, seed=seed, is_whole=is_whole))
        trial = begin(made, setting(policy=policy), lambda tick: None, saved).trial()
        keep(saved, made, trial.played.entries)
        model = modelled(made, model)
        assert trial.played.entries == len(model)
    assert dict(saved.as_mapping()) == model


def test_a_saved_map_that_disagrees_with_the_play_is_a_defect():
    made = generate(Recipe(ops=100, is_whole=True))
    with pytest.raises(InvariantError, match="holds"):
        keep(HashMap(DRAW, "int64", "float64"), made, 1)


def test_a_map_of_other_keys_or_values_is_refused():
    made = generate(Recipe(ops=100, is_whole=True))
    for saved in (HashMap(DRAW, "string", "float64"), HashMap(DRAW, "int64", "int64")):
        with pytest.raises(BadInputError):
            refuse_another_kind(saved, made)


def test_the_summary_is_of_the_play_alone():
    ticks = []
    made = generate(Recipe(ops=5_000, is_whole=True))
    trial = begin(made, setting(), ticks.append).trial()
    told = trial.summary()
    assert told["total_ops"] == 5_000
    assert told["ops_per_second"] == pytest.approx(5_000 / told["elapsed_seconds"])
    assert told["latency_ms"] == ticks[-1].latency_ms
    assert told["latency_sample"] == {"every": 17, "timed": 295, "open": False}
    assert ticks[-1].t <= told["elapsed_seconds"] * 1.5 + 0.01


def test_what_telling_takes_is_no_part_of_a_play():
    began = time.thread_time_ns()

    def slow(tick):
        until = time.thread_time_ns() + 30_000_000
        while time.thread_time_ns() < until:
            pass

    trial = begin(generate(Recipe(ops=5_000, is_whole=True)), setting(), slow).trial()
    assert time.thread_time_ns() - began >= 6 * 30_000_000
    assert trial.played.cpu_ns < 3 * 30_000_000


def test_the_profile_picks_the_least_cpu_time_of_each_kind():
    # Nanoseconds of the plays, round by round; the first round counts for nothing.
    rounds = [[1, 1], [500, 300], [200, 400], [500, 390], [500, 390], [500, 390]]
    spent = iter([ns for row in rounds for ns in row])
    now = [0]

    def cpu():
        now[0] += next(spent) if now[1:] else 0
        now[1:] = [] if now[1:] else [1]
        return now[0]

    clocks = Clocks(cpu, CLOCKS.wall, CLOCKS.preemptions)
    made = generate(Recipe(ops=10, is_whole=True))
    found = profile(made, Player(clocks), DRAW, ("swiss", "robinhood"))
    assert {kind: played.cpu_ns for kind, played in found.played.items()} == {
        "swiss": 200,
        "robinhood": 300,
    }
    assert (found.fastest, found.close) == ("swiss", ())
    near = {"swiss": 100, "robinhood": 104}
    played = {k: replace(v, cpu_ns=near[k]) for k, v in found.played.items()}
    assert replace(found, played=played).close == ("robinhood",)


def test_the_first_operations_are_those():
    made = generate(Recipe(ops=50))
    first = made.first(7)
    assert first.keys.equals(pa.array(made.keys.to_pylist()[:7]))
    assert made.first(100).digest == made.digest


@pytest.mark.parametrize(
    "change", [lambda t: t, lambda t: t[:50], lambda t: t.replace('"m"', '"x"'), lambda t: "[]"]
)
def test_costs_are_read_back_or_measured_again(tmp_path, change):
    text = costs_text(TABLE)
    (tmp_path / "c.json").write_text(change(text))
    found = read_costs(tmp_path / "c.json", "m")
    assert (found == TABLE) if change(text) == text else (found is None)
    assert read_costs(tmp_path / "none.json", "m") is None
