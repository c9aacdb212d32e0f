"""Reference values of control chart constants: d2, d3, c4, the factors, d2* and d4.

What belongs here: one case per sample size, one for d2* and one for the median moving range.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.charts.constants import constants, d2_star, range_median
from dmaic_assets_tests.conformance.case import CaseResult, Check, check_number, result_of
from dmaic_assets_tests.conformance.reading import (
    cases_of,
    judge,
    number,
    read_document,
    sections_left,
)

GROUP = "chart constants"
FILES = ("ref_constants*.json",)
TOLERANCE = 1e-9


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Compares every constant of one file with ours by quadrature."""
    del folder
    document = read_document(file)
    results = [
        judge(GROUP, f"n={size}", lambda size=size, case=case: _of_size(size, case))
        for size, case in cases_of(document, key="constants").items()
    ]
    stars, median = document.get("d2_star"), document.get("median_moving_range_d4_n2")
    if isinstance(stars, dict):
        results.append(judge(GROUP, "d2_star", lambda: result_of(GROUP, "d2_star", _stars(stars))))
    if median is not None:
        check = check_number("d4(2)", float(number(median)), range_median(2), tolerance=TOLERANCE)
        results.append(result_of(GROUP, "median_moving_range", [check]))
    known = {"constants", "d2_star", "median_moving_range_d4_n2", "meta"}
    return results + sections_left(GROUP, document, known)


def _of_size(size: str, case: Mapping[str, Json]) -> CaseResult:
    ours = constants(int(size))
    named = {"d2": ours.d2, "d3": ours.d3, "c4": ours.c4, "c5": ours.c5, **ours.factors}
    checks = [
        check_number(name, float(number(case[name])), value, tolerance=TOLERANCE)
        for name, value in named.items()
        if name in case
    ]
    return result_of(GROUP, f"n={size}", checks, sorted(set(case) - set(named)))


def _stars(stars: Mapping[str, Json]) -> list[Check]:
    """Keyed "subgroups,n"."""
    checks: list[Check] = []
    for key, value in stars.items():
        subgroups, n = (int(part) for part in key.split(","))
        checks.append(
            check_number(key, float(number(value)), d2_star(subgroups, n), tolerance=TOLERANCE)
        )
    return checks
