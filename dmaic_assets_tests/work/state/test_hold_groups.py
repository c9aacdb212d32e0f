"""Many files that were not accepted whole are told by rule and cause, with how to answer."""

from dataclasses import replace

from dmaic_assets.model import Decision, RuleScope, Thresholds, Verdict, Violation
from dmaic_assets.work.state.hold_groups import groups_of, shared_rules


def violation(
    rule: str, cause: str | None = None, *, scope: RuleScope = "file", rows: int = 0
) -> Violation:
    return Violation(
        rule=rule,
        kind="kind",
        columns=("price",),
        severity="high",
        scope=scope,
        rows_failed=rows,
        share=0.02,
        is_broken=scope == "file",
        expected="5 to 9",
        seen="50",
        cause=cause,
    )


def verdict(decision: Decision, *violations: Violation, source: str = "orders") -> Verdict:
    apart = {"accept": 0, "quarantine": 2, "reject": 100}[decision]
    return Verdict(
        source=source,
        file_sha256="0" * 64,
        decision=decision,
        score=0.5,
        rows=100,
        accepted=100 - apart,
        quarantined=apart,
        violations=violations,
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=3,
        baseline_files=9,
    )


UNITS = violation("price.distribution", "unit change")
FLOOD = violation("price.null_share", "null flood")
STRANGE = violation("kind.in_set", "typo", scope="row", rows=2)
FILES = [
    ("1.csv", verdict("accept")),
    ("2.csv", verdict("reject", FLOOD, UNITS)),
    ("3.csv", verdict("reject", UNITS)),
    ("4.csv", verdict("quarantine", STRANGE)),
    ("5.csv", verdict("reject", UNITS)),
    ("a.csv", verdict("reject", FLOOD, source="tills")),
]


def test_the_rule_that_most_files_share_speaks_for_them() -> None:
    found = groups_of(FILES)

    assert [(g.source, g.rule, g.cause, g.held, g.split, g.rows) for g in found] == [
        ("orders", "price.distribution", "unit change", ("2.csv", "3.csv", "5.csv"), (), 300),
        ("tills", "price.null_share", "null flood", ("a.csv",), (), 100),
        ("orders", "kind.in_set", "typo", (), ("4.csv",), 2),
    ]
    assert [a for g in found for a in g.answers] == [
        (
            "what nothing else holds is fine",
            "dmaic gate release --rule price.distribution --all orders --reason TEXT",
        ),
        ("a.csv is fine", "dmaic gate release tills/a.csv --reason TEXT"),
        ("the rule is wrong", "dmaic rules disable orders kind.in_set --reason TEXT"),
    ]


def test_an_answer_frees_nothing_that_is_held_for_another_reason() -> None:
    other = ("7.csv", verdict("reject", violation("price.distribution", "a wrong sign")))

    found = groups_of([*FILES, other])

    assert [command for _, command in found[0].answers] == [
        "dmaic gate release orders/2.csv --reason TEXT"
    ]


def test_rows_that_a_wider_rule_lets_in_are_answered_by_the_file_with_most_of_them() -> None:
    listed = replace(STRANGE, kind="in_set")
    many = replace(verdict("quarantine", listed), quarantined=9)
    (found,) = groups_of([("4.csv", verdict("quarantine", listed)), ("6.csv", many)])

    assert [command for _, command in found.answers] == [
        "dmaic gate admit --file orders/6.csv --reason TEXT"
    ]


def test_a_file_that_no_rule_holds_is_told_by_its_reason() -> None:
    (found,) = groups_of([("9.csv", verdict("reject"))])

    assert (found.rule, found.held, found.seen) == ("the gate", ("9.csv",), "")


def test_a_rule_that_half_of_the_files_break_tells_of_the_feed() -> None:
    clean = [(f"clean {at}.csv", verdict("accept")) for at in range(3)]

    (note,) = shared_rules([*FILES, *clean[:1]])

    assert note.startswith("orders: 3 of 6 files break price.distribution: perhaps the feed")
    assert shared_rules([*FILES, *clean[:2]]) == []
    assert shared_rules(FILES[1:2]) == []
