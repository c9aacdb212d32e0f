"""Capability: indices by hand, laws, coverage of intervals, and the gate before them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.sixsigma.capability.attribute import (
    attribute_capability,
    defect_rate_capability,
)
from dmaic_assets.sixsigma.capability.normal import bissell_interval, capability, indices
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.capability.stability_gate import Stability
from dmaic_assets.sixsigma.charts.within_sigma import (
    CapabilitySigma,
    equivalent_df,
    moving_range_sigma,
    overall_sigma,
    pooled_sigma,
    range_sigma,
    unbiasing_factor,
)

SPEC = Specification(8.0, 20.0)
VALUES = st.lists(st.floats(-50, 50), min_size=4, max_size=40).filter(lambda v: np.std(v) > 0.1)


def test_the_handbook_example() -> None:
    found = indices(16.0, 50, SPEC, CapabilitySigma(2.0, 49, "given"))

    assert found.potential.value == 1.0
    assert found.actual.value == pytest.approx(0.6667, abs=1e-4)
    assert found.upper == found.actual
    assert found.lower.value == pytest.approx(4 / 3)


def test_the_published_interval_of_the_piston_rings() -> None:
    interval = bissell_interval(1.66322, 125, 124)

    assert interval.lower == pytest.approx(1.448, abs=2e-3)
    assert interval.upper == pytest.approx(1.878, abs=2e-3)


def test_a_one_sided_specification_has_no_potential() -> None:
    found = capability([1.0, 2.0, 3.0, 4.0], Specification(upper=10.0))

    assert found.overall.potential is None
    assert found.overall.lower is None
    assert found.overall.actual == found.overall.upper
    assert found.within is None
    assert found.cpm is None


def test_values_beyond_a_limit_are_counted_and_values_on_it_are_not() -> None:
    found = capability([1.0, 2.0, 3.0, 4.0, 5.0], Specification(2.0, 4.0))

    assert found.observed_share == 0.4
    assert 0.3 < found.overall.expected_share < 0.7


def test_a_mean_beyond_its_limit_keeps_its_negative_index() -> None:
    found = capability([10.0, 11.0, 12.0], Specification(upper=9.0))

    assert found.overall.actual.value < 0
    assert found.overall.expected_share > 0.5


def test_cpm_sees_the_distance_from_the_target() -> None:
    values = [-1.0, 1.0] * 20

    centred = capability(values, Specification(-6.0, 6.0, target=0.0)).cpm
    off = capability([v + 2 for v in values], Specification(-6.0, 6.0, target=0.0)).cpm

    assert centred.value == pytest.approx(2.0)
    assert off.value == pytest.approx(2 / math.sqrt(5))
    assert centred.interval.holds(centred.value)


@settings(deadline=None, max_examples=60)
@given(VALUES, st.floats(-100, 100), st.floats(0.1, 10))
def test_another_unit_changes_no_index(values: list, offset: float, factor: float) -> None:
    spec = Specification(-60.0, 70.0, target=1.0)
    other = Specification(
        *(offset + factor * limit for limit in (-60.0, 70.0)), target=offset + factor
    )

    ours = capability(values, spec)
    theirs = capability([offset + factor * value for value in values], other)

    assert theirs.overall.actual.value == pytest.approx(ours.overall.actual.value, rel=1e-6)
    assert theirs.cpm.value == pytest.approx(ours.cpm.value, rel=1e-6)


@settings(deadline=None, max_examples=60)
@given(VALUES, st.randoms())
def test_order_changes_what_a_process_can_do_and_not_what_it_did(values: list, random) -> None:
    shuffled = random.sample(values, len(values))
    spec = Specification(-60.0, 60.0)

    ours, theirs = (capability(v, spec).overall.actual.value for v in (values, shuffled))

    assert theirs == pytest.approx(ours, rel=1e-9)


def test_a_drift_lowers_ppk_and_not_cpk_and_shuffling_undoes_it() -> None:
    values = [0.1 * k + (k % 2) * 0.2 for k in range(60)]
    shuffled = np.random.default_rng(1).permutation(values).tolist()
    spec = Specification(-10.0, 16.0)

    cpk = [
        capability(v, spec, within=moving_range_sigma(v)).within.actual.value
        for v in (values, shuffled)
    ]

    assert capability(values, spec).overall.actual.value < cpk[0] / 4
    assert cpk[1] < cpk[0] / 4


def test_pooled_sigma_is_unbiased_and_ignores_differences_between_subgroups() -> None:
    rng = np.random.default_rng(2)
    groups = rng.normal(rng.normal(0, 50, (800, 1)), 2.0, (800, 3))

    estimates = [pooled_sigma(groups[k : k + 4].tolist()) for k in range(0, 800, 4)]

    assert np.mean([estimate.value for estimate in estimates]) == pytest.approx(2.0, rel=0.05)
    assert estimates[0].df == 8
    assert pooled_sigma([[1.0, 3.0], [9.0], [4.0]], is_unbiased=False).value == math.sqrt(2)


def test_a_moving_range_is_worth_the_degrees_of_freedom_that_it_says() -> None:
    rng = np.random.default_rng(9)

    estimates = [moving_range_sigma(rng.normal(0, 1, 30).tolist()) for _ in range(4000)]

    sigmas = np.array([estimate.value for estimate in estimates])
    assert sigmas.mean() == pytest.approx(1, abs=0.01)
    assert equivalent_df(sigmas.var()) == pytest.approx(estimates[0].df, rel=0.06)
    assert 17 < estimates[0].df < 19


def test_c4_is_that_of_the_tables() -> None:
    assert unbiasing_factor(1) == pytest.approx(0.797885, abs=1e-6)
    assert unbiasing_factor(4) == pytest.approx(0.939986, abs=1e-6)
    assert equivalent_df(1 / unbiasing_factor(20) ** 2 - 1) == pytest.approx(20, rel=1e-3)


def test_an_unstable_process_is_labelled_or_refused() -> None:
    unstable = Stability(25, {"nelson1": [3], "nelson2": [3, 9]})
    values = [float(k % 7) for k in range(25)]

    assert unstable.signalling == 2
    assert unstable.stable_share == pytest.approx(0.92)
    labels = [
        capability(values, SPEC, stability=stability).label
        for stability in (None, Stability(25, {}), unstable)
    ]
    assert labels == ["not charted", "capability", "performance of an unstable process"]
    with pytest.raises(PolicyError, match=r"2 of 25 points signal \(nelson1, nelson2\)"):
        capability(values, SPEC, stability=unstable, on_unstable="refuse")


def test_a_mean_range_is_nearly_the_pooled_sigma() -> None:
    groups = np.random.default_rng(4).normal(0, 2.0, (400, 5)).tolist()

    estimate = range_sigma(groups)

    assert estimate.value == pytest.approx(2.0, rel=0.05)
    assert 0.9 * 1600 < estimate.df < 1600
    with pytest.raises(BadInputError):
        range_sigma([[1.0]])


@pytest.mark.parametrize("name", ["pp", "ppk", "cp pooled", "cp moving range", "cpm"])
def test_intervals_cover_their_level(name: str) -> None:
    rng = np.random.default_rng(21)
    spec = Specification(-4.0, 5.0, target=0.5)
    truth = {"pp": 1.5, "ppk": 4.1 / 3, "cpm": 4.5 / (3 * math.sqrt(1 + 0.4**2))}.get(name, 1.5)
    covered = 0

    for _ in range(2000):
        values = rng.normal(0.1, 1, 60).tolist()
        found = capability(values, spec, within=_within(name, values))
        index = {
            "pp": found.overall.potential,
            "ppk": found.overall.actual,
            "cpm": found.cpm,
        }.get(name) or found.within.potential
        covered += index.interval.holds(truth)

    assert 0.935 <= covered / 2000 <= 0.965


def _within(name: str, values: list) -> CapabilitySigma | None:
    if name == "cp pooled":
        return pooled_sigma([values[k : k + 5] for k in range(0, 60, 5)])
    return moving_range_sigma(values) if name == "cp moving range" else None


def test_attributes_have_a_z_and_never_an_infinite_one() -> None:
    some, none = attribute_capability(30, 1000), attribute_capability(0, 1000)

    assert some.z_bench == pytest.approx(1.8808, abs=1e-4)
    assert some.ppk_equivalent == pytest.approx(some.z_bench / 3)
    assert some.z_interval.lower < some.z_bench < some.z_interval.upper
    assert none.z_bench is None
    assert none.z_interval.side == "lower"
    assert none.z_interval.lower == pytest.approx(2.749, abs=1e-3)
    assert attribute_capability(5, 5).z_interval.side == "upper"


def test_defects_per_unit_become_a_share_of_units() -> None:
    found = defect_rate_capability(50, 100)

    assert found.share == pytest.approx(1 - math.exp(-0.5))
    assert found.share_interval.holds(found.share)
    assert defect_rate_capability(0, 100).z_bench is None


@pytest.mark.parametrize(
    "work",
    [
        Specification,
        lambda: Specification(2.0, 1.0),
        lambda: Specification(1.0, 2.0, target=3.0),
        lambda: Specification(math.nan, 2.0),
        lambda: capability([1.0], SPEC),
        lambda: capability([1.0, 1.0], SPEC),
        lambda: capability([9.0, 10.0], SPEC, level=0),
        lambda: overall_sigma([2.0, 2.0]),
        lambda: pooled_sigma([[1.0], [2.0]]),
        lambda: moving_range_sigma([1.0]),
        lambda: attribute_capability(3, 2),
    ],
)
def test_what_has_no_capability_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
