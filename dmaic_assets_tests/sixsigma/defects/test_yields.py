"""Yields of chains: products, and the Poisson link to defects."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.defects.yields import (
    normalised_yield,
    rolled_throughput_yield,
    yield_of_dpu,
)


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12), st.randoms())
def test_the_order_of_steps_does_not_matter(yields: list[float], random) -> None:
    shuffled = random.sample(yields, len(yields))

    assert rolled_throughput_yield(shuffled) == pytest.approx(rolled_throughput_yield(yields))


@settings(deadline=None)
@given(st.floats(0, 20))
def test_yield_and_defects_per_unit_are_inverse(dpu: float) -> None:
    assert -math.log(yield_of_dpu(dpu)) == pytest.approx(dpu, abs=1e-9)


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
        lambda: yield_of_dpu(-1),
    ],
)
def test_what_cannot_be_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
