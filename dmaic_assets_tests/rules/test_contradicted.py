"""How many files it takes until a rule is wrong rather than they."""

import pytest

from dmaic_assets.history.facts import failed_of, with_failed
from dmaic_assets.model import RuleSet, Thresholds, Verdict, Violation
from dmaic_assets.rules.contradicted import without_contradicted
from dmaic_assets_tests.rules.frames import rule
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of

FACTS = facts_of(day_of_orders(0))


def broken(name: str, rows: int) -> Verdict:
    violation = Violation(name, "derived", ("a",), "high", "row", rows, 0.02, False, "", "")
    return Verdict(
        source="orders",
        file_sha256="0" * 64,
        decision="quarantine",
        score=1.0,
        rows=FACTS.rows + rows,
        accepted=FACTS.rows,
        quarantined=rows,
        violations=(violation,),
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=1,
        baseline_files=1,
    )


@pytest.mark.parametrize(
    ("kind", "clean", "contradicting", "severity"),
    [
        ("derived", 1, 2, "high"),
        ("derived", 1, 3, "low"),
        ("derived", 30, 29, "high"),
        ("derived", 30, 30, "low"),
        ("in_set", 1, 30, "high"),
    ],
)
def test_more_files_against_a_relation_than_for_it_and_three_at_least(
    kind: str, clean: int, contradicting: int, severity: str
) -> None:
    one = rule(kind, "a", severity="high")
    files = [FACTS] * clean + [with_failed(FACTS, broken(one.id, 2))] * contradicting

    (found,) = without_contradicted(RuleSet("orders", (one,)), files).rules

    assert (found.severity, found.tolerance) == (severity, 1.0 if severity == "low" else None)
    assert ("contradicted" in found.evidence) == (severity == "low")


def test_the_reason_counts_files_and_rows() -> None:
    one = rule("column_pair", "a", severity="high")
    files = [FACTS, *[with_failed(FACTS, broken(one.id, 6))] * 3]

    (found,) = without_contradicted(RuleSet("orders", (one,)), files).rules

    assert failed_of(files[1]) == {one.id: 6}
    assert found.evidence["contradicted"] == "3 of 4 files contradict it, in 18 rows (3.6%)"
