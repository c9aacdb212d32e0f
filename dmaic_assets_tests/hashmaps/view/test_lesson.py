"""The steps of a lesson lead to what a dictionary holds; the map of regimes follows its costs."""

from dataclasses import replace

import numpy as np
import pytest

from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable
from dmaic_assets.hashmaps.view.lesson import MOST_KEYS, MOST_STEPS, lesson_of
from dmaic_assets.hashmaps.view.regimes import HIT_SHARES, MAP_LOADS, points_of, regimes_of
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.hashmaps.seeds import seeds_from

WORKLOAD = generate(Recipe(ops=400, reads=0.2, key_space=30, deletes=0.4, seed=7))
COSTS = Costs(hit=20.0, miss=20.0, insert=30.0, delete=40.0)


def table_of(swiss: Costs, others: Costs = COSTS) -> CostTable:
    costs = {kind: [[others] * len(SHARES)] * len(SIZES) for kind in range(5)}
    build = {kind: [10.0] * len(SIZES) for kind in range(5)}
    return CostTable("made up", {**costs, 0: [[swiss] * len(SHARES)] * len(SIZES)}, build)


@pytest.mark.parametrize("kind", ["swiss", "robinhood", "linear", "chaining"])
def test_a_lesson_leads_to_what_a_dictionary_holds(kind):
    steps = lesson_of(WORKLOAD, seeds_from(np.random.default_rng(3)), str).courses[kind]
    held, model = [""] * 16, set()
    assert len(steps) == MOST_STEPS
    assert any(step.is_grown for step in steps)
    for step in steps:
        assert step.way[0] == step.home
        assert step.is_hit == (step.key in model)
        if step.op == "put":
            model.add(step.key)
        elif step.op == "del":
            model.discard(step.key)
        if step.is_grown:
            held = [""] * step.places
        for at, label in step.changed:
            held[at] = label
        assert sorted(key for cell in held if cell for key in cell.split()) == sorted(model)


def test_a_lesson_ends_before_it_has_too_many_keys():
    many = generate(Recipe(ops=400, key_space=10_000))
    steps = lesson_of(many, seeds_from(np.random.default_rng(3)), str).courses["linear"]
    assert len({step.key for step in steps}) == MOST_KEYS


def test_the_cheapest_index_wins_everywhere_with_its_margin():
    regimes = regimes_of(table_of(replace(COSTS, hit=10.0, miss=10.0)), 5000)
    assert len(regimes) == len(MAP_LOADS) * len(HIT_SHARES)
    assert {regime.kind for regime in regimes} == {"swiss"}
    assert {round(regime.margin or 0, 6) for regime in regimes} == {1.0}


def test_an_index_wins_only_where_its_load_allows_it():
    regimes = regimes_of(table_of(replace(COSTS, hit=90.0, miss=90.0)), 5000)
    # Chaining alone may be as full as Swiss; linear grows at .6, Robin Hood at .8.
    assert {r.kind for r in regimes if r.load > 0.8} == {"chaining"}


def test_every_measured_point_is_told():
    points = points_of(table_of(COSTS))
    assert len(points) == 5 * len(SIZES) * len(SHARES)
    assert {round(p.load, 9) for p in points if p.kind == "linear"} == {0.3, 0.45, 0.6}
