"""Which rules most of the newest files failed, by what is kept beside each file's facts."""

import pytest

from dmaic_assets.history.facts import FileFacts, failed_of, with_failed
from dmaic_assets.history.habits import habits_of
from dmaic_assets.model import Thresholds, Verdict, Violation
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of

CLEAN = facts_of(day_of_orders(0))


def failing(rule: str, rows: int, *, apart: int = 0) -> FileFacts:
    """A file of 100 rows of which so many fail a rule."""
    share = rows / 100
    violation = Violation(rule, "derived", ("a",), "low", "row", rows, share, False, "", "")
    decision = "quarantine" if apart else "accept"
    verdict = Verdict(
        "orders",
        CLEAN.file_sha256,
        decision,
        score=1.0,
        rows=100,
        accepted=100 - apart,
        quarantined=apart,
        violations=(violation,),
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=1,
        baseline_files=1,
    )
    return with_failed(CLEAN, verdict)


@pytest.mark.parametrize(
    ("clean", "rows", "expected"),
    [
        (0, (), None),
        (0, (1, 1), None),
        (0, (1, 4, 2), 0.04),
        (3, (1, 4, 2), None),
        (2, (1, 4, 2), 0.04),
        (90, (1, 1, 1, 1, 1), None),
        (90, (1, 1, 1, 3, 1, 1), 0.03),
    ],
)
def test_more_than_half_of_the_newest_files_and_three_at_least(
    clean: int, rows: tuple[int, ...], expected: float | None
) -> None:
    files = [CLEAN] * clean + [failing("a.derived", count) for count in rows]

    assert habits_of(files).get("a.derived") == expected


def test_rows_that_fail_and_are_accepted_are_no_evidence_against_a_rule() -> None:
    assert failed_of(failing("a.derived", 2)) == {}
    assert failed_of(failing("a.derived", 2, apart=2)) == {"a.derived": 2}
