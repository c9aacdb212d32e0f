"""The NIST StRD sets: certified arithmetic against the certified values, and floating point.

What belongs here: which statistic answers which kind of set. Each set is a case of group `strd`
(exact arithmetic) and one of group `strd_float`, whose tolerances are what doubles can reach on
the hardest set of each kind: the input itself, rounded to doubles, has lost the rest.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from dmaic_assets.errors import DmaicError
from dmaic_assets.sixsigma.anova import one_way_anova
from dmaic_assets.sixsigma.certified_nonlinear import certified_nonlinear
from dmaic_assets.sixsigma.certified_regression import certified_polynomial, certified_regression
from dmaic_assets.sixsigma.certified_summary import certified_anova, certified_summary
from dmaic_assets.sixsigma.conformance.case import CaseResult, Check, not_run, result_of
from dmaic_assets.sixsigma.conformance.strd_files import StrdFile, read_strd
from dmaic_assets.sixsigma.decimals import rounded
from dmaic_assets.sixsigma.descriptive import summarize
from dmaic_assets.sixsigma.formula import parse_formula
from dmaic_assets.sixsigma.nonlinear import fit_formula
from dmaic_assets.sixsigma.regression import linear_regression, polynomial_regression

GROUP = "strd"
FLOAT_GROUP = "strd_float"
FILES: tuple[str, ...] = ("nist_strd_certified.json",)
# Certified values have 15 digits (11 for the nonlinear sets); an exact value differs from one by
# up to half a unit of its last digit, which costs the last digit where the first ones are 1.
TOLERANCES = {"univariate": 1e-14, "anova": 1e-14, "linear": 1e-14, "nonlinear": 1e-10}
FLOAT_TOLERANCES = {"univariate": 1e-8, "anova": 2e-4, "linear": 1e-5, "nonlinear": 1e-8}
MOST_DIGITS = 15.0
_SHOWN = 20
# The F statistic of a perfect fit in doubles, whose residuals are rounding and not zero.
_NEARLY_INFINITE = 1e25
_WIDE = Context(prec=50)

# A case of the reference file is free-form JSON; each reader below takes what it knows.
Case: TypeAlias = Mapping[str, Any]
Value: TypeAlias = Decimal | float
Values: TypeAlias = dict[str, Value | None]


@dataclass(frozen=True, slots=True)
class _Kind:
    certified: Callable[[Case, StrdFile], Values]
    floating: Callable[[Case, StrdFile], Values]


def run_cases(folder: Path, file: Path) -> Iterator[CaseResult]:
    """Runs every set of a file of certified values, in its order, twice.

    Args:
        folder: Where the data files lie, at any depth.
        file: The certified values as JSON.

    Raises:
        OSError: The file of certified values cannot be read.
    """
    cases: dict[str, Case] = json.loads(file.read_text(encoding="utf-8"))
    places = {path.name: path for path in sorted(folder.rglob("*.dat"))}
    for name, case in cases.get("cases", cases).items():
        yield from _run(name, case, places)


def _run(name: str, case: Case, places: Mapping[str, Path]) -> Iterator[CaseResult]:
    kind, data_name = str(case.get("kind")), str(case.get("file", f"{name}.dat"))
    if kind not in _KINDS:
        yield not_run(GROUP, name, f"no statistic of ours for kind {kind!r}")
        return
    if data_name not in places:
        yield not_run(GROUP, name, f"data file {data_name} is not in the folder")
        return
    try:
        data = read_strd(places[data_name])
    except DmaicError as error:
        yield not_run(GROUP, name, str(error))
        return
    wanted = _certified_values(case)
    for group, compute, tolerance in (
        (GROUP, _KINDS[kind].certified, TOLERANCES[kind]),
        (FLOAT_GROUP, _KINDS[kind].floating, FLOAT_TOLERANCES[kind]),
    ):
        try:
            found = compute(case, data)
        except DmaicError as error:
            failed = Check("fit", "a result", str(error), 1.0, 0.0, digits=0.0)
            yield result_of(group, name, [failed])
            continue
        yield _compare(group, name, wanted, found, tolerance)


def _compare(
    group: str, name: str, wanted: Mapping[str, str], found: Values, tolerance: float
) -> CaseResult:
    checks: list[Check] = []
    unchecked: list[str] = []
    for key, expected in wanted.items():
        starts = [k for k in found if k == key or k.startswith(f"{key} from ")]
        checks += [_check(k, expected, found[k], tolerance) for k in starts]
        unchecked += [] if starts else [key]
    return result_of(group, name, checks, unchecked)


def _check(name: str, expected: str, actual: Value | None, tolerance: float) -> Check:
    """Compares in decimals: a double cannot tell differences in the fifteenth digit."""
    if expected == "Infinity" or actual is None:
        is_same = expected == "Infinity" and (actual is None or actual > _NEARLY_INFINITE)
        far = 0.0 if is_same else 1.0
        return Check(name, expected, str(actual), far, tolerance, MOST_DIGITS if is_same else 0.0)
    certified, ours = Decimal(expected), Decimal(actual)
    if not ours.is_finite():
        return Check(name, expected, str(actual), 1.0, tolerance, 0.0)
    difference = _WIDE.abs(_WIDE.subtract(ours, certified))
    if certified:
        difference = _WIDE.divide(difference, abs(certified))
    digits = MOST_DIGITS if not difference else -float(_WIDE.log10(difference))
    return Check(
        name, expected, str(actual), float(difference), tolerance,
        digits=min(MOST_DIGITS, max(0.0, digits)),
    )  # fmt: skip


def _certified_values(case: Case) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for key, value in case.items():
        if key == "params":
            for name, parts in value.items():
                wanted[name] = str(parts["estimate"])
                wanted[f"sd of {name}"] = str(parts["sd"])
        elif key not in {"kind", "difficulty", "file", "n_declared"} and value is not None:
            wanted[key] = str(value)
    return {key: text for key, text in wanted.items() if key != "df" or _is_df_meant(wanted)}


def _is_df_meant(wanted: Mapping[str, str]) -> bool:
    """Whether stated degrees of freedom are those of the certified residual standard deviation.

    NIST prints 9 for Rat43 and certifies a deviation with n - p = 11.
    """
    if "rss" not in wanted or "residual_sd" not in wanted:
        return True
    implied = float(wanted["rss"]) / float(wanted["residual_sd"]) ** 2
    return abs(implied - float(wanted["df"])) < 1e-3


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


def _float_univariate(case: Case, data: StrdFile) -> Values:
    del case
    summary = summarize(map(float, data.columns[0]))
    return {"mean": summary.mean, "stdev": summary.sd, "r1": summary.lag1, "n": summary.n}


def _groups(data: StrdFile) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for label, text in zip(data.columns[0], data.columns[1], strict=True):
        groups.setdefault(label, []).append(text)
    return groups


def _certified_anova(case: Case, data: StrdFile) -> Values:
    del case
    table = certified_anova({**_groups(data)})
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


def _float_anova(case: Case, data: StrdFile) -> Values:
    del case
    table = one_way_anova({name: map(float, texts) for name, texts in _groups(data).items()})
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


def _starts(case: Case) -> Iterator[tuple[str, dict[str, str]]]:
    parameters: Mapping[str, Mapping[str, str]] = case["params"]
    for key in ("start1", "start2"):
        yield key, {name: str(parts[key]) for name, parts in parameters.items()}


def _certified_nonlinear(case: Case, data: StrdFile) -> Values:
    formula = parse_formula(data.model)
    found: Values = {}
    for key, start in _starts(case):
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


def _float_nonlinear(case: Case, data: StrdFile) -> Values:
    formula = parse_formula(data.model)
    columns = {
        name: [float(text) for text in column]
        for name, column in zip(data.names, data.columns, strict=True)
    }
    found: Values = {}
    for key, start in _starts(case):
        fit = fit_formula(formula, columns, {name: float(text) for name, text in start.items()})
        for name, estimate in zip(fit.names, fit.estimates, strict=True):
            found[f"{name} from {key}"] = estimate
        found["df"], found["n"] = fit.df, len(data.columns[0])
    return found


_KINDS = {
    "univariate": _Kind(_certified_univariate, _float_univariate),
    "anova": _Kind(_certified_anova, _float_anova),
    "linear": _Kind(_certified_linear, _float_linear),
    "nonlinear": _Kind(_certified_nonlinear, _float_nonlinear),
}
