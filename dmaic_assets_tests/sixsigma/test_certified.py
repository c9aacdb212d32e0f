"""Exact statistics: known values, laws, and what doubles get wrong."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets_tests.oracle.exact_nonlinear import certified_nonlinear
from dmaic_assets_tests.oracle.exact_regression import certified_polynomial, certified_regression
from dmaic_assets_tests.oracle.exact_summary import certified_anova, certified_summary
from dmaic_assets_tests.oracle.formula import parse_formula

WHOLE = st.integers(-(10**12), 10**12)


def test_leading_digits_cost_nothing() -> None:
    texts = ["10000000.2"] + ["10000000.1", "10000000.3"] * 500

    summary = certified_summary(texts)

    assert summary.mean == Fraction("10000000.2")
    assert summary.sd(digits=20) == Decimal("0.1")
    assert summary.lag1 == Fraction(-999, 1000)


def test_a_constant_column_has_no_autocorrelation() -> None:
    assert certified_summary(["5", "5", "5"]).lag1 is None


@settings(deadline=None)
@given(st.lists(WHOLE, min_size=2, max_size=30), WHOLE)
def test_a_shift_moves_the_mean_alone(values: list[int], shift: int) -> None:
    before = certified_summary([str(v) for v in values])

    after = certified_summary([str(v + shift) for v in values])

    assert after.mean == before.mean + shift
    assert (after.variance, after.lag1) == (before.variance, before.lag1)


def test_thirteen_leading_digits_do_not_blur_an_anova() -> None:
    groups = {
        str(level): [f"1000000000000.{4 + level % 2 + delta}" for delta in (0, -1, 1, -1, 1)]
        for level in range(4)
    }

    table = certified_anova({**groups})

    assert table.ss_within == Fraction(16, 100)
    assert table.ss_between == Fraction(5, 100)
    assert table.f == Fraction(5, 300) / Fraction(1, 100)
    assert table.residual_sd(digits=15) == Decimal("0.1")


def test_groups_without_spread_have_no_finite_f() -> None:
    assert certified_anova({"a": ["1", "1"], "b": ["2", "2"]}).f is None


def test_an_anova_needs_repeats() -> None:
    with pytest.raises(BadInputError, match="2 groups with 2 values"):
        certified_anova({"a": ["1"], "b": ["2"]})


def test_a_degree_ten_polynomial_is_found_exactly() -> None:
    xs = [f"-{3 + i * 0.25:.2f}" for i in range(25)]
    ys = [str(sum(Fraction(x) ** k for k in range(11)) * 4**20) for x in xs]

    fit = certified_polynomial([y.removesuffix("/1") for y in ys], xs, degree=10)

    assert set(fit.coefficients) == {Fraction(4**20)}
    assert fit.ss_residual == 0
    assert fit.f is None
    assert fit.standard_errors(digits=10) == (Decimal(0),) * 11


@settings(deadline=None)
@given(st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=4, max_size=12, unique=True))
def test_residuals_are_orthogonal_to_every_column(rows: list[tuple[int, int, int]]) -> None:
    y, a, b = ([str(row[i]) for row in rows] for i in range(3))
    try:
        fit = certified_regression(y, {"a": a, "b": b})
    except BadInputError as error:
        assert "follows from" in str(error)
        return

    residuals = [
        row[0] - fit.coefficients[0] - fit.coefficients[1] * row[1] - fit.coefficients[2] * row[2]
        for row in rows
    ]

    assert sum(residuals) == 0
    assert sum(r * row[1] for r, row in zip(residuals, rows, strict=True)) == 0
    assert sum(r * r for r in residuals) == fit.ss_residual


def test_a_fit_without_constant_counts_squares_from_zero() -> None:
    fit = certified_regression(["3", "4", "4"], {"x": ["4", "5", "6"]}, intercept=False)

    assert fit.coefficients == (Fraction(8, 11),)
    assert fit.ss_model + fit.ss_residual == 41
    assert fit.residual_sd(digits=15) == Decimal("0.369274472937998")


def test_a_column_that_follows_from_others_is_named() -> None:
    with pytest.raises(BadInputError, match="predictor c"):
        certified_regression(
            ["1", "2", "4", "9", "7"],
            {"a": ["1", "2", "3", "4", "5"], "c": ["3", "5", "7", "9", "11"]},
        )


def test_a_minimum_is_certified_from_any_start() -> None:
    xs = ["1", "2", "3", "5", "7", "10"]
    ys = ["109", "149", "149", "191", "213", "224"]
    formula = parse_formula("y = b1*(1-exp[-b2*x]) + e")

    fits = [
        certified_nonlinear(formula, {"x": xs, "y": ys}, {"b1": start, "b2": rate})
        for start, rate in (("1", "1"), ("100", "0.75"))
    ]

    assert fits[0].estimates == fits[1].estimates
    assert f"{fits[0].estimates[0]:.10E}" == "2.1380940889E+2"
    assert f"{fits[0].standard_errors[1]:.10E}" == "1.0455993237E-1"


def test_nothing_is_certified_where_there_is_no_minimum() -> None:
    formula = parse_formula("y = b1 + b2*exp(b3*x)")
    xs = [str(i) for i in range(8)]

    with pytest.raises((PolicyError, BadInputError)):
        certified_nonlinear(formula, {"x": xs, "y": xs}, {"b1": "0", "b2": "1", "b3": "0.1"})
