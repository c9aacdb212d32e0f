"""Reference sequences for the runs rules: ties, edges of zones, first windows.

What belongs here: sequences in which implementations differ, under qcc's conventions.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from dmaic_assets.sixsigma.charts.runs_rules import (
    NELSON,
    WESTERN_ELECTRIC,
    RuleOptions,
    apply_rules,
)
from dmaic_assets_tests.conformance.case import CaseResult, Check, check_equal, result_of
from dmaic_assets_tests.conformance.qcc_case import listed
from dmaic_assets_tests.conformance.reading import cases_of, judge, read_document

GROUP = "runs rules (edges)"
FILES = ("ref_rules_edge*.json",)

Case = Mapping[str, Any]  # Any: the reference files are JSON of another program


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs every sequence of one file; the expected points are 1-based and must be equal."""
    del folder
    return [
        judge(GROUP, name, lambda name=name, case=case: _answer(name, cast("Case", case)))
        for name, case in cases_of(read_document(file)).items()
    ]


def _answer(name: str, case: Case) -> CaseResult:
    signals = apply_rules(
        np.array([np.nan if value is None else value for value in case["x"]], np.float64),
        float(case.get("center", 0.0)),
        float(case.get("sigma", 1.0)),
        rules=NELSON + WESTERN_ELECTRIC,
        options=RuleOptions(partial_windows=False),
    )
    expected = cast("Case", case["expected"])
    checks: list[Check] = [
        check_equal(rule, listed(expected[rule]), [point + 1 for point in signals.points(rule)])
        for rule in signals.rules
        if rule in expected
    ]
    return result_of(GROUP, name, checks, sorted(set(expected) - set(signals.rules)))
