"""Reference cases of MTBF bounds, trend tests and acceptance sampling."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.sixsigma.defects.reliability import Censoring, mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import laplace_test, power_law_test
from dmaic_assets.sixsigma.defects.sampling_plans import SamplingPlan, operating_characteristic
from dmaic_assets.sixsigma.tests.proportions import Interval
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_equal,
    check_number,
    result_of,
)
from dmaic_assets_tests.conformance.reading import (
    cases_of,
    judge,
    number,
    numbers,
    read_document,
    sections_left,
)

GROUP = "mtbf_sampling"
FILES = ("ref_mtbf_sampling*.json",)
TOLERANCE = 1e-9
# The handbook prints three decimals and was computed with tables.
PUBLISHED = 1e-3

Case: TypeAlias = Mapping[str, Json]

_OC = re.compile(r"oc_n(\d+)_c(\d+)")
_CENSORED: tuple[Censoring, ...] = ("time", "failure")
_TRENDS = {"U": laplace_test, "chi2": power_law_test}


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs the MTBF cases, then every trend and every operating characteristic of one file."""
    del folder
    document = read_document(file)
    results = [
        judge(GROUP, f"mtbf/{name}", lambda n=name, c=case: _mtbf(f"mtbf/{n}", c))
        for name, case in cases_of(document).items()
    ]
    for name, part in document.items():
        if isinstance(part, dict) and name.endswith("_trend"):
            results.append(judge(GROUP, name, lambda n=name, p=part: _trend(n, p)))
        if isinstance(part, dict) and _OC.match(name):
            results.append(judge(GROUP, name, lambda n=name, p=part: _characteristic(n, p)))
    known = {"cases", "meta", *(result.case for result in results)}
    return results + sections_left(GROUP, document, known)


def _mtbf(name: str, case: Case) -> CaseResult:
    total, failures = number(case["T"]), int(number(case["r"]))
    level = number(case["conf"])
    checks: list[Check] = []
    for censoring in _CENSORED:
        key = f"two_sided_{censoring}_censored"
        if key in case:
            checks += _interval(key, case[key], total, failures, level, censoring)
    ours = mtbf(total, failures, level=level)
    if "one_sided_lower_time_censored" in case:
        checks += _value("one_sided_lower_time_censored", case, ours.lower_bound)
    if "mtbf" in case:
        checks += _value("mtbf", case, ours.value)
    known = {"T", "r", "conf", *(check.name.partition(".")[0] for check in checks)}
    return result_of(GROUP, name, checks, sorted(set(case) - known))


def _interval(
    key: str, expected: Json, total: float, failures: int, level: float, censoring: Censoring
) -> list[Check]:
    try:
        interval = mtbf(total, failures, level=level, censoring=censoring).interval
    except BadInputError:
        return [check_equal(key, expected, None)]
    if not isinstance(expected, list):
        return [check_equal(key, expected, interval)]
    return _bounds(key, expected, interval)


def _bounds(key: str, expected: list[Json], interval: Interval) -> list[Check]:
    bounds = {"lower": interval.lower, "upper": interval.upper}
    case = dict(zip(bounds, expected, strict=True))
    return [
        check
        for side, actual in bounds.items()
        for check in _value(side, case, actual, name=f"{key}.{side}")
    ]


def _value(key: str, case: Case, actual: float | None, *, name: str | None = None) -> list[Check]:
    expected = case[key]
    if expected is None or actual is None:
        return [check_equal(name or key, expected, actual)]
    return [check_number(name or key, number(expected), actual, tolerance=TOLERANCE)]


def _trend(name: str, case: Case) -> CaseResult:
    times, total = numbers(case["times"]), number(case["T"])
    checks = [
        check_number(key, number(case[key]), test(times, total).statistic, tolerance=TOLERANCE)
        for key, test in _TRENDS.items()
        if key in case
    ]
    return result_of(GROUP, name, checks, sorted(set(case) - {"times", "T", "note", *_TRENDS}))


def _characteristic(name: str, case: Case) -> CaseResult:
    match = _OC.match(name)
    sizes = match.groups() if match else ()
    plan = SamplingPlan(*(int(size) for size in sizes))
    actual = operating_characteristic(plan, numbers(case["p"]))
    checks = [
        check_number(f"Pa {place}", expected, ours, tolerance=TOLERANCE)
        for place, (expected, ours) in enumerate(
            zip(numbers(case.get("Pa", [])), actual, strict=False), start=1
        )
    ]
    for place, (expected, ours) in enumerate(
        zip(numbers(case.get("published_Pa", [])), actual, strict=False), start=1
    ):
        shown = expected if abs(ours - expected) <= PUBLISHED else ours
        checks.append(check_equal(f"published Pa {place}", expected, shown))
    return result_of(GROUP, name, checks)
