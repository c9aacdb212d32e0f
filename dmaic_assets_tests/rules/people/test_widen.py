"""How far rules move for rows that people vouch for, and that no learning forgets it."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.rules.admission import admit_wider
from dmaic_assets.rules.merge import merge_rules
from dmaic_assets.rules.people import Signature
from dmaic_assets.rules.widen import widened

ME = Signature("2026-01-01T00:00:00+00:00", "kim", "checked")
FRAME = pl.DataFrame(
    {
        "n": [1.0, 5.0, 90.0, None],
        "day": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 9, 1), None],
        "code": ["AB-12", "AB-34", "x_7", None],
        "city": ["Bergen", "Oslo", "Bergem", None],
    }
).lazy()


def rule(kind: str, *columns: str, **parameters: Json) -> Rule:
    return Rule(f"{columns[0]}.{kind}", kind, columns, "high", "learnt", parameters=parameters)


@pytest.mark.parametrize(
    ("narrow", "wider"),
    [
        (rule("range", "n", min=2, max=10), {"min": 1.0, "max": 90.0}),
        (rule("range", "n", max=90.0, exclusive_max=True), {"exclusive_max": False}),
        (rule("range", "day", max="2026-03-01"), {"max": "2026-09-01"}),
        (rule("window", "n", width=10.0), {"width": 85.0}),
        (
            rule("range_by", "city", "n", bounds={"Bergen": [2, 3], "X": [0, 1]}),
            {"bounds": {"Bergen": [1.0, 3.0], "X": [0, 1]}},
        ),
        (
            rule("shape", "code", pattern="[A-Z]{2}-[0-9]{2}"),
            {"pattern": "[A-Z]{2}-[0-9]{2}|[a-z]_[0-9]"},
        ),
        (rule("near_miss", "city", values=["Bergen", "Oslo"]), {"also": ["Bergem"]}),
    ],
    ids=lambda value: value.kind if isinstance(value, Rule) else "",
)
def test_a_rule_moves_as_far_as_rows_need_and_stays_there_after_learning(
    narrow: Rule, wider: dict[str, Json]
) -> None:
    found = widened(narrow, FRAME, 4)
    assert found is not None
    assert found.parameters == {**narrow.parameters, **wider}

    said = admit_wider(RuleSet("orders", (narrow,)), narrow, found, ME)
    learnt = merge_rules(RuleSet("orders", (narrow,)), said)
    twice = merge_rules(RuleSet("orders", learnt.rules), learnt)

    known = {k: v for k, v in found.parameters.items() if not k.startswith("exclusive")}
    assert {k: learnt.rules[0].parameters[k] for k in known} == known
    assert twice.rules == learnt.rules
    assert admit_wider(said, found, found, ME) == said


def test_only_the_rows_that_are_vouched_for_move_a_rule() -> None:
    among = pl.Series([True, True, False, False])

    narrow = (rule("range", "n", min=2, max=3), rule("window", "n", width=1.0))
    moved = [widened(r, FRAME, 2, among=among) for r in narrow]

    assert [m.parameters for m in moved if m] == [{"min": 1.0, "max": 5.0}, {"width": 4.0}]


def test_what_learning_says_beyond_what_was_admitted_counts() -> None:
    narrow = rule("range", "n", min=2, max=10)
    said = admit_wider(RuleSet("orders", (narrow,)), narrow, rule("range", "n", min=1, max=10), ME)

    later = merge_rules(
        RuleSet("orders", (replace(narrow, parameters={"min": 5, "max": 50}),)), said
    )

    assert later.rules[0].parameters == {"min": 1, "max": 50}
