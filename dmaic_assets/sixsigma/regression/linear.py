"""Linear regression in floating point: QR on scaled columns, refined with longer residuals.

What belongs here: fitting. Leverage, Cook's distance and the like stand in `diagnostics`, exact
fits with the tests. Never the normal equations and never a pseudo-inverse: both lose
the ill-conditioned sets of NIST StRD (Filip: no correct digit).
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, at_least, takes
from dmaic_assets.sixsigma.tests.descriptive import as_sample, sum_of_squares, total

Floats: TypeAlias = npt.NDArray[np.float64]
LongFloats: TypeAlias = npt.NDArray[np.longdouble]
INTERCEPT = "(Intercept)"
# Steps of iterative refinement at most; each gains digits until rounding is reached.
_REFINEMENTS = 6


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted linear model; sums of squares are about the mean when there is an intercept.

    `design` has the columns in the order of `names`; `inverse_r` is the inverse of the triangle
    of its QR, so that `inverse_r @ inverse_r.T` is the unscaled covariance. Statistics of a perfect
    fit are infinite, those of a constant response NaN.
    """

    names: tuple[str, ...]
    coefficients: Floats
    standard_errors: Floats
    residuals: Floats
    df_model: int
    df_residual: int
    ss_model: float
    ss_residual: float
    design: Floats = field(repr=False)
    inverse_r: Floats = field(repr=False)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.residuals)

    @property
    def residual_sd(self) -> float:
        """Residual standard deviation."""
        return math.sqrt(self.ss_residual / self.df_residual)

    @property
    def r2(self) -> float:
        """Share of the sum of squares explained; NaN when the response is constant."""
        total_ss = self.ss_model + self.ss_residual
        return self.ss_model / total_ss if total_ss else math.nan

    @property
    def adjusted_r2(self) -> float:
        """R squared per degree of freedom."""
        df_total = self.df_model + self.df_residual
        return 1 - (1 - self.r2) * df_total / self.df_residual

    @property
    def f(self) -> float:
        """F statistic of the whole model; infinite for a perfect fit, NaN when constant."""
        if self.ss_residual == 0:
            return math.inf if self.ss_model else math.nan
        return self.ss_model / self.df_model / (self.ss_residual / self.df_residual)

    @property
    def f_p(self) -> float:
        """Upper tail of the F statistic."""
        return float(stats.f.sf(self.f, self.df_model, self.df_residual))

    @property
    def t(self) -> Floats:
        """Coefficient over standard error."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.coefficients / self.standard_errors

    @property
    def p(self) -> Floats:
        """Two-sided p-value of each coefficient."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self.df_residual))

    def intervals(self, *, confidence: float = 0.95) -> Floats:
        """Lower and upper bound of each coefficient, shape (p, 2)."""
        half = float(stats.t.isf((1 - confidence) / 2, self.df_residual)) * self.standard_errors
        return np.column_stack([self.coefficients - half, self.coefficients + half])


@takes(predictors=Domain(least=1, has_gaps=True))
def linear_regression(
    response: Iterable[float],
    predictors: Mapping[str, Iterable[float]],
    *,
    intercept: bool = True,
) -> Regression:
    """Fits a linear model by least squares.

    Args:
        response: n values.
        predictors: Name to n values; coefficients come in this order, after the intercept.
        intercept: Whether the model has a constant.

    Raises:
        BadInputError: Lengths differ, values are not finite, there are too few rows, or a column
            follows from the others to working precision.
    """
    columns = {
        name: as_sample(values, what=f"predictor {name}").astype(np.longdouble)
        for name, values in predictors.items()
    }
    return _fit(as_sample(response, what="response"), columns, intercept=intercept)


@takes(degree=at_least(1))
def polynomial_regression(
    response: Iterable[float], predictor: Iterable[float], *, degree: int, name: str = "x"
) -> Regression:
    """Fits a polynomial with a constant; powers are formed in extended precision.

    Raises:
        BadInputError: As `linear_regression`, or the degree is below 1.
    """
    if degree < 1:
        raise BadInputError("polynomial", f"degree {degree}", "Pass a degree of at least 1.")
    x = as_sample(predictor, what=f"predictor {name}").astype(np.longdouble)
    powers = {name if k == 1 else f"{name}^{k}": x**k for k in range(1, degree + 1)}
    return _fit(as_sample(response, what="response"), powers, intercept=True)


def _fit(y: Floats, predictors: Mapping[str, LongFloats], *, intercept: bool) -> Regression:
    columns = {INTERCEPT: np.ones(len(y), np.longdouble)} if intercept else {}
    columns |= predictors
    for name, column in columns.items():
        if len(column) != len(y):
            raise BadInputError(
                f"predictor {name}", f"{len(column)} values for {len(y)}", "Pass equal lengths."
            )
    if len(y) <= len(columns):
        raise BadInputError(
            "regression", f"{len(y)} rows for {len(columns)} coefficients", "Pass more rows."
        )
    design = np.column_stack([*columns.values()])
    scale = np.exp2(np.ceil(np.log2(_norms(design, tuple(columns)))))
    coefficients, residuals, inverse_r = _refined(design / scale, y, tuple(columns))
    ss_residual = total(residuals * residuals)
    ss_total = sum_of_squares(y) if intercept else total(y * y)
    spread = np.sqrt((inverse_r**2).sum(axis=1)) / scale
    df = len(y) - len(columns)
    return Regression(
        names=tuple(columns),
        coefficients=np.asarray(coefficients / scale, np.float64),
        standard_errors=np.asarray(spread * math.sqrt(ss_residual / df), np.float64),
        residuals=residuals,
        df_model=len(predictors),
        df_residual=df,
        ss_model=max(ss_total - ss_residual, 0.0),
        ss_residual=ss_residual,
        design=design.astype(np.float64),
        inverse_r=np.asarray(inverse_r / scale[:, None], np.float64),
    )


def _norms(design: LongFloats, names: tuple[str, ...]) -> LongFloats:
    norms = np.sqrt((design**2).sum(axis=0))
    if not norms.all():
        name = names[int(np.flatnonzero(norms == 0)[0])]
        raise BadInputError(f"predictor {name}", "it is zero throughout", "Leave it out.")
    return norms


def _refined(
    design: LongFloats, y: Floats, names: tuple[str, ...]
) -> tuple[LongFloats, Floats, Floats]:
    """Solves by QR and refines coefficients and residuals together (Björck 1967).

    The corrections solve the augmented system r + X b = y, X'r = 0, whose right sides are computed
    in extended precision; the columns stay those of the exact powers, so that rounding them to
    doubles for the factorization costs nothing.
    """
    q, r = np.linalg.qr(design.astype(np.float64))
    diagonal = np.abs(np.diag(r))
    if diagonal.min() <= diagonal.max() * len(y) * np.finfo(np.float64).eps:
        name = names[int(diagonal.argmin())]
        raise BadInputError(
            f"predictor {name}", "it follows from the columns before it", "Leave it out."
        )
    b = np.zeros(design.shape[1], np.longdouble)
    residual = np.zeros(len(y), np.longdouble)
    target = y.astype(np.longdouble)
    for _ in range(_REFINEMENTS):
        f = (target - residual - design @ b).astype(np.float64)
        g = (-(design.T @ residual)).astype(np.float64)
        h = linalg.solve_triangular(r, g, trans=1)
        inside = q.T @ f
        b = b + linalg.solve_triangular(r, inside - h)
        residual = residual + (f - q @ (inside - h))
    inverse_r = np.asarray(linalg.solve_triangular(r, np.eye(len(b))), np.float64)
    return b, np.asarray(target - design @ b, np.float64), inverse_r
