"""A release lets in what was said of a file; what it does not speak of is judged as before."""

from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.model import ColumnType, Json, Rule, RuleSet
from dmaic_assets.rules.admission import admit_wider
from dmaic_assets.rules.merge import hand_part, merge_rules
from dmaic_assets.rules.people import Signature, put_rule
from dmaic_assets.rules.widen import widened

ME = Signature("2026-01-01T00:00:00+00:00", "kim", "checked")
MAILS = pl.DataFrame(
    {
        "mail": [f"person{n}@x.example" for n in range(9990, 10_002)],
        "country": ["DE", None, None, *["FR"] * 9],
    }
).lazy()
TYPES = tuple(
    ColumnType(name, "text", "String", "text", "automatic", 1.0, reason="")
    for name in ("mail", "country")
)


def rule(kind: str, column: str, **parameters: Json) -> Rule:
    return Rule(f"{column}.{kind}", kind, (column,), "high", "learnt", parameters=parameters)


def rules_of(*rules: Rule) -> RuleSet:
    return RuleSet("orders", rules, types=TYPES)


def released(narrow: Rule) -> RuleSet:
    wider = widened(narrow, MAILS, 12)
    assert wider is not None
    return admit_wider(rules_of(narrow), narrow, wider, ME)


NEVER = rule("not_null", "country")
SHAPE = rule("shape", "mail", pattern=r"[a-z]{6}[0-9]{4}@x\.[a-z]{7}")


def test_what_was_never_missing_may_be_as_far_as_the_file_shows() -> None:
    said = released(NEVER)

    (share,) = said.rules
    assert (share.id, share.kind) == ("country.null_share", "null_share")
    assert share.parameters == {"max": 2 / 12}
    assert (share.severity, share.origin) == ("high", "learnt")


@pytest.mark.parametrize(
    ("learnt", "most"),
    [
        ((), 2 / 12),
        ((NEVER,), 2 / 12),
        ((rule("null_share", "country", max=0.1),), 2 / 12),
        ((rule("null_share", "country", max=0.3),), 0.3),
    ],
)
def test_no_later_learning_forgets_how_much_may_be_missing(
    learnt: tuple[Rule, ...], most: float
) -> None:
    merged = merge_rules(rules_of(*learnt), hand_part(released(NEVER)))

    assert [(r.id, r.parameters["max"]) for r in merged.rules] == [("country.null_share", most)]
    assert merge_rules(rules_of(*merged.rules), merged) == merged


def test_a_column_that_is_gone_gets_no_rule_back() -> None:
    learnt = RuleSet("orders", (), types=TYPES[:1])

    assert merge_rules(learnt, hand_part(released(NEVER))).rules == ()


def test_a_file_without_any_value_proves_no_bound() -> None:
    empty = pl.DataFrame({"country": [None, None]}, schema={"country": pl.String}).lazy()

    assert widened(NEVER, empty, 2) is None


def test_a_hand_rule_that_is_never_missing_is_bounded_for_good() -> None:
    mine = replace(NEVER, origin="hand")
    wider = widened(mine, MAILS, 12)
    assert wider is not None

    written = put_rule(rules_of(mine), mine, wider, "widen", ME)

    assert [(r.kind, r.parameters) for r in written.rules] == [("null_share", {"max": 2 / 12})]
    assert written.changes[0].before["kind"] == "not_null"


def test_a_pattern_gets_the_forms_of_the_file_and_no_longer_ones() -> None:
    (wider,) = released(SHAPE).rules

    further = r"[a-z]{6}[0-9]{5}@[a-z]\.[a-z]{7}"
    assert wider.parameters["pattern"] == f"{SHAPE.parameters['pattern']}|{further}"


@pytest.mark.parametrize(
    "learnt",
    [
        (),
        (rule("shape", "mail", pattern="[^A-Z]*"),),
        (replace(rule("shape", "mail", pattern="[a-z]+"), severity="low", tolerance=1.0),),
    ],
)
def test_a_pattern_is_not_opened_by_the_file_that_it_was_widened_for(
    learnt: tuple[Rule, ...],
) -> None:
    said = released(SHAPE)

    (merged,) = merge_rules(rules_of(*learnt), hand_part(said)).rules

    assert merged.parameters == said.rules[0].parameters
    assert (merged.severity, merged.tolerance) == ("high", None)


def test_a_pattern_that_learning_makes_finer_or_longer_counts_with_what_was_said() -> None:
    later = rule("shape", "mail", pattern=r"[a-z]{6}[0-9]{5,6}@x\.[a-z]{7}")

    (merged,) = merge_rules(rules_of(later), hand_part(released(SHAPE))).rules

    assert str(merged.parameters["pattern"]).startswith(str(later.parameters["pattern"]))


def test_a_rule_that_people_switched_off_stays_off() -> None:
    off = replace(rule("null_share", "country", max=0.01), is_enabled=False, origin="override")

    merged = merge_rules(rules_of(off), hand_part(released(NEVER)))

    assert merged.rules == (off,)
