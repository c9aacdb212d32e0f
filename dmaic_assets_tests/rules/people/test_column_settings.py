"""Tolerances and criticality of columns on learnt rules, and what the gate makes of them."""

from collections.abc import Mapping

import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets.rules.criticality import SEVERITY_BY
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.merge import merge_rules
from dmaic_assets.rules.tolerances import BOUND_BY
from dmaic_assets.settings.columns import ColumnSettings, SaidOfColumns
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, history_of, judged

SOURCE = SourceSettings(name="orders", primary_key=("id",))
HISTORY = history_of(12)


def learnt(said: SaidOfColumns | None = None, **columns: ColumnSettings) -> RuleSet:
    asked = said or SaidOfColumns(columns=columns)
    return learn_rules(HISTORY, source=SOURCE, said=asked)


@pytest.fixture(scope="module")
def plain() -> RuleSet:
    return learn_rules(HISTORY, source=SOURCE)


def severities(rules: RuleSet) -> Mapping[str, str]:
    return {rule.id: rule.severity for rule in rules.rules}


def with_missing(name: str, rows: int, *, every: int = 1) -> pl.DataFrame:
    day = day_of_orders(20)
    at = pl.int_range(pl.len())
    gone = (at < rows * every) & (at % every == 0)
    return day.with_columns(pl.when(~gone).then(pl.col(name)).alias(name))


def keyed(day: int) -> pl.DataFrame:
    """A day whose ids are names: they do not count on."""
    number = (pl.col("id") * 7919) % 1_000_003
    return day_of_orders(day).with_columns(("K" + number.cast(pl.String)).alias("id"))


def with_doubles(pairs: int) -> pl.DataFrame:
    """As many rows carry the id of the row before them, so that twice as many fail."""
    at = pl.int_range(pl.len())
    is_copy = (at < 2 * pairs) & (at % 2 == 1)
    return keyed(20).with_columns(
        pl.when(is_copy).then(pl.col("id").shift(1)).otherwise(pl.col("id")).alias("id")
    )


def decision(day: pl.DataFrame, rules: RuleSet) -> str:
    return judged(day, rules).verdict.decision


def test_nothing_said_changes_nothing(plain):
    assert learnt(SaidOfColumns()) == plain


@pytest.mark.parametrize("said", ["all columns", "the column"])
def test_a_null_tolerance_decides_over_the_file_both_ways(plain, said):
    """One way: 3 % missing held that passed. The other: 15 % passing that were held."""
    few, many = with_missing("code", 4), with_missing("code", 18)
    tight, loose = (
        learnt(SaidOfColumns(null_tolerance=most))
        if said == "all columns"
        else learnt(code=ColumnSettings(null_tolerance=most))
        for most in (0.01, 0.2)
    )

    assert decision(few, plain) == "quarantine"
    assert decision(few, tight) == "reject"
    assert any("code" in reason for reason in judged(few, tight).verdict.reasons)
    assert decision(many, loose) == "quarantine"
    assert judged(many, loose).verdict.quarantined == 18
    assert decision(with_missing("code", 40), loose) == "reject"
    assert decision(day_of_orders(20), tight) == decision(day_of_orders(20), loose) == "accept"


def test_a_file_at_its_tolerance_passes():
    day = with_missing("code", 6)
    most = 6 / day.height

    assert decision(day, learnt(code=ColumnSettings(null_tolerance=most))) == "quarantine"
    assert decision(day, learnt(code=ColumnSettings(null_tolerance=most - 1e-4))) == "reject"


def test_with_low_criticality_tolerated_rows_are_accepted():
    said = ColumnSettings(null_tolerance=0.4, criticality="low")
    rules = learnt(code=said)

    verdict = judged(with_missing("code", 40), rules).verdict
    assert (verdict.decision, verdict.quarantined) == ("accept", 0)
    told = {v.rule: (v.severity, v.rows_failed) for v in verdict.violations}
    assert told["code.not_null"] == ("low", 40)
    assert decision(with_missing("code", 60), rules) == "reject"


def test_a_general_tolerance_leaves_columns_alone_that_history_has_beyond_it(plain):
    rules = learnt(SaidOfColumns(null_tolerance=0.05))
    before, now = (
        next(rule for rule in r.rules if rule.id == "paid_by.null_share") for r in (plain, rules)
    )

    assert now == before
    assert any("null_tolerance 0.05 does not bound paid_by" in note for note in rules.notes)
    assert decision(day_of_orders(20), rules) == "accept"


def test_a_column_s_own_tolerance_bounds_it_whatever_history_has():
    rules = learnt(paid_by=ColumnSettings(null_tolerance=0.05))
    bound = next(rule for rule in rules.rules if rule.id == "paid_by.null_share")

    assert bound.parameters["max"] == 0.05
    assert bound.evidence[BOUND_BY] == "columns.paid_by.null_tolerance in config/thresholds.yaml"
    assert "stop_rate" not in bound.evidence
    assert decision(day_of_orders(20), rules) == "reject"


def test_a_column_that_some_files_lack_is_not_asked_for():
    some = [facts_of(day_of_orders(d), f"{d:064x}") for d in range(6)]
    some += [facts_of(day_of_orders(d).drop("code"), f"{d:064x}") for d in range(6, 9)]
    rules = learn_rules(some, source=SOURCE, said=SaidOfColumns(null_tolerance=0.05))

    assert "code.null_share" not in severities(rules)
    assert decision(day_of_orders(20).drop("code"), rules) == "accept"


def test_a_duplicate_tolerance_decides_over_the_file_both_ways():
    facts = [facts_of(keyed(d), f"{d:064x}") for d in range(12)]
    own = {"id": ColumnSettings(duplicate_tolerance=0.15)}
    plain, tight, loose = (
        learn_rules(facts, source=SOURCE, said=said)
        for said in (
            SaidOfColumns(),
            SaidOfColumns(duplicate_tolerance=0.01),
            SaidOfColumns(columns=own),
        )
    )
    few, many = with_doubles(1), with_doubles(6)

    assert [decision(keyed(20), r) for r in (plain, tight, loose)] == ["accept"] * 3
    assert [decision(few, r) for r in (plain, tight)] == ["quarantine", "reject"]
    assert [decision(many, r) for r in (plain, loose)] == ["reject", "quarantine"]
    assert judged(many, loose).verdict.quarantined == 12


def test_copies_of_whole_rows_are_bounded_too():
    rules = learnt(SaidOfColumns(duplicate_tolerance=0.05))
    day = day_of_orders(20)

    assert decision(pl.concat([day, day.head(2)]), rules) == "quarantine"
    assert decision(pl.concat([day, day.head(12)]), rules) == "reject"


def test_a_rule_on_when_a_value_is_missing_is_of_the_column_without_it(plain):
    loose = ColumnSettings(null_tolerance=0.9, criticality="low")
    rules = {rule.id: rule for rule in learnt(paid_by=loose).rules}
    day = day_of_orders(20).with_columns(pl.lit(None, pl.String).alias("paid_by"))
    gone = (pl.int_range(pl.len()) < 90) | pl.col("paid_by").is_null()
    most = day_of_orders(20).with_columns(pl.when(~gone).then(pl.col("paid_by")).alias("paid_by"))

    asked = rules["paid_by+state.conditional_null"]
    assert (asked.severity, asked.tolerance) == ("low", 0.9)
    assert decision(most, plain) == "reject"
    assert decision(most, learnt(paid_by=loose)) == "accept"
    assert decision(day, learnt(paid_by=loose)) == "reject"


def test_criticality_by_role(plain):
    by_role = severities(learnt(SaidOfColumns(by_role=True)))
    before = severities(plain)

    assert by_role["id.not_null"] == "critical"
    assert {by_role[f"{name}.not_null"] for name in ("shop", "price", "code")} == {"medium"}
    # What learning lets only report is raised for no role; the form of the file has no column.
    same = {name for name, severity in before.items() if severity == "low"}
    assert {by_role[name] for name in same} == {"low"}
    assert by_role["file.columns_added"] == before["file.columns_added"]
    assert by_role["file.row_count"] == "critical"


def test_keys_of_other_sources_and_business_keys_are_high():
    keys = {"shop": "shops.name"}
    said = SaidOfColumns(by_role=True)
    undeclared = SourceSettings(name="orders")
    rules = learn_rules(HISTORY, source=undeclared, foreign_keys=keys, said=said)
    told = severities(rules)

    assert told["shop.not_null"] == told["id.not_null"] == told["id.unique"] == "high"
    assert told["price.not_null"] == "medium"


def test_a_column_s_own_criticality_wins_over_its_role_and_says_so(plain):
    own = {"price": ColumnSettings(criticality="critical")}
    rules = learnt(SaidOfColumns(by_role=True, columns=own))
    told = {rule.id: rule for rule in rules.rules}

    assert told["price.not_null"].severity == "critical"
    words = "columns.price.criticality in config/thresholds.yaml (learnt: high)"
    assert told["price.not_null"].evidence[SEVERITY_BY] == words
    # The worst of its columns, as each of them has one.
    assert told["price+total.column_pair"].severity == "critical"
    assert any("sets the severity of" in note for note in rules.notes)
    # Without a role for the other columns, a rule of several keeps its own.
    alone = severities(learnt(price=own["price"]))
    assert alone["price+total.column_pair"] == severities(plain)["price+total.column_pair"]


def test_what_people_say_of_a_rule_wins(plain):
    from dataclasses import replace

    rule = next(rule for rule in plain.rules if rule.id == "price.not_null")
    said = replace(rule, severity="high", tolerance=0.3, origin="override")
    rules = learnt(price=ColumnSettings(null_tolerance=0.02, criticality="low"))

    merged = merge_rules(rules, RuleSet("orders", (said,)))

    kept = next(rule for rule in merged.rules if rule.id == "price.not_null")
    assert (kept.severity, kept.tolerance) == ("high", 0.3)


def test_the_declared_key_is_bounded_without_history():
    rules = learn_rules([], source=SOURCE, said=SaidOfColumns(duplicate_tolerance=0.1))

    assert [(rule.id, rule.tolerance) for rule in rules.rules] == [("id.unique", 0.1)]


def test_what_bounds_nothing_is_told():
    notes = learnt(
        gone=ColumnSettings(criticality="low"), shop=ColumnSettings(duplicate_tolerance=0.1)
    ).notes

    assert any("column gone, which is in no accepted file" in note for note in notes)
    assert any("duplicate_tolerance of shop bounds nothing" in note for note in notes)
