"""A slowdown fails the budget, luck in one round does not, and machines are not mixed."""

import time
from dataclasses import replace

import pytest

from dmaic_assets.cli.hashmap.laboratory import clocks, draw_seeds
from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.trial import budget
from dmaic_assets.hashmaps.trial.budget import (
    Baseline,
    baseline_text,
    changes,
    measure,
    read_baseline,
)
from dmaic_assets.hashmaps.trial.play import Player
from dmaic_assets.hashmaps.workload.generate import Recipe

BEFORE = Baseline("one", {"small": [10.0, 10.4, 11.0]})


def regressions(*rounds):
    return [c.name for c in changes(BEFORE, Baseline("one", {"small": rounds})) if c.is_regression]


def test_what_is_a_regression():
    assert regressions(11.2, 11.6, 12.4) == ["small"]
    assert regressions(10.8, 11.3, 11.9) == []
    assert regressions(10.0, 14.0, 15.0) == []
    assert regressions(9.0, 9.1, 9.2) == []


def test_an_injected_slowdown_fails(monkeypatch):
    """The clock of the second measurement runs half as fast again."""
    monkeypatch.setattr(budget, "CANONICAL", {"tiny": Recipe(20_000, key_space=500, is_whole=True)})
    before = measure("one", Player(clocks(), sample=0), draw_seeds)
    slow = replace(clocks(), cpu=lambda: int(time.thread_time_ns() * 1.5))
    after = measure("one", Player(slow, sample=0), draw_seeds)
    assert len(before.figures) == 2
    assert all(len(rounds) == budget.ROUNDS for rounds in before.figures.values())
    assert any(change.is_regression for change in changes(before, after))


def test_another_machine_is_refused():
    with pytest.raises(BadInputError, match="another machine"):
        changes(BEFORE, replace(BEFORE, machine="two"))


def test_a_baseline_comes_back(tmp_path):
    path = tmp_path / "budget.json"
    assert read_baseline(path) is None
    path.write_text(baseline_text(BEFORE))
    assert read_baseline(path) == BEFORE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "adhash.budget.v1", "figures": 3}'])
def test_what_is_no_baseline_is_refused(tmp_path, text):
    path = tmp_path / "budget.json"
    path.write_text(text)
    with pytest.raises(BadInputError):
        read_baseline(path)
