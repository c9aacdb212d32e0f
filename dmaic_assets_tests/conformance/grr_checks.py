"""Comparing a gauge study with the tables of a reference case.

What belongs here: the reference's names for our components, and its forms of percentages.
"""

import math
from collections.abc import Mapping
from typing import TypeAlias, get_args

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.msa.components import (
    AnovaRow,
    Component,
    GaugeResult,
    Scale,
    Source,
)
from dmaic_assets_tests.conformance.case import (
    Check,
    check_equal,
    check_number,
    check_rounded,
)
from dmaic_assets_tests.conformance.reading import number

Case: TypeAlias = Mapping[str, Json]

_SOURCES: Mapping[str, Source] = {
    "total gage r&r": "gauge",
    "part-to-part": "part",
    "total variation": "total",
    **{source: source for source in get_args(Source)},
}
_GIVEN = {"data", "lsl", "usl", "alphaLim", "errorTerm", "studyVarCols", "note", "sigma"}
_COLUMNS = ("StdDev", "StudyVar", "%StudyVar", "%Tolerance")
# A sum of squares is what rounding leaves of much larger ones, and a tail probability is as
# steep as its argument is large.
_SMALL_P = 1e-12
_PRINTED = 0.00501


def scale_of(case: Case) -> Scale:
    """The scale a case was computed with; its number of standard deviations is read off it."""
    lower, upper = case.get("lsl"), case.get("usl")
    has_limits = lower is not None and upper is not None
    tolerance = number(upper) - number(lower) if has_limits else None
    multiplier = 6.0
    rows = case.get("studyVar")
    for row in rows.values() if isinstance(rows, dict) else ():
        if isinstance(row, list) and row[0]:
            multiplier = round(number(row[1]) / number(row[0]), 4)
    return Scale(multiplier=multiplier, tolerance=tolerance, ndc_factor=math.sqrt(2))


def gauge_checks(
    case: Case, result: GaugeResult, *, tolerance: float
) -> tuple[list[Check], list[str]]:
    """Compares every table that we have an answer to; returns the checks and the other keys."""
    checks = [
        *_anova("anova_full", case.get("anova_full"), result.table, tolerance),
        *_anova("anova_reduced", case.get("anova_reduced"), result.pooled_table, tolerance),
        *_variances(case, result, tolerance),
        *_contributions(case, result),
        *_study_variation(case, result, tolerance),
    ]
    if case.get("ndc") is not None:
        checks.append(check_equal("ndc", case["ndc"], result.ndc))
    if "anova_reduced" in case:
        is_pooled = case["anova_reduced"] is not None
        checks.append(check_equal("is_pooled", is_pooled, result.is_pooled))
    answered = {check.name.split(" ")[0] for check in checks} | _GIVEN | {"anova_reduced"}
    return checks, sorted(set(case) - answered)


def _anova(name: str, expected: Json, table: tuple[AnovaRow, ...], tolerance: float) -> list[Check]:
    checks: list[Check] = []
    rows = {row.source: row for row in table}
    for source, values in expected.items() if isinstance(expected, dict) else ():
        row = rows.get(source.strip().lower())
        if row is None or not isinstance(values, dict):
            checks.append(check_equal(f"{name} {source}", "a row", None))
            continue
        checks.append(check_equal(f"{name} {source} df", values.get("df"), row.df))
        answers = {"ss": row.ss, "ms": row.ms, "F": row.f, "p": row.p}
        for key, actual in answers.items():
            if values.get(key) is not None:
                label = f"{name} {source} {key}"
                checks.append(_figure(label, number(values[key]), actual, tolerance))
    return checks


def _figure(label: str, expected: float, actual: float | None, tolerance: float) -> Check:
    if actual is None:
        return check_equal(label, expected, None)
    if label.endswith(" p") and abs(expected) < _SMALL_P:
        # R gives such tails with fewer digits, down to a plain 0.
        is_near = math.isclose(expected, actual, rel_tol=1e-6, abs_tol=1e-15 * _SMALL_P)
        is_zero = expected == 0 and actual < 1e-300
        return check_equal(label, expected, expected if is_near or is_zero else actual)
    return check_number(label, expected, actual, tolerance=tolerance)


def _component(result: GaugeResult, name: str) -> Component | None:
    source = _SOURCES.get(name.strip().lower())
    found = [c for c in result.components if c.source == source]
    return found[0] if found else None


def _variances(case: Case, result: GaugeResult, tolerance: float) -> list[Check]:
    checks: list[Check] = []
    told = case.get("varComp")
    for name, expected in told.items() if isinstance(told, dict) else ():
        component = _component(result, name)
        actual = math.nan if component is None else component.variance
        checks.append(
            check_number(f"varComp {name}", number(expected), actual, tolerance=tolerance)
        )
    return checks


def _contributions(case: Case, result: GaugeResult) -> list[Check]:
    checks: list[Check] = []
    told = case.get("pctContribution")
    for name, expected in told.items() if isinstance(told, dict) else ():
        component = _component(result, name)
        actual = math.nan if component is None else 100 * component.contribution
        checks.append(_percentage(f"pctContribution {name}", number(expected), actual))
    return checks


def _study_variation(case: Case, result: GaugeResult, tolerance: float) -> list[Check]:
    checks: list[Check] = []
    told = case.get("studyVar")
    for name, row in told.items() if isinstance(told, dict) else ():
        component = _component(result, name)
        if component is None or not isinstance(row, list):
            checks.append(check_equal(f"studyVar {name}", row, None))
            continue
        checks += _study_row(f"studyVar {name.strip()}", row, component, tolerance)
    return checks


def _study_row(label: str, row: list[Json], ours: Component, tolerance: float) -> list[Check]:
    share = ours.tolerance_share
    answers = (
        ours.sd,
        ours.study_variation,
        100 * ours.study_share,
        None if share is None else 100 * share,
    )
    checks: list[Check] = []
    for column, expected, actual in zip(_COLUMNS, row, answers, strict=False):
        name = f"{label} {column}"
        if expected is None or actual is None:
            checks.append(check_equal(name, expected, actual))
        elif column.startswith("%"):
            checks.append(_percentage(name, number(expected), actual))
        else:
            checks.append(check_number(name, number(expected), actual, tolerance=tolerance))
    return checks


def _percentage(name: str, expected: float, actual: float) -> Check:
    """Compares with a percentage of two decimals; trailing zeros are not written in JSON."""
    if abs(actual - expected) <= _PRINTED:
        return check_equal(name, expected, expected)
    return check_rounded(name, float(expected), actual)
