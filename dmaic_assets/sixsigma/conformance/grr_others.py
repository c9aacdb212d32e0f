"""Cases of capability, yields and constants that stand among gauge studies in reference files."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.conformance.case import (
    CaseResult,
    Check,
    check_number,
    result_of,
)
from dmaic_assets.sixsigma.conformance.reading import number
from dmaic_assets.sixsigma.defects import defect_metrics
from dmaic_assets.sixsigma.yields import rolled_throughput_yield, step_yield

GROUP = "grr"
TOLERANCE = 1e-9

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
    steps = [
        step_yield(str(place), units=units, scrapped=lost, reworked=again)
        for place, (lost, again) in enumerate(zip(defects, rework, strict=True), start=1)
    ]
    whole = step_yield("all", units=units, scrapped=sum(defects), reworked=sum(rework))
    answers = {
        "Yield": whole.classic,
        "FTY": whole.first_time,
        "RTY": rolled_throughput_yield([step.first_time for step in steps]),
        # The package calls the total of defects DPU.
        "DPU": float(sum(defects)),
        "DPMO": defect_metrics(sum(defects), units).dpmo,
    }
    values = expected if isinstance(expected, dict) else {}
    return result_of(GROUP, name, _compare(values, answers), sorted(set(values) - set(answers)))


def _compare(case: Case, answers: Mapping[str, float]) -> list[Check]:
    return [
        check_number(key, number(case[key]), actual, tolerance=TOLERANCE)
        for key, actual in answers.items()
        if key in case
    ]


OTHERS: Mapping[str, Run] = {"args": _yield}
