"""The NIST StRD sets in certified arithmetic, against the certified values.

What belongs here: which exact statistic answers which kind of set. Certified values have 15 digits
(11 for the nonlinear sets); an exact value differs from one by up to half a unit of its last
digit, which costs that digit where the first ones are 1.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from dmaic_assets_tests.conformance import strd_sets
from dmaic_assets_tests.conformance.case import CaseResult
from dmaic_assets_tests.conformance.strd_files import StrdFile
from dmaic_assets_tests.conformance.strd_sets import (
    Case,
    Kind,
    Values,
    groups_of,
    run_sets,
    starts_of,
)
from dmaic_assets_tests.oracle.exact_decimals import rounded
from dmaic_assets_tests.oracle.exact_nonlinear import certified_nonlinear
from dmaic_assets_tests.oracle.exact_regression import certified_polynomial, certified_regression
from dmaic_assets_tests.oracle.exact_summary import certified_anova, certified_summary
from dmaic_assets_tests.oracle.formula import parse_formula

GROUP = "strd"
FILES = strd_sets.FILES
_SHOWN = 20


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs every set of a file of certified values, in its order.

    Args:
        folder: Where the data files lie, at any depth.
        file: The certified values as JSON.

    Raises:
        BadInputError: The file of certified values is not a JSON object.
    """
    return run_sets(GROUP, _KINDS, folder, file)


def _exact(value: Fraction | None) -> Decimal | None:
    return None if value is None else rounded(value, digits=_SHOWN)


def _certified_univariate(case: Case, data: StrdFile) -> Values:
    del case
    summary = certified_summary(data.columns[0])
    return {
        "mean": _exact(summary.mean),
        "stdev": summary.sd(digits=_SHOWN),
        "r1": _exact(summary.lag1),
        "n": Decimal(summary.n),
    }


def _certified_anova(case: Case, data: StrdFile) -> Values:
    del case
    table = certified_anova({**groups_of(data)})
    return {
        "df_between": Decimal(table.df_between),
        "df_within": Decimal(table.df_within),
        "ss_between": _exact(table.ss_between),
        "ss_within": _exact(table.ss_within),
        "ms_between": _exact(table.ms_between),
        "ms_within": _exact(table.ms_within),
        "F": _exact(table.f),
        "r2": _exact(table.r2),
        "residual_sd": table.residual_sd(digits=_SHOWN),
        "n": Decimal(table.n),
    }


def _certified_linear(case: Case, data: StrdFile) -> Values:
    names = tuple(case["params"])
    has_constant, slopes = "B0" in names, len(names) - ("B0" in names)
    y, *xs = data.columns
    if len(xs) == 1 and slopes > 1:
        fit = certified_polynomial(y, xs[0], degree=slopes)
    else:
        columns = {f"x{i}": x for i, x in enumerate(xs)}
        fit = certified_regression(y, columns, intercept=has_constant)
    errors = fit.standard_errors(digits=_SHOWN)
    return {
        **dict(zip(names, map(_exact, fit.coefficients), strict=True)),
        **{f"sd of {name}": error for name, error in zip(names, errors, strict=True)},
        "residual_sd": fit.residual_sd(digits=_SHOWN),
        "r2": _exact(fit.r2),
        "F": _exact(fit.f),
        "df_reg": Decimal(fit.df_model),
        "df_res": Decimal(fit.df_residual),
        "ss_reg": _exact(fit.ss_model),
        "ss_res": _exact(fit.ss_residual),
        "ms_reg": _exact(fit.ms_model),
        "ms_res": _exact(fit.ms_residual),
        "n": Decimal(len(y)),
    }


def _certified_nonlinear(case: Case, data: StrdFile) -> Values:
    formula = parse_formula(data.model)
    found: Values = {}
    for key, start in starts_of(case):
        fit = certified_nonlinear(formula, dict(zip(data.names, data.columns, strict=True)), start)
        for name, estimate, error in zip(
            fit.names, fit.estimates, fit.standard_errors, strict=True
        ):
            found[f"{name} from {key}"] = estimate
            found[f"sd of {name} from {key}"] = error
        found[f"rss from {key}"] = fit.ss_residual
        found[f"residual_sd from {key}"] = fit.residual_sd
        found["df"], found["n"] = Decimal(fit.df), Decimal(len(data.columns[0]))
    return found


_KINDS = {
    "univariate": Kind(_certified_univariate, 1e-14),
    "anova": Kind(_certified_anova, 1e-14),
    "linear": Kind(_certified_linear, 1e-14),
    "nonlinear": Kind(_certified_nonlinear, 1e-10),
}
