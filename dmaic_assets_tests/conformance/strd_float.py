"""The NIST StRD sets in floating point, against the certified values.

What belongs here: which floating-point statistic answers which kind of set. The tolerances are what
doubles can reach on the hardest set of each kind: the input, rounded to doubles, has lost the rest.
Standard errors of nonlinear sets are not compared: where residuals are near 1e-13 (Lanczos1),
doubles know three digits of them.
"""

from collections.abc import Sequence
from pathlib import Path

from dmaic_assets.sixsigma.regression.linear import linear_regression, polynomial_regression
from dmaic_assets.sixsigma.tests.anova import one_way_anova
from dmaic_assets.sixsigma.tests.descriptive import summarize
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
from dmaic_assets_tests.oracle.formula import parse_formula
from dmaic_assets_tests.oracle.nonlinear import fit_formula

GROUP = "strd_float"
FILES = strd_sets.FILES


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs every set of a file of certified values, in its order.

    Raises:
        BadInputError: The file of certified values is not a JSON object.
    """
    return run_sets(GROUP, _KINDS, folder, file)


def _float_univariate(case: Case, data: StrdFile) -> Values:
    del case
    summary = summarize(map(float, data.columns[0]))
    return {"mean": summary.mean, "stdev": summary.sd, "r1": summary.lag1, "n": summary.n}


def _float_anova(case: Case, data: StrdFile) -> Values:
    del case
    table = one_way_anova({name: map(float, texts) for name, texts in groups_of(data).items()})
    return {
        "df_between": table.df_between,
        "df_within": table.df_within,
        "ss_between": table.ss_between,
        "ss_within": table.ss_within,
        "ms_between": table.ms_between,
        "ms_within": table.ms_within,
        "F": table.f,
        "r2": table.r2,
        "residual_sd": table.residual_sd,
        "n": table.df_between + table.df_within + 1,
    }


def _float_linear(case: Case, data: StrdFile) -> Values:
    names = tuple(case["params"])
    has_constant, slopes = "B0" in names, len(names) - ("B0" in names)
    y, *xs = ([float(text) for text in column] for column in data.columns)
    if len(xs) == 1 and slopes > 1:
        fit = polynomial_regression(y, xs[0], degree=slopes)
    else:
        columns = {f"x{i}": x for i, x in enumerate(xs)}
        fit = linear_regression(y, columns, intercept=has_constant)
    return {
        **dict(zip(names, fit.coefficients.tolist(), strict=True)),
        **{
            f"sd of {name}": error
            for name, error in zip(names, fit.standard_errors.tolist(), strict=True)
        },
        "residual_sd": fit.residual_sd,
        "r2": fit.r2,
        "F": fit.f,
        "df_reg": fit.df_model,
        "df_res": fit.df_residual,
        "ss_reg": fit.ss_model,
        "ss_res": fit.ss_residual,
        "ms_reg": fit.ss_model / fit.df_model,
        "ms_res": fit.ss_residual / fit.df_residual,
        "n": fit.n,
    }


def _float_nonlinear(case: Case, data: StrdFile) -> Values:
    formula = parse_formula(data.model)
    columns = {
        name: [float(text) for text in column]
        for name, column in zip(data.names, data.columns, strict=True)
    }
    found: Values = {}
    for key, start in starts_of(case):
        fit = fit_formula(formula, columns, {name: float(text) for name, text in start.items()})
        for name, estimate in zip(fit.names, fit.estimates, strict=True):
            found[f"{name} from {key}"] = estimate
        found["df"], found["n"] = fit.df, len(data.columns[0])
    return found


_KINDS = {
    "univariate": Kind(_float_univariate, 1e-8),
    "anova": Kind(_float_anova, 2e-4),
    "linear": Kind(_float_linear, 1e-5),
    "nonlinear": Kind(_float_nonlinear, 1e-8),
}
