"""Sampling plans hold their risks, are the smallest that do, and agree with enumeration."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.defects.sampling_plans import (
    SamplingPlan,
    acceptance_probability,
    design_plan,
    operating_characteristic,
    sample_size_for_share,
    sample_size_without_defects,
)


def test_the_probabilities_of_a_published_plan() -> None:
    curve = operating_characteristic(SamplingPlan(52, 3), [0.01, 0.05, 0.12])

    assert [round(value, 2) for value in curve] == [1.0, 0.74, 0.12]


def test_acceptance_in_a_small_lot_is_counted_without_replacement() -> None:
    plan = SamplingPlan(3, 1, lot_size=10)

    expected = sum(math.comb(4, k) * math.comb(6, 3 - k) for k in (0, 1)) / math.comb(10, 3)
    assert acceptance_probability(plan, 0.4) == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(aql=st.floats(0.001, 0.03), ratio=st.floats(3, 12))
def test_a_designed_plan_holds_both_risks_and_no_smaller_one_does(aql: float, ratio: float) -> None:
    designed = design_plan(aql, aql * ratio)
    n, c = designed.plan.sample_size, designed.plan.acceptance

    assert designed.producer_risk <= 0.05
    assert designed.consumer_risk <= 0.10
    for smaller in range(c + 1):
        plan = SamplingPlan(n - 1, smaller) if smaller < n else None
        is_good = plan and acceptance_probability(plan, aql) >= 0.95
        is_strict = plan and acceptance_probability(plan, aql * ratio) <= 0.10
        assert not (is_good and is_strict)


def test_a_lot_that_is_small_needs_a_smaller_sample() -> None:
    small = design_plan(0.01, 0.08, lot_size=200)

    assert small.plan.sample_size < design_plan(0.01, 0.08).plan.sample_size
    assert small.consumer_risk <= 0.10


def test_sample_sizes_of_the_textbooks() -> None:
    assert sample_size_for_share(0.5, 0.05) == 385
    assert sample_size_without_defects(0.01) == 299


@pytest.mark.parametrize(
    "work",
    [
        lambda: SamplingPlan(0, 0),
        lambda: SamplingPlan(5, 6),
        lambda: SamplingPlan(5, 1, lot_size=4),
        lambda: acceptance_probability(SamplingPlan(5, 1), 1.5),
        lambda: design_plan(0.05, 0.05),
        lambda: design_plan(0.01, 0.02, lot_size=20, producer_risk=0.01, consumer_risk=0.01),
        lambda: sample_size_for_share(0.5, 0),
        lambda: sample_size_without_defects(0),
    ],
)
def test_what_cannot_be_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
