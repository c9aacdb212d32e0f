"""The scorecard: what a run of the reference cases comes to, per group and in all.

What belongs here: counting, and the scorecard as data. What does not: text and page
(`scorecard_views`).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets_tests.conformance.case import CaseResult, Check
from dmaic_assets_tests.conformance.runner import ConformanceRun, GroupRun

_RULE = re.compile(r"(?:^|[^a-z0-9])(?:nelson|we)_?\d")


@dataclass(frozen=True, slots=True)
class Worst:
    """The check of a group that is furthest off in units of its tolerance, and its case."""

    case: str
    check: Check


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One row of the scorecard.

    `digits` is the smallest number of correct digits among certified values, None without any;
    `rules` counts compared rule lists (checks named `nelson1`, `we4`, ...), `rules_equal` those
    that are equal; `checks` counts all comparisons.
    """

    group: str
    files: int
    passed: int
    failed: int
    not_run: int
    checks: int
    digits: float | None
    rules: int
    rules_equal: int
    worst: Worst | None

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self.passed + self.failed + self.not_run


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Rows in the order of the groups, the total, and the cases behind them."""

    folders: tuple[str, ...]
    rows: tuple[GroupScore, ...]
    total: GroupScore
    cases: tuple[CaseResult, ...]
    unanswered: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether values were compared and no case failed: what compares nothing proves nothing."""
        return self.total.failed == 0 and self.total.checks > 0


def scorecard_of(run: ConformanceRun) -> Scorecard:
    """Counts a run; groups that answered no file are rows of zeros."""
    cases = tuple(case for group in run.groups for case in group.cases)
    files = tuple(file for group in run.groups for file in group.files)
    return Scorecard(
        folders=run.folders,
        rows=tuple(_score(group) for group in run.groups),
        total=_score(GroupRun("total", files, cases)),
        cases=cases,
        unanswered=run.unanswered,
    )


def scorecard_document(card: Scorecard) -> dict[str, Json]:
    """Builds the JSON form: groups, total, every case with its worst check, unanswered files."""
    return {
        "folders": list(card.folders),
        "is_clean": card.is_clean,
        "groups": [_row_document(row) for row in card.rows],
        "total": _row_document(card.total),
        "cases": [_case_document(case) for case in card.cases],
        "unanswered_files": list(card.unanswered),
    }


def _score(group: GroupRun) -> GroupScore:
    checks = [check for case in group.cases for check in case.checks]
    rules = [check for check in checks if _RULE.search(check.name)]
    digits = [case.digits for case in group.cases if case.digits is not None]
    return GroupScore(
        group=group.group,
        files=len(group.files),
        passed=sum(case.status == "passed" for case in group.cases),
        failed=sum(case.status == "failed" for case in group.cases),
        not_run=sum(case.status == "not_run" for case in group.cases),
        checks=len(checks),
        digits=min(digits, default=None),
        rules=len(rules),
        rules_equal=sum(check.is_met for check in rules),
        worst=_worst(group.cases),
    )


def _worst(cases: Sequence[CaseResult]) -> Worst | None:
    candidates = [Worst(f"{c.group}/{c.case}", c.worst) for c in cases if c.worst is not None]
    return max(candidates, key=lambda worst: _excess(worst.check), default=None)


def _excess(check: Check) -> float:
    if math.isnan(check.difference):
        return math.inf
    if check.tolerance == 0:
        return math.inf if check.difference else 0.0
    return check.difference / check.tolerance


def _row_document(row: GroupScore) -> dict[str, Json]:
    worst = row.worst
    return {
        "group": row.group,
        "files": row.files,
        "cases": row.cases,
        "passed": row.passed,
        "failed": row.failed,
        "not_run": row.not_run,
        "checks": row.checks,
        "smallest_digits": row.digits,
        "rules": row.rules,
        "rules_equal": row.rules_equal,
        "worst": None if worst is None else {"case": worst.case, **_check_document(worst.check)},
    }


def _case_document(case: CaseResult) -> dict[str, Json]:
    return {
        "group": case.group,
        "case": case.case,
        "status": case.status,
        "reason": case.reason,
        "checks": len(case.checks),
        "digits": case.digits,
        "worst": None if case.worst is None else _check_document(case.worst),
        "unmet": [_check_document(check) for check in case.checks if not check.is_met],
        "unchecked": list(case.unchecked),
    }


def _check_document(check: Check) -> dict[str, Json]:
    return {
        "check": check.name,
        "expected": check.expected,
        "actual": check.actual,
        "difference": check.difference,
        "tolerance": check.tolerance,
    }
