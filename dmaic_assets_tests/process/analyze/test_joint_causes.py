"""Causes together: one that only travels with another adds nothing beside it."""

import numpy as np
import pytest

from dmaic_assets.phase_values.analyze import Cause
from dmaic_assets.process.analyze.joint_causes import joint_effects
from dmaic_assets_tests.process.analyze.made import factor_of


def cause(*group):
    return Cause(group, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0)


def made(rows=20_000, seed=3):
    """Defects from store A; till 1 stands in store A mostly, and is none."""
    rng = np.random.default_rng(seed)
    store = rng.choice(["A", "B"], rows, p=[0.3, 0.7])
    till = np.where(rng.random(rows) < np.where(store == "A", 0.8, 0.1), "1", "2")
    odds = np.where(store == "A", 0.06, 0.02) / (1 - np.where(store == "A", 0.06, 0.02))
    defective = rng.random(rows) < odds / (1 + odds)
    return [factor_of("store", store.tolist()), factor_of("till", till.tolist())], defective


def test_a_cause_that_travels_with_another_follows_from_it():
    factors, defective = made()
    till, store = joint_effects([cause(("till", "1")), cause(("store", "A"))], factors, defective)

    assert (till.holds, store.holds) == (False, True)
    assert till.low < 1 < till.high
    assert store.low < (0.06 / 0.94) / (0.02 / 0.98) < store.high
    assert store.words == "store = A"


def test_a_cause_whose_rows_are_all_defective_has_an_answer():
    factors = [factor_of("a", list("xxxxxyyyyyyyyyyyyyyy")), factor_of("b", list("pq" * 10))]
    defective = factors[0].codes == 0

    effect, _ = joint_effects([cause(("a", "x")), cause(("b", "p"))], factors, defective)

    assert effect.holds
    assert np.isfinite(effect.high)


@pytest.mark.parametrize(
    "causes",
    [[], [cause(("store", "A"))], [cause(("store", "A")), cause(("store", "A"))]],
)
def test_there_is_nothing_beside_a_cause_alone(causes):
    factors, defective = made(500)

    assert joint_effects(causes, factors, defective) == ()
