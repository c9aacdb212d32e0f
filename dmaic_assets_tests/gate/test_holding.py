"""Which rules hold a file: those that a release is about, and no others."""

import pytest

from dmaic_assets.gate.release import holding_rules
from dmaic_assets.model import RuleScope, Severity, Thresholds, Verdict, Violation


def violation(rule: str, severity: Severity, scope: RuleScope, *, broken: bool = True) -> Violation:
    return Violation(
        rule=rule,
        kind="kind",
        columns=("a",),
        severity=severity,
        scope=scope,
        rows_failed=30,
        share=0.3 if scope == "row" else 1.0,
        is_broken=broken,
        expected="a",
        seen="b",
        cause=None,
    )


NULLS = violation("country.not_null", "high", "row")
LATE = violation("at.time_step", "low", "file")
VOLUME = violation("file.row_count", "critical", "file")
MILD = violation("a.length", "medium", "row", broken=False)


def held_by(
    *violations: Violation, rates: dict[Severity, float] | None = None, score: float = 0.97
) -> tuple[str, ...]:
    verdict = Verdict(
        source="orders",
        file_sha256="0" * 64,
        decision="reject",
        score=score,
        rows=100,
        accepted=0,
        quarantined=100,
        violations=violations,
        severity_rates={"critical": 100.0, "high": 90.0, "medium": 100.0, "low": 90.0}
        | (rates or {}),
        thresholds=Thresholds(),
        rules_evaluated=20,
        baseline_files=9,
    )
    return holding_rules(verdict)


def test_a_rule_that_only_reports_holds_nothing() -> None:
    assert held_by(NULLS, LATE) == ("country.not_null",)


@pytest.mark.parametrize(
    ("rates", "score", "rules"),
    [
        ({"critical": 90.0}, 0.97, ("file.row_count",)),
        ({"low": 30.0}, 0.97, ("at.time_step",)),
        ({"critical": 90.0, "low": 30.0}, 0.97, ("file.row_count", "at.time_step")),
        ({}, 0.5, ("file.row_count", "at.time_step")),
    ],
)
def test_broken_rules_hold_where_too_few_of_their_severity_do(
    rates: dict[Severity, float], score: float, rules: tuple[str, ...]
) -> None:
    assert held_by(VOLUME, LATE, rates={"high": 100.0, **rates}, score=score) == rules


def test_rules_that_set_too_many_rows_apart_hold_though_unbroken() -> None:
    assert held_by(MILD, LATE, rates={"high": 100.0}) == ("a.length",)
