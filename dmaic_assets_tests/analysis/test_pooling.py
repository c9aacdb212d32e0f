"""Witnesses that agree, contradict each other, or say nothing."""

import pytest

from dmaic_assets.analysis.pooling import Witness, pool

EVEN = {"a": 0.5, "b": 0.5}


def test_two_that_agree_are_surer_than_one() -> None:
    one = pool([Witness("x", 1, {"a": 0.8, "b": 0.2})], EVEN)
    two = pool([Witness(n, 1, {"a": 0.8, "b": 0.2}) for n in "xy"], EVEN)

    assert one.shares["a"] == pytest.approx(0.8)
    assert two.shares["a"] == pytest.approx(0.64 / 0.68)
    assert two.conflict == pytest.approx(0.0, abs=1e-12)
    assert two.ignorance < one.ignorance < 1


def test_two_that_are_sure_of_different_answers_are_in_full_conflict() -> None:
    found = pool([Witness("x", 1, {"a": 1.0}), Witness("y", 1, {"b": 1.0})], EVEN)

    assert found.conflict == pytest.approx(1.0)
    assert found.shares["a"] == pytest.approx(0.5)


def test_nobody_heard_leaves_the_prior_and_full_ignorance() -> None:
    found = pool([Witness("x", 0, {"a": 1.0})], {"a": 0.1, "b": 0.9})

    assert (found.answer, found.ignorance, found.conflict) == ("b", 1.0, 0.0)
