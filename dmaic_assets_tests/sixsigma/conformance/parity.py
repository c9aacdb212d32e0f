"""A group of cases about parity, for the tests of the runner: small, real, and able to fail."""

from collections.abc import Sequence
from pathlib import Path

from dmaic_assets_tests.conformance.case import (
    CaseResult,
    check_equal,
    check_number,
    result_of,
)
from dmaic_assets_tests.conformance.reading import cases_of, find_data, judge, read_document

GROUP = "parity"
FILES = ("ref_parity*.json",)


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    def run(name: str, case: dict) -> CaseResult:
        if "data" in case:
            find_data(folder, file, case["data"])
        half = check_number("half", case["half"], case["x"] / 2, tolerance=1e-9)
        is_even = check_equal("nelson1", case["is_even"], case["x"] % 2 == 0)
        return result_of(GROUP, name, [half, is_even], case.get("other", ()))

    return [
        judge(GROUP, name, lambda name=name, case=case: run(name, case))
        for name, case in cases_of(read_document(file)).items()
    ]
