"""Identities that hold whatever the data: constants, yields and shares tie up with each other."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.sixsigma.capability.normal import capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.charts.constants import constants
from dmaic_assets.sixsigma.charts.estimators import sigma_within, subgroup_ranges
from dmaic_assets.sixsigma.charts.within_sigma import pooled_sigma, range_sigma
from dmaic_assets.sixsigma.defects.defects import defect_metrics
from dmaic_assets.sixsigma.defects.yields import (
    normalised_yield,
    rolled_throughput_yield,
    yield_of_dpu,
)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 10), st.integers(0, 999), st.sampled_from(["exact", "table3"]))
def test_a2_rbar_is_three_standard_errors(n: int, seed: int, mode) -> None:
    data = np.random.default_rng(seed).normal(5, 2, (12, n))

    a2 = constants(n, mode).factors["A2"]
    sigma = sigma_within(data, method="uwave_r", mode=mode).value

    assert a2 * subgroup_ranges(data).mean() == pytest.approx(3 * sigma / math.sqrt(n), rel=1e-12)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 8), st.integers(0, 999))
def test_capability_and_charts_share_their_sigma(n: int, seed: int) -> None:
    data = np.random.default_rng(seed).normal(5, 2, (12, n))
    groups = data.tolist()

    assert range_sigma(groups).value == pytest.approx(sigma_within(data, method="uwave_r").value)
    assert pooled_sigma(groups).value == pytest.approx(sigma_within(data, method="pooled").value)


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(1, 10_000))
def test_one_opportunity_makes_dpu_and_dpo_equal_and_their_yields_close(
    defects: int, units: int
) -> None:
    metrics = defect_metrics(min(defects, units), units)

    assert metrics.dpu == metrics.dpo
    assert yield_of_dpu(metrics.dpu) >= 1 - metrics.dpu


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_a_chain_is_never_better_than_its_worst_step(yields: list[float]) -> None:
    chain, worst = rolled_throughput_yield(yields), min(yields)

    assert chain <= worst + 1e-12
    assert worst - 1e-12 <= normalised_yield(chain, len(yields)) <= 1 + 1e-12


@settings(deadline=None)
@given(st.floats(-3, 3), st.floats(0.2, 4))
def test_ppk_is_pp_less_the_distance_from_the_middle(mean: float, spread: float) -> None:
    values = [mean + spread * step for step in (-1.2, -0.4, 0.1, 0.6, 0.9)]

    found = capability(values, Specification(-5.0, 5.0))

    shift = abs(found.mean) / (3 * found.overall.sigma.value)
    assert found.overall.actual.value == pytest.approx(found.overall.potential.value - shift)
