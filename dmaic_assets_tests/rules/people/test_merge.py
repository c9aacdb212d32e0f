"""What people said survives learning: hand rules, overrides, and rules switched off."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.model import Rule, RuleOrigin, RuleSet
from dmaic_assets.rules.merge import hand_part, merge_rules


def rule(identity: str, origin: RuleOrigin = "learnt", *, high: int = 1, on: bool = True) -> Rule:
    return Rule(
        identity,
        "range",
        ("a",),
        "low",
        origin,
        {"max": high},
        evidence={"files": high},
        is_enabled=on,
    )


def test_what_people_said_survives_and_old_learnt_rules_go() -> None:
    learnt = RuleSet(
        "s", (rule("a", high=9), rule("b", high=9), rule("c", high=9)), baseline=("f",)
    )
    existing = RuleSet(
        "s",
        (
            rule("own", "hand"),
            rule("gone"),
            rule("b", "override", high=5),
            rule("c", on=False, high=4),
            rule("old", on=False),
            rule("alone", "override"),
        ),
        baseline=("e",),
        notes=("old note",),
    )

    merged = merge_rules(learnt, existing)

    assert merged == RuleSet(
        "s",
        (
            rule("a", high=9),
            replace(rule("b", "override", high=5), evidence={"files": 9}),
            rule("c", on=False, high=4),
            rule("own", "hand"),
            rule("old", on=False),
            rule("alone", "override"),
        ),
        baseline=("f",),
    )


def test_a_hand_rule_with_a_learnt_id_wins_as_it_stands() -> None:
    merged = merge_rules(RuleSet("s", (rule("a", high=9),)), RuleSet("s", (rule("a", "hand"),)))

    assert merged.rules == (rule("a", "hand"),)


def test_the_hand_part_is_what_people_said() -> None:
    existing = RuleSet(
        "s",
        (rule("a"), rule("b", "hand"), rule("c", "override"), rule("d", on=False)),
        notes=("n",),
    )

    assert hand_part(existing) == RuleSet("s", existing.rules[1:])


RULE_SETS = st.lists(
    st.builds(
        lambda i, o, h, on: rule(i, o, high=h, on=on),
        st.sampled_from("abcdef"),
        st.sampled_from(["learnt", "hand", "override"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda r: r.id,
).map(lambda rules: RuleSet("s", tuple(rules)))
LEARNT = RULE_SETS.map(
    lambda s: replace(s, rules=tuple(replace(r, origin="learnt", is_enabled=True) for r in s.rules))
)


@given(LEARNT, RULE_SETS)
@settings(max_examples=50, deadline=None)
def test_merging_twice_is_merging_once_and_needs_only_the_hand_part(
    learnt: RuleSet, existing: RuleSet
) -> None:
    merged = merge_rules(learnt, existing)

    assert merge_rules(learnt, merged) == merged
    assert merge_rules(learnt, hand_part(existing)) == merged
    assert len({r.id for r in merged.rules}) == len(merged.rules)
