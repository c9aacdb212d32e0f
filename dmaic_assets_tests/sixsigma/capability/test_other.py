"""Capability without normality: percentiles, families, Box-Cox."""

import math

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.capability.box_cox import box_cox, box_cox_capability
from dmaic_assets.sixsigma.capability.normal import capability
from dmaic_assets.sixsigma.capability.other import (
    percentile_capability,
)
from dmaic_assets.sixsigma.capability.specification import Specification

LOGS = np.random.default_rng(3).normal(1.0, 0.4, 2000)
SKEWED = np.exp(LOGS).tolist()


def test_percentiles_of_normal_values_give_the_normal_indices() -> None:
    values = np.random.default_rng(1).normal(10, 2, 200_000).tolist()
    spec = Specification(2.0, 20.0)

    found, normal = percentile_capability(values, spec), capability(values, spec).overall

    assert found.potential == pytest.approx(normal.potential.value, rel=0.03)
    assert found.actual == pytest.approx(normal.actual.value, rel=0.03)
    assert found.notes == ()


@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull"])
def test_a_fitted_family_sees_the_skew_that_normal_indices_hide(family: str) -> None:
    spec = Specification(upper=9.0)

    found = percentile_capability(SKEWED, spec, family=family)

    assert found.actual < capability(SKEWED, spec).overall.actual.value
    assert found.potential is None
    assert found.low < found.middle < found.high


def test_the_right_family_finds_the_true_percentiles() -> None:
    found = percentile_capability(SKEWED, Specification(0.5, 9.0), family="lognormal")

    assert found.middle == pytest.approx(math.e, rel=0.03)
    assert found.high == pytest.approx(math.exp(1 + 3 * 0.4), rel=0.05)
    assert found.actual == pytest.approx((9 - math.e) / (math.exp(2.2) - math.e), rel=0.1)


def test_few_values_have_empirical_percentiles_with_a_warning() -> None:
    found = percentile_capability([1.0, 2.0, 3.0, 4.0], Specification(0.0, 5.0))

    assert (found.low, found.middle, found.high) == (1.0, 2.5, 4.0)
    assert "741" in found.notes[0]


def test_box_cox_of_lognormal_values_is_the_capability_of_their_logs() -> None:
    found = box_cox_capability(SKEWED, Specification(0.5, 12.0), power=0.0)
    logs = capability(LOGS.tolist(), Specification(math.log(0.5), math.log(12.0)))

    assert found.capability.overall.actual.value == pytest.approx(logs.overall.actual.value)
    assert box_cox_capability(SKEWED, Specification(0.5, 12.0)).power == pytest.approx(0, abs=0.1)


def test_an_estimated_power_widens_every_interval_and_a_given_one_none() -> None:
    limits = Specification(0.5, 12.0, target=2.0)
    estimated = box_cox_capability(SKEWED, limits)
    given = box_cox_capability(SKEWED, limits, power=estimated.power)

    for one, other in (
        (estimated.capability.overall.potential, given.capability.overall.potential),
        (estimated.capability.overall.actual, given.capability.overall.actual),
        (estimated.capability.cpm, given.capability.cpm),
    ):
        wide, narrow = one.interval, other.interval
        assert one.value == other.value
        assert wide.upper - wide.lower > narrow.upper - narrow.lower
        assert wide.is_at_least and not narrow.is_at_least


def test_a_lower_limit_that_cannot_be_broken_is_dropped_and_said() -> None:
    found = box_cox_capability(SKEWED, Specification(0.0, 12.0))

    assert found.specification.lower is None
    assert "dropped" in found.notes[0]
    assert found.capability.overall.lower is None


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.5, 2.0])
def test_the_transformation_keeps_the_order(power: float) -> None:
    values = [box_cox(x, power) for x in (0.1, 1.0, 3.0, 50.0)]

    assert values == sorted(values)
    assert values[1] == 0


@pytest.mark.parametrize(
    "work",
    [
        lambda: percentile_capability([1.0], Specification(0.0, 1.0)),
        lambda: percentile_capability([1.0, 1.0], Specification(0.0, 1.0)),
        lambda: percentile_capability([-1.0, 1.0], Specification(upper=9.0), family="gamma"),
        lambda: box_cox_capability([0.0, 1.0], Specification(upper=9.0)),
        lambda: box_cox_capability([1.0, 2.0], Specification(-9.0)),
        lambda: box_cox_capability([1.0, 2.0], Specification(-9.0, -1.0)),
    ],
)
def test_values_that_do_not_suit_the_method_are_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
