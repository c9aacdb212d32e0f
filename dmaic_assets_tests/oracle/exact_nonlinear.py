"""Nonlinear least squares at sixty digits: the floating-point fit, polished beyond its precision.

What belongs here: Gauss-Newton steps on the decimal strings of the input in mpmath. The search
stays in floating point (`nonlinear`); only the last steps need digits.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import mpmath

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets_tests.oracle.exact_decimals import fraction_of
from dmaic_assets_tests.oracle.formula import (
    Arithmetic,
    Formula,
    Number,
    evaluate,
    long_arithmetic,
)
from dmaic_assets_tests.oracle.gradients import value_and_gradient
from dmaic_assets_tests.oracle.nonlinear import fit_formula

# Decimal digits of a step: four times those of a double.
WORKING_DIGITS = 60
# Steps shrink by a constant factor where residuals are large; the step below which nothing of
# fifteen digits moves is reached in less than this on every set of NIST StRD.
_MOST_STEPS = 60
_SMALL_STEP = "1e-16"
# Decimal digits handed over: NIST certifies 11.
_SHOWN_DIGITS = 20


@dataclass(frozen=True, slots=True)
class CertifiedNonlinear:
    """Least-squares estimates to twenty digits; `steps` tells how many it took to settle."""

    names: tuple[str, ...]
    estimates: tuple[Decimal, ...]
    standard_errors: tuple[Decimal, ...]
    ss_residual: Decimal
    residual_sd: Decimal
    df: int
    steps: int


def certified_nonlinear(
    formula: Formula, columns: Mapping[str, Sequence[str]], start: Mapping[str, str]
) -> CertifiedNonlinear:
    """Fits a formula to decimal strings and certifies the minimum.

    Args:
        formula: The model, every name of it a column or a parameter.
        columns: Name to n decimal strings.
        start: Parameter name to starting value as decimal string.

    Raises:
        BadInputError: As `dmaic_assets_tests.oracle.nonlinear.fit_formula`.
        PolicyError: The steps do not settle: the search ended in no minimum, so nothing is
            certified.
    """
    rough = fit_formula(
        formula,
        {name: [float(fraction_of(text)) for text in texts] for name, texts in columns.items()},
        {name: float(fraction_of(text)) for name, text in start.items()},
    )
    if not all(map(math.isfinite, rough.standard_errors)):
        culprit = "the data do not tell its parameters apart"
        raise BadInputError("certified fit", culprit, "Drop a parameter or pass other data.")
    context = mpmath.mp.clone()
    context.dps = WORKING_DIGITS
    problem = _Problem(formula, columns, tuple(start), long_arithmetic(context), context)
    point = [context.mpf(value) for value in rough.estimates]
    for count in range(1, _MOST_STEPS + 1):
        gram, gradient, _ = problem.moments(point)
        try:
            step = context.cholesky_solve(gram, gradient)
        except ValueError as error:
            culprit = "the data do not tell its parameters apart"
            fix = "Drop a parameter or pass other data."
            raise BadInputError("certified fit", culprit, fix) from error
        point = [b + d for b, d in zip(point, step, strict=True)]
        size = max(abs(d) / (abs(b) or 1) for b, d in zip(point, step, strict=True))
        if size < context.mpf(_SMALL_STEP):
            return problem.result(point, steps=count)
        if size > 1:
            break
    raise PolicyError("certified fit", "its steps do not settle", "Choose another start.")


class _Problem:
    """One model on one table at one precision."""

    def __init__(
        self,
        formula: Formula,
        columns: Mapping[str, Sequence[str]],
        names: tuple[str, ...],
        arithmetic: Arithmetic,
        context: Any,
    ) -> None:
        numbers = {name: [context.mpf(t) for t in texts] for name, texts in columns.items()}
        self._rows: list[dict[str, Number]] = [
            dict(zip(numbers, row, strict=True)) for row in zip(*numbers.values(), strict=True)
        ]
        self._responses = [evaluate(formula.response, row, arithmetic) for row in self._rows]
        self._model, self._names = formula.model, names
        self._arithmetic, self._context = arithmetic, context
        if len(self._rows) <= len(names):
            raise BadInputError("certified fit", "too few rows", "Pass more rows.")

    def moments(self, point: Sequence[Number]) -> tuple[Number, Number, Number]:
        """Builds J'J, J'r and r'r at a point."""
        p, zero = len(self._names), self._context.mpf(0)
        gram = self._context.zeros(p)
        gradient, squares = self._context.zeros(p, 1), zero
        values = dict(zip(self._names, point, strict=True))
        for row, response in zip(self._rows, self._responses, strict=True):
            predicted, partials = value_and_gradient(
                self._model, {**row, **values}, self._arithmetic, parameters=frozenset(self._names)
            )
            residual = response - predicted
            slopes = [partials.get(name, zero) for name in self._names]
            squares += residual * residual
            for i in range(p):
                gradient[i] += slopes[i] * residual
                for j in range(i + 1):
                    gram[i, j] += slopes[i] * slopes[j]
        for i in range(p):
            for j in range(i):
                gram[j, i] = gram[i, j]
        return gram, gradient, squares

    def result(self, point: Sequence[Number], *, steps: int) -> CertifiedNonlinear:
        """Computes what belongs to the estimates at the minimum."""
        gram, _, squares = self.moments(point)
        df = len(self._rows) - len(self._names)
        covariance = gram**-1 * (squares / df)
        errors = [self._context.sqrt(covariance[i, i]) for i in range(len(self._names))]
        return CertifiedNonlinear(
            names=self._names,
            estimates=tuple(map(self._decimal, point)),
            standard_errors=tuple(map(self._decimal, errors)),
            ss_residual=self._decimal(squares),
            residual_sd=self._decimal(self._context.sqrt(squares / df)),
            df=df,
            steps=steps,
        )

    def _decimal(self, value: Number) -> Decimal:
        return Decimal(self._context.nstr(value, _SHOWN_DIGITS))
