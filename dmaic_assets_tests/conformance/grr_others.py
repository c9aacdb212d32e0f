"""Cases of capability, yields and constants that stand among gauge studies in reference files."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.capability.normal import capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.charts.constants import constants
from dmaic_assets.sixsigma.defects.defects import defect_metrics
from dmaic_assets.sixsigma.defects.yields import rolled_throughput_yield
from dmaic_assets.sixsigma.tests.proportions import Interval
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_number,
    result_of,
)
from dmaic_assets_tests.conformance.reading import find_data, number, numbers
from dmaic_assets_tests.conformance.tables import numeric_columns, read_table

GROUP = "grr"
TOLERANCE = 1e-9
# The limit of the reference, which integrates 1 - ptukey; c4 is a closed form.
INTEGRATED = 1e-5

Case: TypeAlias = Mapping[str, Json]
Run: TypeAlias = Callable[[Path, Path, str, Case], CaseResult]

_LISTS = re.compile(r"(\w+)\s*=\s*c\(([^)]*)\)")
_SINGLES = re.compile(r"(\w+)\s*=\s*([\d.]+)")


def _yield(folder: Path, file: Path, name: str, case: Case) -> CaseResult:
    """Defects and rework per step, all steps with the same number of opportunities."""
    del folder, file
    told, expected = str(case["args"]), case["value"]
    lists = {key: [int(x) for x in items.split(",")] for key, items in _LISTS.findall(told)}
    units = int(float(dict(_SINGLES.findall(told))["opportunities"]))
    defects, rework = lists["defects"], lists["rework"]
    first_time = [
        (units - lost - again) / units for lost, again in zip(defects, rework, strict=True)
    ]
    answers = {
        "RTY": rolled_throughput_yield(first_time),
        # The package calls the total of defects DPU.
        "DPU": float(sum(defects)),
        "DPMO": defect_metrics(sum(defects), units).dpmo,
    }
    values = expected if isinstance(expected, dict) else {}
    return result_of(GROUP, name, _compare(values, answers), sorted(set(values) - set(answers)))


def _capability(folder: Path, file: Path, name: str, case: Case) -> CaseResult:
    """The package's cp and cpk use the overall sigma: they are Pp and Ppk here."""
    columns = numeric_columns(read_table(find_data(folder, file, str(case["data"]).split()[0])))
    values = [float(cell) for cell in list(columns.values())[-1]]
    # Cases without limits are the example of the package's own documentation.
    lower, upper = (number(case.get(key) or told) for key, told in (("lsl", 740), ("usl", 760)))
    ours = capability(values, Specification(float(lower), float(upper))).overall
    pp, ppk = ours.potential, ours.actual
    checks = _compare(case, {"cpk": ppk.value, "z": 3 * ppk.value})
    checks += _bounds("cpk_ci", case, ppk.interval)
    if pp is not None:
        checks += _compare(case, {"cp": pp.value}) + _bounds("cp_ci", case, pp.interval)
    return result_of(GROUP, name, checks)


def _constants(folder: Path, file: Path, name: str, case: Case) -> CaseResult:
    """Lists from n = 2 on, which the package integrates to five digits or more."""
    del folder, file
    checks: list[Check] = []
    for key in ("d2", "d3", "c4"):
        for n, expected in enumerate(numbers(case.get(key, [])), start=2):
            actual = float(getattr(constants(n), key))
            tolerance = TOLERANCE if key == "c4" else INTEGRATED
            checks.append(check_number(f"{key}({n})", expected, actual, tolerance=tolerance))
    return result_of(GROUP, name, checks)


def _bounds(key: str, case: Case, interval: Interval) -> list[Check]:
    if key not in case:
        return []
    pairs = zip(numbers(case[key]), (interval.lower, interval.upper), strict=True)
    return [
        check_number(f"{key} {place}", expected, number(actual), tolerance=TOLERANCE)
        for place, (expected, actual) in enumerate(pairs, start=1)
    ]


def _compare(case: Case, answers: Mapping[str, float]) -> list[Check]:
    return [
        check_number(key, number(case[key]), actual, tolerance=TOLERANCE)
        for key, actual in answers.items()
        if key in case
    ]


OTHERS: Mapping[str, Run] = {"args": _yield, "cpk": _capability, "d2": _constants}
