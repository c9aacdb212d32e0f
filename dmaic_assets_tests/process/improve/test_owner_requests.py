"""What only people can change: who is asked for what, and which rules are argued about."""

from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.model import Decision, Violation
from dmaic_assets.phenomena.key.known import DELIVERED
from dmaic_assets.process.evidence import FileEvidence
from dmaic_assets.process.improve.owner_requests import requests_of, rule_proposals
from dmaic_assets_tests.process.evidence_of_tables import file_of, violation

KNOWN = frozenset({"amount.range", *"abcd"})
UNREADABLE = violation("sanity.readable", scope="file")


def judged(name: str, decision: Decision, violations: Sequence[Violation] = ()) -> FileEvidence:
    file = file_of(name, violations=violations)
    return replace(file, verdict=replace(file.verdict, decision=decision))


def test_the_owner_is_asked_for_each_held_file_once_by_its_most_severe_rule() -> None:
    worst = replace(violation("columns", scope="file"), severity="critical", cause="a new version")
    many = replace(violation("amount.type", rows=9), severity="high")
    files = (
        judged("1.csv", "accept"),
        judged("2.csv", "reject", (many, worst)),
        judged("3.csv", "quarantine", (many,)),
    )

    (request,) = requests_of("orders", files, owner="kim")

    assert (request.owner, request.file, request.rule) == ("kim", "2.csv", "columns")
    assert request.words.startswith("2.csv is held: expected expected; seen seen.")
    assert "It looks like: a new version." in request.words


def test_a_broken_rule_comes_before_a_more_severe_one_that_holds() -> None:
    holds = replace(violation("columns", scope="file"), severity="critical", is_broken=False)
    broken = replace(violation("amount.type", rows=9), severity="low")

    (request,) = requests_of("orders", (judged("2.csv", "reject", (holds, broken)),), owner="")

    assert request.rule == "amount.type"
    assert request.owner == "the owner (not named yet)"
    assert "looks like" not in request.words


def test_a_held_file_without_a_violation_asks_for_nothing() -> None:
    assert requests_of("orders", (judged("2.csv", "reject"),), owner="kim") == ()


def test_a_rule_that_three_good_files_break_a_little_is_argued_about() -> None:
    few = [replace(violation("amount.range", rows=1), share=s) for s in (0.01, 0.03, 0.02)]
    files = [judged(f"{n}.csv", "quarantine", (v,)) for n, v in enumerate(few)]

    (found,) = rule_proposals("orders", files, KNOWN)

    assert (found.rule, found.files, found.greatest_share) == ("amount.range", 3, 0.03)
    assert found.words == "3 accepted files break it, in at most 3 % of their rows"
    assert found.command == "dmaic rules reject orders amount.range"
    assert found.effect.startswith("switches the rule off")


def test_a_rule_that_is_in_force_no_more_is_not_argued_about() -> None:
    few = violation("amount.range", rows=1)
    files = [judged(f"{n}.csv", "quarantine", (few,)) for n in range(3)]

    assert rule_proposals("orders", files, frozenset()) == ()


def test_commands_survive_names_with_spaces() -> None:
    files = [judged(f"{n}.csv", "quarantine", (violation("due date.range"),)) for n in range(3)]
    held = judged("day 1.csv", "reject", (violation("columns", scope="file"),))

    (found,) = rule_proposals("my orders", files, {"due date.range"})
    (request,) = requests_of("my orders", (held,), owner="")

    assert found.command == "dmaic rules reject 'my orders' 'due date.range'"
    assert request.words.endswith("dmaic gate release 'my orders/day 1.csv' --reason TEXT")


def test_files_that_are_held_alike_make_one_request() -> None:
    shape = violation("columns", scope="file")
    files = [judged(f"{n}.csv", "reject", (shape,)) for n in range(25)]
    other = judged("x.csv", "reject", (replace(shape, cause="another reason"),))

    alike, single = requests_of("orders", (*files, other), owner="kim")

    assert (alike.file, single.file) == ("25 files, 0.csv to 24.csv", "x.csv")
    # All of the rule would free the one that is held for another reason.
    assert "if it is right, release the oldest" in alike.words
    assert alike.words.endswith("dmaic gate release orders/0.csv --reason TEXT")
    (alone,) = requests_of("orders", files, owner="kim")
    assert "release what nothing else holds" in alone.words
    assert alone.words.endswith("dmaic gate release --rule columns --all orders --reason TEXT")


def test_rows_that_a_wider_rule_lets_in_are_admitted_rather_than_the_rule_switched_off() -> None:
    wide = [replace(violation("a", rows=n), kind="range", severity="high") for n in (1, 9, 2)]
    files = [judged(f"{n}.csv", "quarantine", (v,)) for n, v in enumerate(wide)]

    (found,) = rule_proposals("orders", files, KNOWN)

    assert found.command == "dmaic gate admit --file orders/1.csv --reason TEXT"
    assert "judges all files again" in found.effect


def test_a_file_that_cannot_be_read_is_not_offered_for_release() -> None:
    (request,) = requests_of("orders", (judged("x", "reject", (UNREADABLE,)),), owner="kim")

    assert "release" not in request.words
    assert request.words.endswith("Correct what was sent and deliver it again.")


def test_keys_that_come_again_in_file_after_file_are_argued_about() -> None:
    again = replace(violation("b", rows=3), kind="known_key", cause=DELIVERED)

    (found,) = rule_proposals("orders", [judged(n, "quarantine", (again,)) for n in "xyz"], KNOWN)

    assert found.command == "dmaic rules reject orders b"


def test_rules_with_a_cause_or_of_held_files_or_of_two_files_are_not_argued_about() -> None:
    plain, caused = violation("a"), replace(violation("b"), cause="typo")
    whole = violation("c", scope="file")
    files = [
        *(judged(f"{n}.csv", "quarantine", (caused, whole)) for n in range(3)),
        *(judged(f"held{n}.csv", "reject", (violation("d"),)) for n in range(3)),
        *(judged(f"two{n}.csv", "quarantine", (plain,)) for n in range(2)),
    ]

    assert rule_proposals("orders", files, KNOWN) == ()
