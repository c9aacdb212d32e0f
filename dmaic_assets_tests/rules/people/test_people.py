"""What people say about rules survives learning, and is written down once per change."""

from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.rules.merge import merge_rules
from dmaic_assets.rules.people import Edit, Signature, released, say, version_of
from dmaic_assets.rules.people import release as release_file
from dmaic_assets.rules.yaml.file import format_rules, parse_rules

KIM = Signature("2026-11-25T12:00:00+00:00", "kim", "new market")
RANGE = Rule("a.range", "range", ("a",), "medium", "learnt", {"min": 0, "max": 9})
ROWS = Rule("file.row_count", "row_count", (), "critical", "learnt", {"min": 1, "max": 50})
RULES = RuleSet("s", (RANGE, ROWS))
LEARNT_AGAIN = RuleSet("s", (replace(RANGE, parameters={"min": 0, "max": 7}), ROWS))

Action = Literal["accept", "reject", "edit", "disable", "enable"]


def by_id(rules: RuleSet) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules.rules}


@pytest.mark.parametrize(
    ("action", "edit", "maximum", "is_enabled"),
    [
        ("accept", None, 9, True),
        ("reject", None, 9, False),
        ("disable", None, 9, False),
        ("edit", Edit({"max": 12}), 12, True),
        ("edit", Edit(severity="low"), 9, True),
    ],
)
def test_what_people_said_survives_learning_again(
    action: Action, edit: Edit | None, maximum: int, is_enabled: bool
) -> None:
    said = say(RULES, "a.range", action, KIM, edit)

    rule = by_id(merge_rules(LEARNT_AGAIN, said))["a.range"]

    assert rule.parameters["max"] == maximum
    assert rule.is_enabled is is_enabled


def test_a_rule_that_is_enabled_again_is_learnt_again() -> None:
    said = say(say(RULES, "a.range", "disable", KIM), "a.range", "enable", KIM)

    rule = by_id(merge_rules(LEARNT_AGAIN, said))["a.range"]

    assert (rule.parameters["max"], rule.is_enabled) == (7, True)
    assert [c.version for c in merge_rules(LEARNT_AGAIN, said).changes] == [1, 2]


def test_a_change_tells_who_when_why_and_what_differs() -> None:
    said = say(RULES, "a.range", "edit", KIM, Edit({"max": 12}))

    (change,) = said.changes
    assert (change.at, change.by, change.reason) == (KIM.at, KIM.by, KIM.reason)
    assert change.before == {"parameters": {"min": 0, "max": 9}, "origin": "learnt"}
    assert change.after == {"parameters": {"min": 0, "max": 12}, "origin": "override"}


@given(st.lists(st.sampled_from(["accept", "reject", "disable", "enable"]), max_size=6))
def test_saying_it_twice_is_saying_it_once_and_the_file_holds_it_all(
    actions: list[Literal["accept", "reject", "disable", "enable"]],
) -> None:
    said = RULES
    for action in actions:
        said = say(said, "a.range", action, KIM)

        assert say(said, "a.range", action, KIM) == said

    assert version_of(said) == len(said.changes)
    assert parse_rules(format_rules(said), subject="r", source="s") == said


def test_an_edit_without_meaning_changes_nothing() -> None:
    with pytest.raises(BadInputError, match="mx is unknown"):
        say(RULES, "a.range", "edit", KIM, Edit({"mx": 1}))


def test_an_unknown_rule_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(BadInputError) as refusal:
        say(RULES, "a.rang", "disable", KIM)

    assert "a.range" in refusal.value.fix


def test_a_release_names_the_file_and_the_rules_that_held_it() -> None:
    said = release_file(RULES, "f" * 64, "day.csv", ("file.row_count",), KIM)

    kept = merge_rules(LEARNT_AGAIN, parse_rules(format_rules(said), subject="r", source="s"))

    assert released(kept) == {"f" * 64: ("file.row_count",)}
    assert by_id(kept)["file.row_count"].is_enabled
