"""Many files that were not accepted whole are told by rule and cause, with how to answer."""

from dataclasses import replace

from dmaic_assets.model import Decision, RuleScope, Thresholds, Verdict, Violation
from dmaic_assets.rules.widen import _WIDENERS  # pyright: ignore[reportPrivateUsage]
from dmaic_assets.rules.widened_kinds import WIDENED_KINDS
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
    assert [(g.answer.says, g.answer.command, g.answer.files) for g in found] == [
        (
            "If those that nothing else holds (at least 2 of 3) are fine",
            "dmaic gate release --rule price.distribution --all orders --reason TEXT",
            2,
        ),
        ("If it is fine", "dmaic gate release tills/a.csv --reason TEXT", 1),
        ("If the rule is wrong", "dmaic rules disable orders kind.in_set --reason TEXT", 1),
    ]


def test_an_answer_frees_nothing_that_is_held_for_another_reason() -> None:
    other = ("7.csv", verdict("reject", violation("price.distribution", "a wrong sign")))

    found = groups_of([*FILES, other])

    assert found[0].answer.command == "dmaic gate release orders/2.csv --reason TEXT"
    assert (found[0].answer.says, found[0].answer.files) == ("If orders/2.csv is fine", 1)


def test_rows_that_a_wider_rule_lets_in_are_answered_by_the_file_with_most_of_them() -> None:
    listed = replace(STRANGE, kind="in_set")
    many = replace(verdict("quarantine", listed), quarantined=9)
    (found,) = groups_of([("4.csv", verdict("quarantine", listed)), ("6.csv", many)])

    assert found.answer.command == "dmaic gate admit --file orders/6.csv --reason TEXT"


def test_a_file_that_no_rule_holds_is_told_by_its_reason() -> None:
    (found,) = groups_of([("9.csv", verdict("reject"))])

    assert (found.rule, found.held, found.seen) == ("the gate", ("9.csv",), "")


def test_files_that_cannot_be_read_are_to_be_delivered_again() -> None:
    unreadable = replace(verdict("reject", violation("sanity.readable")), rows=0, quarantined=0)

    (found,) = groups_of([("1.csv", unreadable), ("2.csv", unreadable)])

    assert found.answer.command is None
    assert "deliver it again" in found.answer.says


def test_a_split_file_is_told_by_the_rule_that_set_its_rows_apart() -> None:
    order = replace(violation("file.column_order"), severity="low")

    (found,) = groups_of([("4.csv", verdict("quarantine", order, STRANGE))])

    assert found.rule == "kind.in_set"


def test_a_rule_is_said_to_let_rows_in_only_where_some_fail_nothing_else() -> None:
    listed = replace(STRANGE, kind="in_set")
    twice = violation("id.unique", scope="row", rows=2)
    both = verdict("quarantine", listed, twice)

    (found,) = groups_of([("4.csv", both)])
    (free,) = groups_of([("4.csv", replace(both, quarantined=3))])

    assert found.answer.command == "dmaic rules disable orders kind.in_set --reason TEXT"
    assert free.answer.command == "dmaic gate admit --file orders/4.csv --reason TEXT"


def test_files_of_one_name_are_named_by_their_content() -> None:
    twins = [("1.csv", replace(verdict("reject", UNITS), file_sha256=c * 64)) for c in "ab"]
    other = ("2.csv", verdict("reject", violation("price.distribution", "a wrong sign")))

    found = groups_of([*twins, other])

    assert found[0].answer.command == f"dmaic gate release {'a' * 16} --reason TEXT"


def test_critical_sources_come_first_and_held_files_before_split_ones() -> None:
    found = groups_of(FILES, {"tills": "critical", "orders": "low"})

    assert [(g.source, bool(g.held)) for g in found] == [
        ("tills", True),
        ("orders", True),
        ("orders", False),
    ]


def test_what_is_said_to_be_widened_is_what_can_be() -> None:
    assert set(_WIDENERS) == WIDENED_KINDS


def test_a_rule_that_half_of_the_files_break_tells_of_the_feed() -> None:
    clean = [(f"clean {at}.csv", verdict("accept")) for at in range(3)]

    (note,) = shared_rules([*FILES, *clean[:1]])

    assert note.startswith("orders: 3 of 6 files break price.distribution: perhaps the feed")
    assert shared_rules([*FILES, *clean[:2]]) == []
    assert shared_rules(FILES[1:2]) == []
