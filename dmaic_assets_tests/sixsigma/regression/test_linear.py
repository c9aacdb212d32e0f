"""Fits in doubles: known values, the sets that defeat usual routines, refusals."""

from fractions import Fraction

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.regression.linear import linear_regression, polynomial_regression
from dmaic_assets_tests.oracle.exact_regression import certified_polynomial
from dmaic_assets_tests.oracle.formula import parse_formula
from dmaic_assets_tests.oracle.nonlinear import fit_formula, fit_nonlinear


def test_a_small_fit_has_its_known_values() -> None:
    fit = linear_regression([3, 4, 4], {"x": [4, 5, 6]}, intercept=False)

    assert fit.coefficients[0] == pytest.approx(0.727272727272727, rel=1e-14)
    assert fit.standard_errors[0] == pytest.approx(0.0420827318078432, rel=1e-14)
    assert fit.r2 == pytest.approx(0.993348115299335, rel=1e-14)
    assert fit.f == pytest.approx(298.6666666666667, rel=1e-13)


def test_a_polynomial_that_defeats_lstsq_keeps_eight_digits() -> None:
    # Degree 10 on x in [-9, -3], the shape of NIST's Filip.
    generator = np.random.default_rng(3)
    texts = [f"{-9 + 6 * i / 81:.9f}" for i in range(82)]
    noise = generator.normal(0, 0.003, 82)
    ys = [f"{0.8 + 0.1 * np.sin(float(x)) + e:.4f}" for x, e in zip(texts, noise, strict=True)]
    exact = certified_polynomial(ys, texts, degree=10)

    fit = polynomial_regression(map(float, ys), map(float, texts), degree=10)

    powers = np.vander(np.array(texts, float), 11, increasing=True)
    lstsq = np.linalg.lstsq(powers, np.array(ys, float))[0]
    truth = np.array([float(c) for c in exact.coefficients])
    assert np.max(np.abs(lstsq / truth - 1)) > 1e-2
    assert np.max(np.abs(fit.coefficients / truth - 1)) < 1e-7
    errors = np.array(exact.standard_errors(digits=17), float)
    assert np.max(np.abs(fit.standard_errors / errors - 1)) < 1e-6


def test_wampler_like_noise_costs_few_digits() -> None:
    x = range(21)
    noise = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048] * 2
    y = [sum(v**k for k in range(6)) + 10_000 * e for v, e in zip(x, noise, strict=False)]
    exact = certified_polynomial(list(map(str, y)), list(map(str, x)), degree=5)

    fit = polynomial_regression(y, x, degree=5)

    truth = [float(Fraction(c)) for c in exact.coefficients]
    assert fit.coefficients == pytest.approx(truth, rel=1e-9)


def test_intervals_widen_with_confidence() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=50)
    fit = linear_regression(2 + 3 * x + generator.normal(size=50), {"x": x})

    narrow, wide = fit.intervals(confidence=0.8), fit.intervals(confidence=0.99)

    assert (wide[:, 0] < narrow[:, 0]).all()
    assert (wide[:, 1] > narrow[:, 1]).all()
    assert fit.p[1] < 1e-10
    assert fit.f_p < 1e-10


@pytest.mark.parametrize(
    ("predictors", "message"),
    [
        ({"a": [1, 2, 3, 4]}, "predictor a: 4 values for 5"),
        ({"a": [0, 0, 0, 0, 0]}, "predictor a: it is zero"),
        ({"a": [1, 2, 3, 4, 6], "b": [2, 4, 6, 8, 12]}, "predictor b: it follows"),
        ({"a": [1, 2, 3, 4, float("nan")]}, "predictor a: value 4 is not finite"),
        ({c: [1, 2, 3, 4, 6] for c in "abcd"}, "5 rows for 5 coefficients"),
    ],
)
def test_a_fit_that_cannot_be_is_refused(predictors: dict[str, list[float]], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        linear_regression([1, 2, 2, 5, 3], predictors)


def test_a_nonlinear_fit_needs_no_derivatives() -> None:
    x = np.linspace(0, 5, 40)
    y = 3 * np.exp(-0.7 * x) + 0.5

    fit = fit_nonlinear(lambda b: b[0] * np.exp(-b[1] * x) + b[2], y, {"a": 1, "k": 1, "c": 0})

    assert fit.estimates == pytest.approx((3, 0.7, 0.5), rel=1e-12)
    assert fit.df == 37


def test_a_hard_start_is_survived() -> None:
    formula = parse_formula("y = b1*(1-exp[-b2*x])")
    columns = {"x": [1, 2, 3, 5, 7, 10], "y": [109, 149, 149, 191, 213, 224]}

    fit = fit_formula(formula, columns, {"b1": 1, "b2": 1})

    assert fit.is_converged
    assert fit.estimates == pytest.approx((213.80940889, 0.54723748542), rel=1e-10)
    assert fit.residual_sd == pytest.approx(17.088072423, rel=1e-10)


def test_a_model_without_finite_value_is_refused() -> None:
    formula = parse_formula("y = log(b1*x)")

    with pytest.raises(BadInputError, match="no finite predictions"):
        fit_formula(formula, {"x": [-1, -2, -3], "y": [1, 2, 3]}, {"b1": 1})
