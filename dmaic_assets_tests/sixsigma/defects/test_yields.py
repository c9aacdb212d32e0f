"""Yields of steps and chains: rework counts, products, and the Poisson link to defects."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.defects.yields import (
    chain_yield,
    normalised_yield,
    rolled_throughput_yield,
    step_yield,
    total_dpu,
    yield_of_dpu,
)


def test_rework_lowers_the_first_time_yield_and_not_the_classic_one() -> None:
    step = step_yield("parse", units=200, scrapped=10, reworked=30)

    assert step.classic == 0.95
    assert step.first_time == 0.8


def test_the_yield_of_a_chain_is_the_product_of_its_steps() -> None:
    chain = chain_yield(
        [
            step_yield("land", units=100, scrapped=10),
            step_yield("parse", units=90, scrapped=9),
            step_yield("join", units=81, scrapped=0),
        ]
    )

    assert chain.rolled_throughput == pytest.approx(0.81)
    assert chain.normalised == pytest.approx(0.81 ** (1 / 3))
    assert chain.total_dpu == pytest.approx(-math.log(0.81))


def test_a_step_that_nothing_passes_leaves_no_defects_per_unit() -> None:
    chain = chain_yield([step_yield("parse", units=3, scrapped=3)])

    assert chain.rolled_throughput == 0
    assert chain.total_dpu is None


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12), st.randoms())
def test_the_order_of_steps_does_not_matter(yields: list[float], random) -> None:
    shuffled = random.sample(yields, len(yields))

    assert rolled_throughput_yield(shuffled) == pytest.approx(rolled_throughput_yield(yields))


@settings(deadline=None)
@given(st.floats(0, 20))
def test_yield_and_defects_per_unit_are_inverse(dpu: float) -> None:
    assert total_dpu(yield_of_dpu(dpu)) == pytest.approx(dpu, abs=1e-9)


@settings(deadline=None)
@given(st.floats(0.001, 1), st.integers(1, 30))
def test_equal_steps_of_the_normalised_yield_make_the_chain(rty: float, steps: int) -> None:
    each = normalised_yield(rty, steps)

    assert rolled_throughput_yield([each] * steps) == pytest.approx(rty)


@pytest.mark.parametrize(
    "work",
    [
        lambda: rolled_throughput_yield([]),
        lambda: rolled_throughput_yield([0.5, 1.2]),
        lambda: normalised_yield(0.5, 0),
        lambda: total_dpu(0),
        lambda: yield_of_dpu(-1),
        lambda: step_yield("s", units=3, scrapped=2, reworked=2),
    ],
)
def test_what_cannot_be_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
