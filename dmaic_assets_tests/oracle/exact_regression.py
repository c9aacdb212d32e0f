"""Linear regression without rounding: integer normal equations, solved fraction-free.

What belongs here: exact least squares on decimal strings. Normal equations square the condition
number, which costs nothing in exact arithmetic and everything in floating point; there
`dmaic_assets.sixsigma.regression.linear` uses QR.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, takes
from dmaic_assets.sixsigma.regression.linear import INTERCEPT
from dmaic_assets_tests.oracle.exact_decimals import ScaledIntegers, scaled_integers, square_root


@dataclass(frozen=True, slots=True)
class CertifiedRegression:
    """Exact least-squares fit; sums of squares are about the mean when there is an intercept."""

    names: tuple[str, ...]
    coefficients: tuple[Fraction, ...]
    unscaled_variances: tuple[Fraction, ...]
    df_model: int
    df_residual: int
    ss_model: Fraction
    ss_residual: Fraction

    @property
    def ms_residual(self) -> Fraction:
        """Residual mean square."""
        return self.ss_residual / self.df_residual

    @property
    def ms_model(self) -> Fraction:
        """Mean square of the model."""
        return self.ss_model / self.df_model

    @property
    def r2(self) -> Fraction | None:
        """Share of the sum of squares explained; None when the response is constant."""
        total = self.ss_model + self.ss_residual
        return self.ss_model / total if total else None

    @property
    def f(self) -> Fraction | None:
        """F statistic of the whole model; None (infinite) when the fit is perfect."""
        return self.ms_model / self.ms_residual if self.ss_residual else None

    def standard_errors(self, *, digits: int) -> tuple[Decimal, ...]:
        """Standard error of each coefficient to a number of digits."""
        return tuple(
            square_root(v * self.ms_residual, digits=digits) for v in self.unscaled_variances
        )

    def residual_sd(self, *, digits: int) -> Decimal:
        """Residual standard deviation to a number of digits."""
        return square_root(self.ms_residual, digits=digits)


@takes(predictors=Domain(least=1))
def certified_regression(
    response: Sequence[str],
    predictors: Mapping[str, Sequence[str]],
    *,
    intercept: bool = True,
) -> CertifiedRegression:
    """Fits a linear model to decimal strings exactly.

    Args:
        response: n values.
        predictors: Name to n values; the coefficients come in this order, after the intercept.
        intercept: Whether the model has a constant.

    Raises:
        BadInputError: Lengths differ, there are too few rows, or a column follows from others.
    """
    columns = {name: scaled_integers(texts) for name, texts in predictors.items()}
    return _fit(scaled_integers(response), columns, intercept=intercept)


def certified_polynomial(
    response: Sequence[str], predictor: Sequence[str], *, degree: int, name: str = "x"
) -> CertifiedRegression:
    """Fits a polynomial with a constant to decimal strings exactly; powers are exact as well.

    Raises:
        BadInputError: As `certified_regression`, or the degree is below 1.
    """
    if degree < 1:
        raise BadInputError("polynomial", f"degree {degree}", "Pass a degree of at least 1.")
    x = scaled_integers(predictor)
    powers = {
        name if k == 1 else f"{name}^{k}": ScaledIntegers(
            tuple(value**k for value in x.numerators), k * x.scale
        )
        for k in range(1, degree + 1)
    }
    return _fit(scaled_integers(response), powers, intercept=True)


def _fit(
    y: ScaledIntegers, predictors: Mapping[str, ScaledIntegers], *, intercept: bool
) -> CertifiedRegression:
    n = len(y)
    constant = {INTERCEPT: ScaledIntegers((1,) * n, 0)} if intercept else {}
    columns = {**constant, **predictors}
    _require_rows(n, columns)
    rows = [column.numerators for column in columns.values()]
    moments = [_dot(row, y.numerators) for row in rows]
    gram = [[_dot(a, b) for b in rows] for a in rows]
    solution, inverse_diagonal = _solve(gram, moments, tuple(columns))
    y_unit = 10**y.scale
    residual = _dot(y.numerators, y.numerators) - sum(
        (b * m for b, m in zip(solution, moments, strict=True)), Fraction(0)
    )
    total = Fraction(_dot(y.numerators, y.numerators))
    if intercept:
        total -= Fraction(sum(y.numerators) ** 2, n)
    units = [10**column.scale for column in columns.values()]
    return CertifiedRegression(
        names=tuple(columns),
        coefficients=tuple(b * u / y_unit for b, u in zip(solution, units, strict=True)),
        unscaled_variances=tuple(v * u * u for v, u in zip(inverse_diagonal, units, strict=True)),
        df_model=len(predictors),
        df_residual=n - len(columns),
        ss_model=(total - residual) / y_unit**2,
        ss_residual=residual / y_unit**2,
    )


def _require_rows(n: int, columns: Mapping[str, ScaledIntegers]) -> None:
    for name, column in columns.items():
        if len(column) != n:
            raise BadInputError(
                f"predictor {name}",
                f"{len(column)} values for {n} responses",
                "Pass equal lengths.",
            )
    if n <= len(columns):
        raise BadInputError(
            "regression", f"{n} rows for {len(columns)} coefficients", "Pass more rows."
        )


def _dot(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _solve(
    gram: list[list[int]], moments: list[int], names: tuple[str, ...]
) -> tuple[list[Fraction], list[Fraction]]:
    """Solves the normal equations and gives the diagonal of their inverse.

    Fraction-free elimination (Bareiss 1968): every division below is exact, so the entries stay
    determinants of the input and do not explode. Pivots of a positive definite matrix are its
    leading minors; a zero one names a column that follows from those before it.
    """
    p = len(gram)
    table = [
        [*row, m, *(int(i == j) for j in range(p))]
        for i, (row, m) in enumerate(zip(gram, moments, strict=True))
    ]
    previous = 1
    for k in range(p):
        pivot = table[k][k]
        if pivot == 0:
            raise BadInputError(
                f"predictor {names[k]}", "it follows from the columns before it", "Leave it out."
            )
        for i in range(p):
            if i != k:
                factor = table[i][k]
                table[i] = [
                    (pivot * a - factor * b) // previous
                    for a, b in zip(table[i], table[k], strict=True)
                ]
        previous = pivot
    determinant = table[p - 1][p - 1] if p else 1
    return (
        [Fraction(row[p], determinant) for row in table],
        [Fraction(table[i][p + 1 + i], determinant) for i in range(p)],
    )
