"""Files in a row that the same rules hold are told as one thing to decide."""

from collections.abc import Sequence

import pytest

from dmaic_assets.gate.repeated import repeated_hold
from dmaic_assets.model import Decision, Thresholds, Verdict, Violation


def violation(rule: str, seen: str = "9 rows", cause: str | None = None) -> Violation:
    return Violation(
        rule=rule,
        kind="row_count",
        columns=(),
        severity="high",
        scope="file",
        rows_failed=0,
        share=1.0,
        is_broken=True,
        expected="90 to 110 rows",
        seen=seen,
        cause=cause,
    )


def verdict(decision: Decision, *violations: Violation, rows: int = 9) -> Verdict:
    return Verdict(
        source="orders",
        file_sha256="0" * 64,
        decision=decision,
        score=0.5,
        rows=rows,
        accepted=0 if decision == "reject" else rows,
        quarantined=rows if decision == "reject" else 0,
        violations=violations,
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=3,
        baseline_files=9,
    )


def held(*rules: str) -> Verdict:
    return verdict("reject", *(violation(rule) for rule in rules))


PASSED = verdict("accept")
UNREADABLE = verdict("reject", violation("sanity.readable"), rows=0)


@pytest.mark.parametrize(
    ("verdicts", "files", "rules"),
    [
        ([PASSED, held("a"), held("a"), held("a")], [1, 2, 3], ["a"]),
        ([held("a", "b"), held("b", "a"), held("b")], [0, 1, 2], ["b"]),
        ([held("c"), held("a"), held("a"), held("a", "c")], [1, 2, 3], ["a"]),
        ([held("a"), held("a"), held("a"), PASSED], [], []),
        ([held("a"), PASSED, held("a"), held("a")], [], []),
        ([held("a"), held("b"), held("c")], [], []),
        ([held("a"), UNREADABLE, held("a"), held("a")], [], []),
        ([], [], []),
    ],
)
def test_only_the_newest_files_that_share_a_rule_agree(
    verdicts: Sequence[Verdict], files: Sequence[int], rules: Sequence[str]
) -> None:
    named = [(f"{number}.csv", v) for number, v in enumerate(verdicts)]

    found = repeated_hold("orders", named)

    assert list(found.files if found else ()) == [f"{number}.csv" for number in files]
    assert [r.rule for r in found.rules] == rules if found else not rules


def test_files_that_a_rule_holds_for_another_reason_end_the_row() -> None:
    causes = ["hours to days", "knots to km/h", "knots to km/h", "knots to km/h"]
    named = [(f"{n}.csv", verdict("reject", violation("a", cause=c))) for n, c in enumerate(causes)]

    found = repeated_hold("orders", named)

    assert found is not None
    assert found.files == ("1.csv", "2.csv", "3.csv")


def test_the_sentence_says_what_the_files_bring_and_the_command_frees_most() -> None:
    brought = [violation("volume", f"{rows} rows", "truncated delivery") for rows in (9, 8, 7)]
    named = [(f"day {n}.csv", verdict("reject", v)) for n, v in enumerate(brought)]

    found = repeated_hold("orders", named)

    assert found is not None
    assert found.sentence == (
        "the newest 3 files of orders are held by the same rules (volume): expected"
        " 90 to 110 rows; seen 9 rows; 8 rows; 7 rows; likely cause: truncated delivery"
    )
    assert found.command == "dmaic gate release --rule volume --all orders --reason TEXT"
