"""Bias, linearity and type-1 studies against scipy and hand arithmetic."""

import numpy as np
import pytest
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.msa.bias import bias_of, linearity_of, type1_study

MEASURED = [5.8, 5.7, 5.9, 5.9, 6.0, 6.1, 6.0, 6.1, 6.4, 6.3]


def test_a_bias_is_tested_as_scipy_does() -> None:
    bias = bias_of(MEASURED, 5.9)

    theirs = stats.ttest_1samp(MEASURED, 5.9)
    interval = theirs.confidence_interval()
    assert bias.bias == pytest.approx(np.mean(MEASURED) - 5.9)
    assert bias.t == pytest.approx(theirs.statistic)
    assert bias.p == pytest.approx(theirs.pvalue)
    assert bias.interval.lower == pytest.approx(interval.low - 5.9)
    assert bias.interval.upper == pytest.approx(interval.high - 5.9)


def test_equal_measurements_have_a_bias_without_a_test() -> None:
    bias = bias_of([2.0, 2.0], 1.5)

    assert (bias.bias, bias.t, bias.p) == (0.5, None, None)
    assert type1_study([2.0, 2.0], 1.5, tolerance=1).cg is None


def test_linearity_is_the_regression_of_the_bias() -> None:
    rng = np.random.default_rng(1)
    references = np.repeat([2.0, 4, 6, 8, 10], 12)
    measured = 0.7 + 0.87 * references + rng.normal(0, 0.2, 60)

    ours = linearity_of(references.tolist(), measured.tolist())

    theirs = stats.linregress(references, measured - references)
    assert ours.slope == pytest.approx(theirs.slope)
    assert ours.intercept == pytest.approx(theirs.intercept)
    assert ours.r2 == pytest.approx(theirs.rvalue**2)
    assert ours.p_slope == pytest.approx(theirs.pvalue)
    assert ours.t_intercept == pytest.approx(theirs.intercept / theirs.intercept_stderr)
    assert [bias.reference for bias in ours.biases] == [2, 4, 6, 8, 10]


def test_an_exact_line_has_no_test_but_a_slope() -> None:
    ours = linearity_of([1.0, 2.0, 4.0, 1.0, 2.0, 4.0], [1.5, 3.0, 6.0] * 2)

    assert ours.slope == pytest.approx(0.5)
    assert ours.residual_sd == pytest.approx(0, abs=1e-12)


def test_type_1_takes_the_bias_off() -> None:
    study = type1_study(MEASURED, 6.0, tolerance=5.0)

    sd = np.std(MEASURED, ddof=1)
    assert study.cg == pytest.approx(0.2 * 5 / (6 * sd))
    assert study.cgk == pytest.approx((0.1 * 5 - abs(np.mean(MEASURED) - 6)) / (3 * sd))
    assert study.cgk <= study.cg


@pytest.mark.parametrize(
    "work",
    [
        lambda: bias_of([1.0], 1),
        lambda: linearity_of([1.0, 1, 1], [1.0, 2, 3]),
        lambda: linearity_of([1.0, 2], [1.0, 2]),
        lambda: linearity_of([1.0, 2, 2], [1.0, 2]),
        lambda: type1_study(MEASURED, 6, tolerance=0),
    ],
)
def test_too_little_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
