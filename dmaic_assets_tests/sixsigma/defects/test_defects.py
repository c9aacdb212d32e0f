"""DPU, DPO, DPMO and sigma: bounds where counts are zero, signs kept, laws of the definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.defects.defects import (
    defect_metrics,
    dpmo_of_sigma,
    sigma_level,
    z_long_term,
)
from dmaic_assets.sixsigma.tests.proportions import (
    exact_share_interval,
    rate_interval,
    share_interval,
)


@pytest.mark.parametrize(
    ("level", "dpmo"),
    [(6.0, 3.3977), (5, 232.63), (4, 6209.67), (3, 66807.2), (2, 308537.5), (1, 691462.5)],
)
def test_sigma_levels_have_the_dpmo_of_the_usual_table(level: float, dpmo: float) -> None:
    assert dpmo_of_sigma(level) == pytest.approx(dpmo, rel=2e-5)
    assert sigma_level(dpmo_of_sigma(level)) == pytest.approx(level, abs=1e-12)


def test_a_sigma_level_is_no_whole_number_that_steps_at_the_usual_table() -> None:
    below, at, above = (sigma_level(dpmo) for dpmo in (230.0, 232.63, 235.0))

    assert below > at > above
    assert at == pytest.approx(5, abs=1e-4)
    assert below - above < 0.01


def test_zero_defects_give_a_bound_and_no_infinity() -> None:
    metrics = defect_metrics(0, 10_000)

    assert metrics.dpmo == 0
    assert metrics.sigma.sigma_level is None
    assert metrics.sigma.z_long_term is None
    assert metrics.dpmo_interval.upper == pytest.approx(299.528, abs=1e-3)
    assert metrics.dpmo_interval.side == "upper"
    assert metrics.sigma.sigma_lower == pytest.approx(4.932, abs=1e-3)
    assert metrics.sigma.sigma_upper is None


def test_nothing_but_defects_gives_the_other_bound() -> None:
    metrics = defect_metrics(20, 20)

    assert metrics.sigma.sigma_level is None
    assert metrics.sigma.sigma_lower is None
    assert metrics.dpo_interval.side == "lower"
    assert metrics.sigma.sigma_upper is not None
    assert metrics.sigma.sigma_upper < 1.5


def test_more_than_933193_dpmo_keep_their_negative_sign() -> None:
    assert sigma_level(950_000) < 0
    assert z_long_term(500_000) == 0


def test_opportunities_are_multiplied_into_the_trials() -> None:
    metrics = defect_metrics(12, 400, opportunities_per_unit=5)

    assert metrics.opportunities == 2000
    assert metrics.dpu == 0.03
    assert metrics.dpo == 0.006
    assert metrics.dpmo == pytest.approx(6000)
    assert metrics.dpo_interval.holds(0.006)
    assert metrics.dpu_interval.holds(0.03)
    assert metrics.sigma.sigma_lower < metrics.sigma.sigma_level < metrics.sigma.sigma_upper


@pytest.mark.parametrize(
    ("defects", "units", "opportunities"), [(-1, 5, 1), (6, 5, 1), (0, 0, 1), (0, 5, 0)]
)
def test_impossible_counts_are_refused(defects: int, units: int, opportunities: int) -> None:
    with pytest.raises(BadInputError):
        defect_metrics(defects, units, opportunities_per_unit=opportunities)


@pytest.mark.parametrize("dpmo", [0, 1e6, -1, math.nan])
def test_a_dpmo_without_a_finite_z_is_refused(dpmo: float) -> None:
    with pytest.raises(BadInputError, match="finite"):
        z_long_term(dpmo)


@pytest.mark.parametrize("method", ["clopper-pearson", "wilson"])
@settings(deadline=None)
@given(count=st.integers(1, 199), level=st.floats(0.5, 0.999))
def test_share_intervals_agree_with_scipy(method: str, count: int, level: float) -> None:
    exact = exact_share_interval(count, 200, level=level)
    ours = share_interval(count, 200, level=level, method=method) if method == "wilson" else exact

    name = "exact" if method == "clopper-pearson" else "wilson"
    theirs = stats.binomtest(count, 200).proportion_ci(level, method=name)
    assert ours.lower == pytest.approx(theirs.low, rel=1e-9)
    assert ours.upper == pytest.approx(theirs.high, rel=1e-9)


@settings(deadline=None)
@given(count=st.integers(1, 99))
def test_the_mid_p_interval_lies_within_the_exact_one(count: int) -> None:
    inner = share_interval(count, 100, method="mid-p")
    outer = exact_share_interval(count, 100)

    assert outer.lower < inner.lower < count / 100 < inner.upper < outer.upper


def test_the_mid_p_interval_keeps_its_digits_for_rare_events() -> None:
    rare = share_interval(3, 10**9, method="mid-p")

    def tail(share: float) -> float:
        return stats.binom.sf(3, 10**9, share) + stats.binom.pmf(3, 10**9, share) / 2

    assert tail(rare.lower) == pytest.approx(0.025, rel=1e-6)
    assert tail(rare.upper) == pytest.approx(0.975, rel=1e-6)


def test_a_rate_without_events_has_only_an_upper_bound() -> None:
    interval = rate_interval(0, 100, level=0.95)

    assert interval.side == "upper"
    assert interval.upper == pytest.approx(0.0299573, rel=1e-5)
    exact = rate_interval(4, 2.0)
    assert exact.method == "garwood"
    assert exact.lower == pytest.approx(stats.chi2.ppf(0.025, 8) / 4)
    assert exact.upper == pytest.approx(stats.chi2.ppf(0.975, 10) / 4)


def test_the_mid_p_interval_of_a_rate_splits_the_probability_of_what_was_seen() -> None:
    interval = rate_interval(4, 2.0, method="mid-p")

    def tail(rate: float) -> float:
        return stats.poisson.sf(4, 2 * rate) + stats.poisson.pmf(4, 2 * rate) / 2

    assert tail(interval.lower) == pytest.approx(0.025)
    assert tail(interval.upper) == pytest.approx(0.975)


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 40))
def test_scaling_units_and_defects_together_leaves_dpmo_and_sharpens_it(
    units: int, times: int
) -> None:
    once = defect_metrics(units // 2, units)
    often = defect_metrics(units // 2 * (times + 1), units * (times + 1))

    assert often.dpmo == pytest.approx(once.dpmo)
    assert often.dpmo_interval.upper <= once.dpmo_interval.upper + 1e-6


@pytest.mark.parametrize(
    ("method", "least", "most"), [("mid-p", 0.94, 0.965), ("wilson", 0.94, 0.96)]
)
def test_share_intervals_cover_what_they_say(method: str, least: float, most: float) -> None:
    rng = np.random.default_rng(5)
    shares = rng.uniform(0.02, 0.3, 3000)
    counts = rng.binomial(500, shares)
    intervals = {count: share_interval(int(count), 500, method=method) for count in set(counts)}

    covered = np.mean([intervals[c].holds(p) for c, p in zip(counts, shares, strict=True)])

    assert least <= covered <= most


@pytest.mark.parametrize("trials", [1, 20, 200])
def test_an_exact_share_interval_covers_its_level_for_every_share(trials: int) -> None:
    counts = np.arange(trials + 1)
    intervals = [exact_share_interval(int(count), trials) for count in counts]
    lower = np.array([interval.lower for interval in intervals])
    upper = np.array([interval.upper for interval in intervals])
    shares = np.linspace(0.001, 0.999, 499)[:, None]

    covered = ((lower <= shares) & (shares <= upper)) * stats.binom.pmf(counts, trials, shares)

    assert covered.sum(axis=1).min() >= 0.95


@pytest.mark.parametrize("trials", [6, 20, 80, 200])
def test_a_share_interval_covers_its_level_within_one_in_a_hundred_for_every_share(
    trials: int,
) -> None:
    counts = np.arange(trials + 1)
    intervals = [share_interval(int(count), trials) for count in counts]
    lower = np.array([interval.lower for interval in intervals])
    upper = np.array([interval.upper for interval in intervals])
    # Coverage is least just beyond a bound.
    shares = np.concatenate([lower - 1e-9, upper + 1e-9]).clip(1e-9, 1 - 1e-9)[:, None]

    covered = ((lower <= shares) & (shares <= upper)) * stats.binom.pmf(counts, trials, shares)

    assert covered.sum(axis=1).min() >= 0.94


def test_a_rate_interval_covers_its_level_within_one_in_a_hundred_for_every_rate() -> None:
    counts = np.arange(160)
    intervals = [rate_interval(int(count), 1.0) for count in counts]
    lower = np.array([interval.lower for interval in intervals])
    upper = np.array([interval.upper for interval in intervals])
    rates = np.concatenate([lower[:90] - 1e-9, upper[:80] + 1e-9]).clip(1e-9)[:, None]

    covered = ((lower <= rates) & (rates <= upper)) * stats.poisson.pmf(counts, rates)

    assert covered.sum(axis=1).min() >= 0.94


def test_few_events_give_a_bound_and_many_an_interval() -> None:
    few, many = share_interval(12, 4000), share_interval(120, 4000)

    assert (few.method, few.promise) == ("clopper-pearson", "at least 95 %")
    assert (many.method, many.promise) == ("mid-p", "95 %")
    assert share_interval(3988, 4000).is_at_least
    assert rate_interval(12, 4.0).is_at_least and not rate_interval(120, 4.0).is_at_least
