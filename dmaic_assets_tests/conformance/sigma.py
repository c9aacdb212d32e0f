"""Reference cases of DPMO, sigma levels, yields and the bounds at zero defects."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.defects.defects import (
    SHIFT,
    defect_metrics,
    dpmo_of_sigma,
    sigma_level,
    z_long_term,
)
from dmaic_assets.sixsigma.defects.yields import (
    normalised_yield,
    rolled_throughput_yield,
    yield_of_dpu,
)
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_equal,
    check_number,
    check_rounded,
    result_of,
)
from dmaic_assets_tests.conformance.reading import (
    cases_of,
    judge,
    number,
    read_document,
    sections_left,
)

GROUP = "sigma"
FILES = ("ref_sigma*.json",)
TOLERANCE = 1e-9

Case: TypeAlias = Mapping[str, Json]

_TAIL = re.compile(r"dpmo_(one|two)_sided_(?:no_shift|shift([\d.]+))$")
_BOUND = re.compile(r"upper([\d.]+)_dpmo(?:_clopper_pearson)?$")


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs the tables of one file: each row of a table is a case, named by table and place."""
    del folder
    document = read_document(file)
    tables: dict[str, Callable[[Case], list[Check]]] = {
        "table": _levels,
        "inverse": _inverse,
        "zero_defects": _zero_defects,
        "dpu_poisson": _poisson_yield,
    }
    results = [
        judge(GROUP, f"{table}/{name}", lambda t=table, n=name, c=case: _answer(t, n, c, tables))
        for table in tables
        for name, case in cases_of(document, key=table).items()
    ]
    rty, published = document.get("rty"), document.get("published_rounded")
    if isinstance(rty, dict):
        results.append(judge(GROUP, "rty", lambda: result_of(GROUP, "rty", _chain(rty))))
    if isinstance(published, dict):
        results.append(
            judge(
                GROUP,
                "published_rounded",
                lambda: result_of(GROUP, "published_rounded", _published(published)),
            )
        )
    known = {*tables, "rty", "published_rounded"}
    return results + sections_left(GROUP, document, known)


def _answer(
    table: str, name: str, case: Case, tables: Mapping[str, Callable[[Case], list[Check]]]
) -> CaseResult:
    checks = tables[table](case)
    given = {"sigma_level", "dpmo", "n", "dpu"}
    unchecked = sorted(set(case) - given - {check.name for check in checks})
    return result_of(GROUP, f"{table}/{name}", checks, unchecked)


def _levels(case: Case) -> list[Check]:
    level = number(case["sigma_level"])
    checks: list[Check] = []
    for key, expected in case.items():
        tail = _TAIL.match(key)
        if tail:
            sides: Literal[1, 2] = 2 if tail[1] == "two" else 1
            actual = dpmo_of_sigma(level, shift=float(tail[2] or 0), sides=sides)
            checks.append(check_number(key, number(expected), actual, tolerance=TOLERANCE))
    return checks


def _inverse(case: Case) -> list[Check]:
    dpmo = number(case["dpmo"])
    if dpmo in {0.0, 1e6}:
        # Without defects, or without anything else, no level is finite: only null is right.
        keys = [key for key in ("z_long_term", "sigma_level") if key in case]
        return [check_equal(key, case[key], None) for key in keys]
    checks = _compare(case, {"z_long_term": z_long_term(dpmo)})
    if "sigma_level" in case:
        expected = number(case["sigma_level"])
        # Z.LT + 1.5 cancels near 933,193 DPMO; what is left there has no digits to compare.
        tolerance = TOLERANCE * max(1.0, SHIFT / abs(expected)) if expected else TOLERANCE
        actual = sigma_level(dpmo)
        checks.append(check_number("sigma_level", expected, actual, tolerance=tolerance))
    return checks


def _zero_defects(case: Case) -> list[Check]:
    checks: list[Check] = []
    for key, expected in case.items():
        bound = _BOUND.match(key)
        if not bound:
            continue
        metrics = defect_metrics(0, int(number(case["n"])), level=float(bound[1]) / 100)
        upper, sigma = metrics.dpmo_interval.upper, metrics.sigma.sigma_lower
        checks.append(check_number(key, number(expected), number(upper), tolerance=TOLERANCE))
        checks.extend(_compare(case, {"sigma_lower_bound": number(sigma)}))
    return checks


def _poisson_yield(case: Case) -> list[Check]:
    return _compare(case, {"fty": yield_of_dpu(number(case["dpu"]))})


def _chain(case: Case) -> list[Check]:
    steps = case["step_yields"]
    yields = [number(value) for value in steps] if isinstance(steps, list) else []
    rty = rolled_throughput_yield(yields)
    answers = {
        "rty": rty,
        "normalized_yield": normalised_yield(rty, len(yields)),
    }
    return _compare(case, answers)


def _published(case: Case) -> list[Check]:
    return [
        check_rounded(f"DPMO at {level} sigma", number(expected), dpmo_of_sigma(float(level)))
        for level, expected in case.items()
    ]


def _compare(case: Case, answers: Mapping[str, float]) -> list[Check]:
    return [
        check_number(key, number(case[key]), actual, tolerance=TOLERANCE)
        for key, actual in answers.items()
        if key in case
    ]
