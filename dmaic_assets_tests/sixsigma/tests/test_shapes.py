"""Normality, correlation, transformation, power, breaks, diagnostics."""

import math

import numpy as np
import pytest
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.capability.transforms import back_transform, box_cox, transform
from dmaic_assets.sixsigma.regression.diagnostics import diagnose
from dmaic_assets.sixsigma.regression.linear import linear_regression
from dmaic_assets.sixsigma.tests.normality import (
    anderson_darling,
    cramer_von_mises,
    lilliefors,
    shapiro_wilk,
)
from dmaic_assets.sixsigma.tests.power import (
    anova_power,
    anova_size,
    share_test_power,
    share_test_size,
    t_test_power,
    t_test_size,
)
from dmaic_assets_tests.sixsigma.samples import WEIGHTS


def test_the_weights_of_shapiro_and_wilk() -> None:
    test = shapiro_wilk(WEIGHTS)

    assert test.statistic == pytest.approx(0.788814694835387, rel=1e-9)
    assert test.p == pytest.approx(0.00670381405650293, rel=1e-9)


@pytest.mark.parametrize("n", [3, 4, 5, 6, 11, 12, 50, 2000])
def test_shapiro_wilk_agrees_with_scipy(n: int) -> None:
    values = np.random.default_rng(n).gamma(3, size=n)

    ours, theirs = shapiro_wilk(values), stats.shapiro(values)

    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-6)
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-4, abs=1e-10)


@pytest.mark.parametrize("test", [shapiro_wilk, anderson_darling, cramer_von_mises, lilliefors])
def test_normal_values_pass_as_often_as_promised(test) -> None:
    generator = np.random.default_rng(21)

    p_values = np.array([test(generator.normal(10, 3, 40)).p for _ in range(1500)])

    assert (p_values < 0.05).mean() == pytest.approx(0.05, abs=0.02)
    assert (p_values < 0.5).mean() == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("test", [shapiro_wilk, anderson_darling, cramer_von_mises, lilliefors])
def test_skewed_values_are_found(test) -> None:
    values = np.random.default_rng(3).exponential(size=200)

    assert test(values).p < 1e-3
    assert 0 <= test(10 * values + 5).p < 1e-3


def test_a_constant_is_not_tested() -> None:
    with pytest.raises(BadInputError, match="do not vary"):
        anderson_darling([4] * 10)
    with pytest.raises(BadInputError, match="5001 values"):
        shapiro_wilk(range(5001))


def test_the_power_of_lognormal_values_is_the_logarithm() -> None:
    values = np.exp(np.random.default_rng(6).normal(2, 0.7, 400))

    found = box_cox(values)

    assert found.lower < 0 < found.upper
    assert found.rounded == 0
    assert found.power == pytest.approx(stats.boxcox(values)[1], abs=1e-5)
    assert back_transform(transform(values, found.power), found.power) == pytest.approx(values)


def test_the_power_does_not_depend_on_units() -> None:
    values = np.random.default_rng(6).gamma(4, size=100)

    assert box_cox(values * 1e6).power == pytest.approx(box_cox(values).power, abs=1e-6)


def test_normal_values_need_no_transformation() -> None:
    assert box_cox(np.random.default_rng(1).normal(50, 5, 100)).rounded == 1


def test_only_positive_values_have_a_power() -> None:
    with pytest.raises(BadInputError, match="positive"):
        box_cox([1, 2, 0])
    with pytest.raises(BadInputError, match="not positive"):
        transform([-1], 0.5)


def test_sizes_agree_with_r() -> None:
    assert t_test_size(difference=0.5, power=0.9) == pytest.approx(85.03129, abs=1e-4)
    assert share_test_size(first=0.05, second=0.03) == pytest.approx(1505.80543, abs=1e-3)
    assert anova_size(groups=4, between=1, within=3) == pytest.approx(11.92613, abs=1e-4)


def test_a_size_has_the_power_that_was_asked_for() -> None:
    n = t_test_size(difference=1, sd=2, power=0.75, alpha=0.01)

    assert t_test_power(n, difference=1, sd=2, alpha=0.01) == pytest.approx(0.75)
    assert share_test_power(1000, first=0.5, second=0.5) == pytest.approx(0.025, abs=1e-6)
    assert anova_power(50, groups=3, between=0.0, within=1.0) == pytest.approx(0.05, abs=1e-9)
    assert t_test_size(difference=100) == 2


@pytest.mark.parametrize("power", [0.04, 1.0])
def test_powers_beyond_reach_are_refused(power: float) -> None:
    with pytest.raises(BadInputError, match="power"):
        t_test_size(difference=1, power=power)


def test_no_effect_has_no_size() -> None:
    with pytest.raises(BadInputError, match="no effect"):
        t_test_size(difference=0)


def test_diagnostics_obey_their_definitions() -> None:
    generator = np.random.default_rng(12)
    x, z = generator.normal(size=(2, 60))
    z = z + x
    y = 1 + x - z + generator.normal(size=60)

    fit = linear_regression(y, {"x": x, "z": z})
    facts = diagnose(fit)

    assert facts.leverage.sum() == pytest.approx(3)
    inner = linear_regression(x, {"z": z})
    assert facts.variance_inflation["x"] == pytest.approx(1 / (1 - inner.r2), rel=1e-10)
    without_first = linear_regression(y[1:], {"x": x[1:], "z": z[1:]})
    moved = fit.design @ (fit.coefficients - without_first.coefficients)
    assert facts.cooks_distance[0] == pytest.approx(moved @ moved / (3 * fit.residual_sd**2))
    assert facts.aic == pytest.approx(
        -2 * stats.norm.logpdf(fit.residuals, 0, math.sqrt(fit.ss_residual / 60)).sum() + 8
    )
    assert 1 < facts.durbin_watson < 3
    assert 0 < facts.breusch_pagan_p < 1
