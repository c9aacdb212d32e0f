"""Reference run lengths: R spc's Shewhart, CUSUM and EWMA, exact chains and simulations of rules.

What belongs here: each tabulated length against ours, relative to 1e-4 for spc, half a unit of the
last decimal for published tables, and four standard errors for simulated values.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from dmaic_assets.sixsigma.charts.runs_rules import NELSON, RuleName
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_number,
    not_run,
    result_of,
)
from dmaic_assets_tests.conformance.reading import cases_of, judge, read_document, sections_left
from dmaic_assets_tests.oracle.integral_lengths import (
    cusum_arl,
    cusum_decision,
    ewma_arl,
    ewma_width,
    shewhart_arl,
)
from dmaic_assets_tests.oracle.run_lengths import runs_arl, simulated_run_length

GROUP = "run lengths"
FILES = ("ref_arl*.json",)
TOLERANCE = 1e-6
# Tables are printed to three figures at most, some of them cut rather than rounded.
_PRINTED = 0.0036
_SIMULATED_CHARTS = 4_000

Case = Mapping[str, Any]  # Any: the reference files are JSON of another program


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs the cases of one file, then its tables of runs rules."""
    del folder
    document = read_document(file)
    results = [
        judge(GROUP, name, lambda name=name, case=case: _answer(name, cast("Case", case)))
        for name, case in cases_of(document).items()
    ]
    runs = document.get("runs_rules")
    results += _runs_results(cast("Case", runs)) if isinstance(runs, dict) else []
    return results + sections_left(GROUP, document, {"cases", "runs_rules", "meta"})


def _answer(name: str, case: Case) -> CaseResult:
    if "k" in case or "lambda" in case:
        if "shift" not in case:
            return result_of(GROUP, name, _design_checks(name, case), _rest(case))
        length = _cusum(case) if "k" in case else _ewma(case)
    elif name.startswith("shewhart"):
        size = re.search(r"_n(\d+)$", name)
        n = int(size[1]) if size else int(case.get("n", 1))
        length = _shewhart(n, float(case.get("L", 3.0)))
    else:
        return not_run(GROUP, name, "no chart of ours is named in the case")
    checks = _table_checks("arl", case["shift"], case["arl"], length)
    if "arl_time_varying" in case:
        growing = _ewma(case, time_varying=True)
        checks += _table_checks(
            "arl_time_varying", case["shift"], case["arl_time_varying"], growing
        )
    published = cast("Case", case.get("published") or {})
    if "shift" in published and "arl" in published:
        checks += [
            _check_printed(f"published.arl({shift})", float(printed), length(float(shift)))
            for shift, printed in zip(published["shift"], published["arl"], strict=True)
        ]
    return result_of(GROUP, name, checks, _rest(case))


def _rest(case: Case) -> list[str]:
    known = {"k", "h", "lambda", "L", "L_500", "shift", "arl", "arl_time_varying", "published"}
    return sorted(set(case) - known - {"limits", "head_start", "n", "sided", "note"})


def _shewhart(n: int, width: float) -> Callable[[float], float]:
    return lambda shift: shewhart_arl(width=width, shift=shift, n=n)


def _cusum(case: Case) -> Callable[[float], float]:
    return lambda shift: cusum_arl(
        reference=float(case["k"]),
        decision=float(case["h"]),
        shift=shift,
        head_start=float(case.get("head_start", 0.0)),
        two_sided=case.get("sided", "two") != "one",
    )


def _ewma(case: Case, *, time_varying: bool = False) -> Callable[[float], float]:
    return lambda shift: ewma_arl(
        smoothing=float(case["lambda"]),
        width=float(case["L"]),
        shift=shift,
        time_varying=time_varying,
    )


def _table_checks(
    name: str, shifts: Sequence[float], lengths: Sequence[float], ours: Callable[[float], float]
) -> list[Check]:
    return [
        check_number(f"{name}({shift})", float(length), ours(float(shift)), tolerance=TOLERANCE)
        for shift, length in zip(shifts, lengths, strict=True)
    ]


def _check_printed(name: str, printed: float, actual: float) -> Check:
    """Half a unit of the last printed decimal, or the rounding of three figures, relative."""
    decimals = len(repr(printed).partition(".")[2]) if printed != int(printed) else 0
    allowed = max(0.5 * 10.0**-decimals / printed, _PRINTED) + 1e-9
    return check_number(name, printed, actual, tolerance=allowed)


def _design_checks(name: str, case: Case) -> list[Check]:
    """Widths for the run length in the case's name; 370 stands for 370.4 in EWMA designs."""
    named = re.search(r"arl(\d+(?:\.\d+)?)", name)
    asked = float(named[1]) if named else 370.4
    if "k" in case:
        h = cusum_decision(reference=float(case["k"]), arl0=asked)
        return [check_number("h", float(case["h"]), h, tolerance=TOLERANCE)]
    smoothing = float(case["lambda"])
    asked = 370.4 if asked == 370 else asked
    checks = [
        check_number(
            "L", float(case["L"]), ewma_width(smoothing=smoothing, arl0=asked), tolerance=TOLERANCE
        )
    ]
    if "L_500" in case:
        width = ewma_width(smoothing=smoothing, arl0=500.0)
        checks.append(check_number("L_500", float(case["L_500"]), width, tolerance=TOLERANCE))
    return checks


def _runs_results(runs: Case) -> list[CaseResult]:
    results = [
        judge(
            GROUP,
            f"runs_rules/{name}",
            lambda name=name, table=table: _runs_case(name, cast("Case", table), runs),
        )
        for name, table in cast("Case", runs.get("western_electric") or {}).items()
    ]
    simulated = cast("Case", runs.get("monte_carlo") or {})
    if simulated:
        name = "runs_rules/monte_carlo"
        results.append(judge(GROUP, name, lambda: _simulated_case(name, simulated)))
    return results


def _rules_of(name: str) -> tuple[RuleName, ...]:
    """`124` are Western Electric rules, `nelson1_2(9)` and `nelson1_2_5_6` Nelson's."""
    digits = re.sub(r"\(\d+\)", "", name.removeprefix("nelson"))
    family = "nelson" if name.startswith("nelson") else "we"
    return tuple(cast("RuleName", f"{family}{d}") for d in digits if d.isdigit())


def _runs_case(name: str, table: Case, runs: Case) -> CaseResult:
    rules = _rules_of(name)
    checks = [
        check_number(
            f"arl({shift})", float(length), runs_arl(rules, shift=float(shift)), tolerance=TOLERANCE
        )
        for shift, length in table.items()
    ]
    published = cast("Case", runs.get("published") or {}).get("ARL0", {})
    if name in published:
        checks.append(_check_printed("published ARL0", float(published[name]), runs_arl(rules)))
    return result_of(GROUP, f"runs_rules/{name}", checks)


def _simulated_case(name: str, simulated: Case) -> CaseResult:
    checks: list[Check] = []
    singles = cast("Case", simulated.get("single_rule_ARL0") or {})
    named: list[tuple[str, tuple[RuleName, ...], float, object]] = [
        ("nelson_all8_ARL0", NELSON, 0.0, simulated.get("nelson_all8_ARL0")),
        ("nelson_all8_shift1", NELSON, 1.0, simulated.get("nelson_all8_shift1")),
        ("nelson1234_ARL0", NELSON[:4], 0.0, simulated.get("nelson1234_ARL0")),
    ]
    for key, value in singles.items():
        rule = "we4" if key.startswith("WE4") else f"nelson{key[0]}"
        named.append((f"single.{key}", (cast("RuleName", rule),), 0.0, value))
    for label, rules, shift, value in named:
        if value is not None:
            checks.append(_check_simulated(label, rules, shift, value))
    return result_of(GROUP, name, checks)


def _check_simulated(label: str, rules: tuple[RuleName, ...], shift: float, value: object) -> Check:
    """Exact where a chain is, within four joint standard errors where we simulate too."""
    pair = (
        cast("list[float]", value)
        if isinstance(value, list)
        else [float(cast("float", value)), 0.0]
    )
    if not {"nelson3", "nelson4"} & set(rules):
        actual = runs_arl(rules, shift=shift)
        allowed = 4 * pair[1] + 5e-4 * pair[0]
        return check_number(label, pair[0], actual, tolerance=allowed / pair[0])
    rng = np.random.default_rng(20261125)
    ours = simulated_run_length(rules, rng=rng, shift=shift, charts=_SIMULATED_CHARTS)
    allowed = 4 * float(np.hypot(pair[1], ours.standard_error))
    return check_number(label, pair[0], ours.mean, tolerance=allowed / pair[0])
