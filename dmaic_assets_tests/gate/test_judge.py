"""The verdict: what is violated, what it says, and how awkward files fare."""

from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.gate.judge import EMPTY_NOTE, FIRST_FILE_NOTE, judge
from dmaic_assets.gate.sanity import MALFORMED_RULE
from dmaic_assets.model import MalformedRow, Rule, RuleSet, Thresholds
from dmaic_assets.phenomena.domain.rule import InSetKind
from dmaic_assets.table.read.malformed import ENDS_INSIDE
from dmaic_assets_tests.gate.tables import column_type, judged, rule_set, table, typed
from dmaic_assets_tests.rules.frames import rule

ORDERS = table(
    {
        "id": [str(n) for n in range(40)],
        "price": ["500", "x", *["9.5"] * 37, None],
        "state": ["open"] * 39 + ["OPEN"],
    }
)
PRICE = rule("range", "price", max=100)
STATE = rule("in_set", "state", values=["open"], severity="low")


def test_failing_rows_are_set_apart_and_the_file_passes() -> None:
    verdict = judged(
        typed(ORDERS, id="integer", price="decimal"), PRICE, STATE, rule("unique", "id")
    ).verdict

    assert (verdict.decision, verdict.rows, verdict.accepted, verdict.quarantined) == (
        "quarantine",
        40,
        38,
        2,
    )
    assert verdict.score == pytest.approx((2 * (39 / 40) + 1 * (39 / 40) + 2) / 5)
    assert [(v.rule, v.rows_failed, v.share, v.is_broken) for v in verdict.violations] == [
        ("price.range", 1, 1 / 40, False),
        ("sanity.type.price", 1, 1 / 40, False),
        ("state.in_set", 1, 1 / 40, False),
    ]
    assert verdict.reasons == (
        "2 of 40 rows (5.0 %) are set apart",
        "price.range on price: expected price is at most 100; seen 1 of 40 rows (2.5 %), such as "
        '"500"; likely cause: outlier',
        "sanity.type.price on price: expected price is of type decimal, as nearly all its values "
        'are; seen 1 of 40 rows (2.5 %), such as "x"; likely cause: text in a number',
        "state.in_set on state: expected state is one of: open; seen 1 of 40 rows (2.5 %), "
        'such as "OPEN"; likely cause: case change',
    )


def test_a_clean_file_is_accepted_without_reasons() -> None:
    verdict = judged(typed(ORDERS, id="integer"), rule("unique", "id")).verdict

    assert (verdict.decision, verdict.score, verdict.reasons) == ("accept", 1.0, ())
    assert (verdict.accepted, verdict.quarantined, verdict.violations) == (40, 0, ())
    assert verdict.rules_evaluated == 1


def test_a_rejected_file_is_held_whole_and_says_why() -> None:
    tight = rule("range", "price", max=5, severity="critical")

    verdict = judged(typed(ORDERS, price="decimal"), tight).verdict

    assert (verdict.decision, verdict.accepted, verdict.quarantined) == ("reject", 0, 40)
    assert verdict.reasons[:3] == (
        "score 5.0 is below 85",
        "only 0.0 % of the critical rules hold, 100 % must",
        "97.5 % of the rows fail, at most 20.0 % may be set apart",
    )
    assert verdict.reasons[3].startswith("price.range on price: expected price is at most 5; seen")


@pytest.mark.parametrize(
    ("one", "decision"),
    [
        (rule("range", "price", max=100, tolerance=0.025, severity="critical"), "quarantine"),
        (rule("range", "price", max=100, tolerance=0.02, severity="critical"), "reject"),
        (rule("range", "price", max=100, severity="critical"), "quarantine"),
        (rule("row_count", max=40, severity="critical"), "quarantine"),
        (rule("row_count", max=39, severity="critical"), "reject"),
        (rule("row_count", max=39, severity="low"), "reject"),
    ],
)
def test_tolerance_belongs_to_row_rules_and_file_rules_have_none(one: Rule, decision: str) -> None:
    assert judged(typed(ORDERS, price="decimal"), one).verdict.decision == decision


def test_the_row_tolerance_of_the_thresholds_is_the_default() -> None:
    thresholds = Thresholds(row_tolerance=0.0, severities={})
    one = rule("range", "price", max=100)

    violation = judged(
        typed(ORDERS, price="decimal"), one, thresholds=thresholds
    ).verdict.violations

    assert [v.is_broken for v in violation] == [True, True]


def test_only_severities_from_the_limit_on_set_rows_apart() -> None:
    thresholds = Thresholds(quarantine_from="high")
    short = rule("length", "id", max=1, tolerance=1.0)

    judgement = judged(typed(ORDERS), STATE, short, thresholds=replace(thresholds, overall=0))

    assert judgement.verdict.quarantined == 0
    assert judgement.quarantined_rows.is_empty()
    assert set(judgement.failing["rule"]) == {"state.in_set", "id.length"}


def test_violations_come_by_severity_then_share() -> None:
    rules = (
        rule("range", "id", max=10, severity="low"),
        rule("range", "price", max=100, severity="high"),
        rule("range", "id", max=30, severity="high", id="b"),
        rule("range", "id", min=9, severity="high", id="a"),
        rule("row_count", max=1, severity="critical"),
    )

    verdict = judged(typed(ORDERS, id="integer", price="decimal"), *rules).verdict

    assert [v.rule for v in verdict.violations] == [
        "file.row_count",
        "a",
        "b",
        "price.range",
        "sanity.type.price",
        "id.range",
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_examples_show_the_raw_text(count: int) -> None:
    one = rule("range", "price", min=1, max=5, tolerance=1.0)

    verdict = judged(typed(ORDERS, price="decimal"), one, examples=count).verdict

    ranges = next(v for v in verdict.violations if v.rule == "price.range")
    assert [(e.row, dict(e.values)) for e in ranges.examples] == [
        (0, {"price": "500"}),
        (2, {"price": "9.5"}),
        (3, {"price": "9.5"}),
    ][:count]


def test_a_condition_blames_the_columns_that_it_names() -> None:
    one = rule("expression", sql="id < 39 OR state = 'open'")

    judgement = judged(typed(ORDERS, id="integer"), one)

    (violation,) = judgement.verdict.violations
    assert dict(violation.examples[0].values) == {"id": "39", "state": "OPEN"}
    assert judgement.cells()["column"].to_list() == ["id", "state"]


def test_the_cause_is_what_the_kind_makes_of_the_failing_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cause(_: InSetKind, one: Rule, rows: pl.DataFrame) -> str:
        return f"{one.id} sees {rows.to_dicts()}"

    monkeypatch.setattr(InSetKind, "cause", cause)

    violations = judged(typed(ORDERS, price="decimal"), STATE, PRICE).verdict.violations

    assert {v.rule: v.cause for v in violations} == {
        "price.range": "outlier",
        "sanity.type.price": "text in a number",
        "state.in_set": "state.in_set sees [{'state': 'OPEN'}]",
    }


def test_what_was_learnt_says_from_how_many_files() -> None:
    learnt = Rule(
        "p", "range", ("price",), "medium", "learnt", {"max": 100}, evidence={"files": 30}
    )

    verdict = judged(typed(ORDERS, price="decimal"), learnt).verdict

    assert verdict.violations[0].expected == "price is at most 100 (learnt from 30 files)"


def test_a_missing_column_is_reported_once_by_the_rule_that_knows_it() -> None:
    verdict = judged(
        typed(ORDERS),
        rule("columns_present", "id", "gone", severity="critical"),
        rule("range", "gone", max=1),
        rule("unique", "gone"),
    ).verdict

    assert [v.rule for v in verdict.violations] == ["id+gone.columns_present"]
    assert verdict.rules_evaluated == 1
    assert verdict.notes == (
        "gone.range was not evaluated: column gone is missing (see id+gone.columns_present)",
        "gone.unique was not evaluated: column gone is missing (see id+gone.columns_present)",
    )


def test_a_missing_column_that_only_hand_rules_name_is_a_violation_of_each() -> None:
    verdict = judged(
        typed(ORDERS), rule("range", "pice", max=1, severity="low"), rule("unique", "gone")
    ).verdict

    assert [(v.rule, v.is_broken) for v in verdict.violations] == [
        ("gone.unique", True),
        ("pice.range", True),
    ]
    assert verdict.violations[1].seen.endswith("no column pice; the nearest is price")
    assert verdict.decision == "reject"


def test_a_missing_column_that_only_learnt_rules_name_is_reported_all_the_same() -> None:
    learnt = [
        replace(rule("range", "gone", max=1, severity="low"), origin="learnt"),
        replace(rule("unique", "gone"), origin="learnt"),
    ]
    verdict = judged(typed(ORDERS), *learnt).verdict

    (violation,) = verdict.violations
    assert (violation.rule, violation.severity, violation.is_broken) == (
        "sanity.columns_present",
        "medium",
        True,
    )
    assert violation.columns == ("gone",)
    assert verdict.decision == "reject"


def test_a_column_of_another_type_is_reported_once_by_its_type_rule() -> None:
    verdict = judged(
        typed(ORDERS),
        rule("type", "price", type="decimal", severity="high"),
        rule("range", "price", max=100),
    ).verdict

    assert [(v.rule, v.rows_failed) for v in verdict.violations] == [("price.type", 39)]
    assert verdict.decision == "reject"


def test_a_column_of_another_type_without_type_rule_fails_its_value_rules() -> None:
    verdict = judged(typed(ORDERS), PRICE).verdict

    (violation,) = verdict.violations
    assert (violation.rule, violation.rows_failed) == ("price.range", 39)
    assert violation.cause == "the column arrived as another type"


def test_a_type_rule_that_holds_excuses_no_rule_that_cannot_be_applied() -> None:
    verdict = judged(
        typed(ORDERS, id="integer"), rule("type", "id", type="integer"), rule("length", "id", max=1)
    ).verdict

    (violation,) = verdict.violations
    assert (violation.rule, violation.scope, violation.is_broken) == ("id.length", "file", True)
    assert "length with max: 1 cannot be applied to column id" in violation.seen


def test_an_expression_that_cannot_be_applied_breaks_rather_than_passes() -> None:
    verdict = judged(typed(ORDERS), rule("expression", sql="price + 1 > 2")).verdict

    (violation,) = verdict.violations
    assert violation.is_broken
    assert violation.seen.startswith("the rule cannot be applied:")


def test_malformed_rows_and_failed_casts_are_set_apart_without_any_rule() -> None:
    source = typed(table({"id": [*map(str, range(48)), "x"]}, malformed=[3]), id="integer")

    judgement = judge(source, rule_set(baseline=()), Thresholds())

    verdict = judgement.verdict
    assert (verdict.decision, verdict.score, verdict.rules_evaluated) == ("quarantine", 1.0, 0)
    assert (verdict.rows, verdict.accepted, verdict.quarantined) == (50, 48, 2)
    assert judgement.quarantined_rows.to_list() == [3, 49]
    assert FIRST_FILE_NOTE in verdict.notes
    malformed, cast = verdict.violations
    assert (malformed.rule, malformed.seen) == (
        "sanity.malformed_rows",
        "1 row not; first line 5: has 9 fields, not 2",
    )
    assert dict(malformed.examples[0].values) == {"line": "5", "raw": "raw 3"}
    assert (cast.rule, cast.examples[0].row) == ("sanity.type.id", 49)


CUT = MalformedRow(40, 42, "state", "2 fields where the header has 3" + ENDS_INSIDE, "40,9.")


def test_a_file_that_ends_within_a_row_is_held_for_what_is_lost() -> None:
    source = typed(replace(ORDERS, malformed=(CUT,)), id="integer")

    verdict = judge(source, rule_set(), Thresholds()).verdict

    assert verdict.decision == "reject"
    (first, *_) = verdict.violations
    assert (first.rule, first.cause) == ("sanity.file_end", "truncated delivery")
    assert first.seen == "it ends inside line 42"


@pytest.mark.parametrize(
    "known", [rule_set(baseline=()), replace(rule_set(), habits={MALFORMED_RULE: 0.03})]
)
def test_a_last_line_that_is_no_row_is_set_apart_where_files_always_had_one(known: RuleSet) -> None:
    source = typed(replace(ORDERS, malformed=(CUT,)), id="integer")

    verdict = judge(source, known, Thresholds()).verdict

    assert (verdict.decision, verdict.quarantined) == ("quarantine", 1)


def test_a_failed_cast_is_set_apart_whatever_the_severity_of_its_type_rule() -> None:
    one = rule("type", "price", type="decimal", severity="low")

    judgement = judged(typed(ORDERS, price="decimal"), one)

    assert [v.rule for v in judgement.verdict.violations] == ["price.type"]
    assert judgement.quarantined_rows.to_list() == [1]


def test_a_file_with_a_header_only_is_accepted_with_a_note() -> None:
    empty = typed(table({"a": [], "b": []}))
    rules = (rule("not_null", "a"), rule("unique", "a"), rule("duplicate_rows"))

    verdict = judged(empty, *rules).verdict

    assert (verdict.decision, verdict.rows, verdict.rules_evaluated) == ("accept", 0, 3)
    assert verdict.notes == (EMPTY_NOTE,)
    assert judged(empty, rule("row_count", min=1)).verdict.decision == "reject"


def test_a_file_without_columns_is_rejected() -> None:
    verdict = judged(typed(table({})), rule("columns_present", "a")).verdict

    assert verdict.decision == "reject"
    assert [v.rule for v in verdict.violations] == ["sanity.header"]
    assert "the file has no columns" in verdict.reasons


def test_a_file_of_malformed_rows_only_is_rejected() -> None:
    verdict = judged(typed(table({"a": []}, malformed=[0, 1]))).verdict

    assert (verdict.decision, verdict.rows, verdict.quarantined) == ("reject", 2, 2)


def test_schema_changes_are_told_beside_the_verdict() -> None:
    history = rule_set()
    expected = (column_type("gone", "integer"), column_type("id", "integer"))
    rules = type(history)(history.source, (), types=expected, baseline=history.baseline)

    verdict = judge(typed(ORDERS), rules, Thresholds()).verdict

    assert [(c.column, c.change, c.is_breaking) for c in verdict.schema_changes] == [
        ("gone", "removed", True),
        ("id", "type_changed", True),
        ("price", "added", False),
        ("state", "added", False),
    ]


def test_the_overall_threshold_can_be_overridden() -> None:
    strict = Thresholds(overall=99.5)

    assert judged(typed(ORDERS, price="decimal"), PRICE).verdict.decision == "quarantine"
    verdict = judged(typed(ORDERS, price="decimal"), PRICE, thresholds=strict).verdict
    assert verdict.reasons[0] == "score 97.5 is below 99.5"
