"""A search finds a limit that matters, proves it anew, and keeps what is there otherwise."""

from itertools import count

import numpy as np
import pytest

from dmaic_assets.hashmaps.config.file import values_of
from dmaic_assets.hashmaps.config.options import config_of
from dmaic_assets.hashmaps.trial.trial import Setting, side_of
from dmaic_assets.hashmaps.trial.tune import SPACE, Search, drawn, tune
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS, WORKLOAD
from dmaic_assets_tests.hashmaps.seeds import seeds_from

# Rounds of cpu time differ by some percent on a contended machine.
NOISE = 0.03
BASE = config_of({"adaptive.policy": ("thresholds", "a test")})


def search(cost, seed=1, budget_s=1e6, **options):
    """A search of plays that take what a function says, of a clock that counts its readings."""
    rng, ticks, heard = np.random.default_rng(seed), count(), []

    def side(config):
        return lambda: {
            "ns/op": cost(config.adaptive) * float(np.exp(rng.normal(0, NOISE))),
            "bytes": 1000.0,
        }

    clock = lambda: next(ticks) * 1_000_000_000  # noqa: E731
    told = lambda done, total, now: heard.append((done, total, now))  # noqa: E731
    return Search(side, rng, clock, told, budget_s=budget_s, **options), heard


@pytest.mark.parametrize("seed", range(5))
def test_a_limit_that_matters_is_found_and_its_gain_lies_in_the_interval(seed):
    find, heard = search(lambda told: 80.0 if told.max_group_len == 64 else 100.0, seed)
    found = tune(BASE, find)
    assert found.best.adaptive.max_group_len == 64
    assert found.is_proven == found.comparison.is_trustworthy
    assert found.gain.low < -0.2 < found.gain.high < 0
    assert found.chosen == (found.best if found.is_proven else found.base)
    assert "adaptive.max_group_len" in found.changes
    assert not found.is_cut
    assert [done for done, _, _ in heard] == list(range(len(heard)))
    assert heard[-1][0] + 1 == heard[-1][1]


def test_where_nothing_matters_what_is_there_is_kept():
    kept = 0
    for seed in range(20):
        find, _ = search(lambda told: 100.0, seed, candidates=8, pairs=20)
        found = tune(BASE, find)
        kept += found.chosen == BASE
    assert kept >= 19


def test_a_worse_candidate_is_never_chosen():
    find, _ = search(lambda told: 100.0 if told == BASE.adaptive else 130.0)
    found = tune(BASE, find)
    assert found.gain.verdict == "slower"
    assert found.chosen == BASE


def test_time_that_is_over_cuts_rounds_and_pairs():
    find, heard = search(lambda told: 100.0, budget_s=4.0)
    found = tune(BASE, find)
    assert found.is_cut
    assert found.comparison.pairs == 6
    assert len(heard) < heard[-1][1]


@pytest.mark.parametrize("policy", ["thresholds", "costs"])
def test_candidates_differ_change_keys_of_the_policy_alone_and_follow_the_seed(policy):
    base = config_of({"adaptive.policy": (policy, "a test")})
    found = drawn(base, 1000, np.random.default_rng(3))
    assert len({tuple(values_of(each).items()) for each in found}) == len(found)
    assert base not in found
    # Of "costs" there are four indexes, five paces and inline or not.
    assert len(found) == {"thresholds": 1000, "costs": 39}[policy]
    before = values_of(base)
    changed = {
        key for each in found for key, value in values_of(each).items() if value != before[key]
    }
    assert changed == set(SPACE[policy])
    assert found == drawn(base, 1000, np.random.default_rng(3))


def test_real_plays_are_searched():
    setting = Setting(BASE, CLOCKS, seeds_from(np.random.default_rng(2)), lambda: None)
    side = lambda config: side_of(WORKLOAD, setting_with(setting, config))  # noqa: E731
    find = Search(side, np.random.default_rng(1), CLOCKS.cpu, lambda *_: None, 3, 6, 1.0)
    found = tune(BASE, find)
    assert found.gain.first > 0
    assert {each.metric for each in found.comparison.control} == {"ns/op", "bytes"}


def setting_with(setting, config):
    return Setting(config, setting.clocks, setting.draw, setting.table)
