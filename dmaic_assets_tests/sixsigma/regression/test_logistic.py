"""Logistic regression: the closed form of one predictor, statsmodels for many cases, refusals."""

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.regression.logistic import logistic_regression


@pytest.mark.parametrize(
    ("successes", "trials"),
    [((30.0, 12.0), (100.0, 80.0)), ((5.0, 0.0), (5.0, 200.0))],
)
def test_one_predictor_has_the_odds_of_half_a_case_more_in_each_cell(successes, trials):
    yes, no = successes[0] + 0.5, trials[0] - successes[0] + 0.5
    other_yes, other_no = successes[1] + 0.5, trials[1] - successes[1] + 0.5

    fit = logistic_regression(np.array([[1.0], [0.0]]), np.array(successes), np.array(trials))

    expected = np.log(yes / no) - np.log(other_yes / other_no)
    assert fit.coefficients[1] == pytest.approx(expected, abs=1e-9)


def test_many_cases_agree_with_maximum_likelihood():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 2, (60_000, 3)).astype(float)
    y = rng.random(60_000) < 1 / (1 + np.exp(2 - x @ np.array([0.5, -0.3, 0.0])))
    patterns, at = np.unique(x, axis=0, return_inverse=True)

    fit = logistic_regression(
        patterns, np.bincount(at.ravel(), weights=y), np.bincount(at.ravel()).astype(float)
    )

    import statsmodels.api as sm

    known = sm.Logit(y.astype(float), sm.add_constant(x)).fit(disp=0)
    assert fit.coefficients == pytest.approx(known.params, abs=5e-4)
    assert fit.errors == pytest.approx(known.bse, rel=1e-3)
    assert fit.p_values() == pytest.approx(known.pvalues, abs=5e-3)


def test_a_predictor_that_follows_from_others_is_refused():
    design = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])

    with pytest.raises(BadInputError, match="follow"):
        logistic_regression(design, np.array([1.0, 2.0, 3.0]), np.array([5.0, 5.0, 5.0]))
