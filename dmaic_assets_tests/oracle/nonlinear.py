"""Nonlinear least squares in floating point: complex-step Jacobian, several searches, a polish.

What belongs here: fitting any model that computes with complex numbers, and formulas. The same fit
at sixty digits stands in `certified_nonlinear`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, takes
from dmaic_assets_tests.oracle.formula import Formula, Number, evaluate, float_arithmetic

Floats: TypeAlias = npt.NDArray[np.float64]
Model: TypeAlias = Callable[[npt.NDArray[np.complex128]], npt.NDArray[np.complex128]]
# Small enough that its square vanishes against any value: the derivative is then exact to the
# last bits (Squire and Trapp 1998), and there is no difference to cancel.
_STEP = 1e-30
# Gauss-Newton steps at most after the fit; it converges in a few.
_POLISH_STEPS = 50


@dataclass(frozen=True, slots=True)
class NonlinearFit:
    """Estimates with standard errors; `is_converged` tells whether the last step was negligible.

    `relative_step` is the largest last step in units of the standard errors, which are NaN where
    the data do not tell the parameters apart.
    """

    names: tuple[str, ...]
    estimates: tuple[float, ...]
    standard_errors: tuple[float, ...]
    ss_residual: float
    df: int
    relative_step: float

    @property
    def residual_sd(self) -> float:
        """Square root of the residual mean square."""
        return float(np.sqrt(self.ss_residual / self.df))

    @property
    def is_converged(self) -> bool:
        """Whether one more Gauss-Newton step would move nothing that the data can tell."""
        return self.relative_step < 1e-6


@takes(start=Domain(least=1))
def fit_nonlinear(model: Model, response: Floats, start: Mapping[str, float]) -> NonlinearFit:
    """Fits a model by least squares.

    Searches with Levenberg-Marquardt, plain and scaled, and a scaled trust region from the start,
    keeps the lowest sum of squares (one search alone stops early or overflows on known hard
    problems), and polishes it with Gauss-Newton steps by QR.

    Args:
        model: Parameters, shape (p,), complex, to predictions, shape (n,); made of functions that
            are analytic in the parameters.
        response: n observed values, n > p.
        start: Parameter name to starting value, in the order that the model takes.

    Raises:
        BadInputError: Too few rows, or the model has no finite value at or near the start.
    """
    n, p = len(response), len(start)
    if n <= p:
        raise BadInputError("nonlinear fit", f"{n} rows for {p} parameters", "Pass more rows.")
    with np.errstate(all="ignore"):
        found = _searches(model, response, np.array([*start.values()], float))
        if not found:
            raise BadInputError(
                "nonlinear fit", "no finite predictions from the start", "Choose another start."
            )
        best = min(found, key=lambda b: _sum_of_squares(model, response, b))
        best, step = _polish(model, response, best)
        jacobian = _jacobian(model, best)
        ss = _sum_of_squares(model, response, best)
        errors = _standard_errors(jacobian, ss / (n - p))
        relative = float(np.max(np.abs(step) / np.where(errors > 0, errors, np.inf), initial=0.0))
    return NonlinearFit(
        names=tuple(start),
        estimates=tuple(map(float, best)),
        standard_errors=tuple(map(float, errors)),
        ss_residual=ss,
        df=n - p,
        relative_step=relative,
    )


@takes(start=Domain(least=1))
def fit_formula(
    formula: Formula, columns: Mapping[str, Sequence[float]], start: Mapping[str, float]
) -> NonlinearFit:
    """Fits `response = model`, given as text and parsed, to named columns.

    Raises:
        BadInputError: A name of the formula is neither a column nor a parameter, columns differ in
            length, or as `fit_nonlinear`.
    """
    arithmetic = float_arithmetic()
    data: dict[str, Number] = {name: np.array(c, np.float64) for name, c in columns.items()}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise BadInputError(
            "nonlinear fit", f"columns of {sorted(lengths)} rows", "Pass one table."
        )
    response = np.asarray(evaluate(formula.response, data, arithmetic), np.float64)

    def model(parameters: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
        values = {**data, **dict(zip(start, parameters, strict=True))}
        predicted = evaluate(formula.model, values, arithmetic)
        return np.broadcast_to(np.asarray(predicted, np.complex128), response.shape)

    return fit_nonlinear(model, response, start)


def _searches(model: Model, response: Floats, start: Floats) -> Sequence[Floats]:
    found: list[Floats] = []

    def residuals(b: Floats) -> Floats:
        predicted = _predicted(model, b)
        return np.where(np.isfinite(predicted), predicted - response, 1e150)

    def jacobian(b: Floats) -> Floats:
        return np.nan_to_num(_jacobian(model, b), nan=0.0, posinf=1e150, neginf=-1e150)

    for method, scale in (("lm", "jac"), ("lm", 1.0), ("trf", "jac")):
        try:
            result = optimize.least_squares(
                residuals,
                start,
                jacobian,  # pyright: ignore[reportArgumentType]  # scipy untyped
                method=method,
                x_scale=scale,
                ftol=1e-15,
                xtol=1e-15,
                gtol=1e-15,
                max_nfev=2000,
            )
        except (ValueError, np.linalg.LinAlgError):
            continue
        if np.isfinite(_sum_of_squares(model, response, result.x)):
            found.append(result.x)
    return found


def _polish(model: Model, response: Floats, start: Floats) -> tuple[Floats, Floats]:
    """Walks Gauss-Newton steps as long as they shrink; gives the point and the step it refused.

    A step's size is what it moves the predictions, not the parameters, whose units differ; the
    sum of squares may rise by its own rounding.
    """
    best, last, last_size = start, np.full(len(start), np.inf), np.inf
    for _ in range(_POLISH_STEPS):
        step = _step(model, response, best)
        size = float(np.linalg.norm(_jacobian(model, best) @ step))
        lowest = _sum_of_squares(model, response, best)
        is_higher = _sum_of_squares(model, response, best + step) > lowest * (1 + 1e-9)
        if not np.isfinite(size) or is_higher or size >= last_size:
            return best, last if not np.isfinite(size) else step
        best, last, last_size = best + step, step, size
    return best, last


def _step(model: Model, response: Floats, at: Floats) -> Floats:
    jacobian = _jacobian(model, at)
    residual = response - _predicted(model, at)
    scale = np.linalg.norm(jacobian, axis=0)
    if not np.all(np.isfinite(scale)) or not np.all(scale > 0):
        return np.full(len(at), np.nan)
    q, r = np.linalg.qr(jacobian / scale)
    try:
        return np.linalg.solve(r, q.T @ residual) / scale
    except np.linalg.LinAlgError:
        return np.full(len(at), np.nan)


def _predicted(model: Model, at: Floats) -> Floats:
    """Predictions at real parameters; NaN where the complex value leaves the real line.

    The logarithm of a negative number is finite in complex arithmetic and undefined in ours.
    """
    values = model(at.astype(np.complex128))
    return np.where(values.imag == 0, values.real, np.nan)


def _jacobian(model: Model, at: Floats) -> Floats:
    columns: list[Floats] = []
    for index in range(len(at)):
        shifted = at.astype(np.complex128)
        step = _STEP * max(abs(float(at[index])), _STEP)
        shifted[index] += complex(0.0, step)
        columns.append(model(shifted).imag / step)
    return np.column_stack(columns)


def _sum_of_squares(model: Model, response: Floats, at: Floats) -> float:
    residual = response - _predicted(model, at)
    total = float(residual @ residual)
    return total if np.isfinite(total) else float("inf")


def _standard_errors(jacobian: Floats, mean_square: float) -> Floats:
    scale = np.linalg.norm(jacobian, axis=0)
    try:
        inverse = np.linalg.inv(np.linalg.qr(jacobian / scale, mode="r"))
    except np.linalg.LinAlgError:
        return np.full(jacobian.shape[1], np.inf)
    return np.sqrt((inverse**2).sum(axis=1) * mean_square) / scale
