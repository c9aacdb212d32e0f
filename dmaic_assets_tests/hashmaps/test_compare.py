"""A comparison finds what differs, calls equals equal, and seldom finds what is not there."""

import numpy as np
import pytest

from dmaic_assets.hashmaps.trial.compare import compare, differences_of, holm
from dmaic_assets.hashmaps.trial.comparison_report import document_of, markdown_of

# Rounds of cpu time differ by some percent on a contended machine.
NOISE = 0.045


def side(rng, mean, noise=NOISE):
    return lambda: {"ns": mean * float(np.exp(rng.normal(0, noise)))}


def test_a_tenth_less_is_found_and_has_its_sign():
    rng = np.random.default_rng(1)
    found = compare(side(rng, 50.0), side(rng, 45.0), 40, rng)
    (told,) = found.differences
    assert told.verdict == "faster"
    assert told.low < -0.1 < told.high < 0
    assert told.change == pytest.approx(-0.1, abs=0.03)
    assert found.is_trustworthy


def test_equal_sides_are_equivalent_with_enough_rounds():
    rng = np.random.default_rng(2)
    found = compare(side(rng, 50.0), side(rng, 50.2), 200, rng)
    assert [each.verdict for each in found.differences] == ["equivalent"]


def test_equals_are_called_different_in_one_of_twenty():
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        drawn = np.exp(rng.normal(0, NOISE, (20, 2)))
        pairs = [({"ns": float(one)}, {"ns": float(two)}) for one, two in drawn]
        wrong += differences_of(pairs, rng)[0].p <= 0.05
    assert 5 <= wrong <= 26


def test_the_same_numbers_give_no_difference():
    rng = np.random.default_rng(4)
    (told,) = differences_of([({"ns": 7.0}, {"ns": 7.0})] * 10, rng)
    assert (told.change, told.p, told.verdict) == (0.0, 1.0, "equivalent")


def test_a_side_that_drifts_shows_in_the_control():
    """Every call is slower than the one before it: order is random, and yet equal sides stay so."""
    rng = np.random.default_rng(5)
    calls = iter(range(1, 1000))
    drifting = lambda: {"ns": 100.0 + next(calls)}  # noqa: E731
    found = compare(drifting, drifting, 40, rng)
    assert abs(found.differences[0].change) < 0.02


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_document_and_page():
    rng = np.random.default_rng(6)
    found = compare(side(rng, 50.0), side(rng, 30.0), 10, rng)
    told = document_of(found, ("swiss", "linear"), "abc")
    assert told["schema"] == "adhash.compare.v1"
    assert len(told["timeline"]) == 10
    assert set(told["timeline"][0]) == {"first", "second", "again"}
    (delta,) = told["deltas"]
    assert delta["delta"] == pytest.approx(delta["second"] - delta["first"])
    assert delta["percent"] < 0
    page = markdown_of(found, ("swiss", "linear"), "ten operations")
    assert "# linear against swiss" in page
    assert "| ns |" in page
    assert "Control: swiss against itself" in page
