"""Expectation suites come in as rules, and what has no counterpart is refused with its line."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.rules.exchange.expectations import from_expectations
from dmaic_assets.rules.exchange.expectations_export import to_expectations
from dmaic_assets_tests.rules.frames import context

SUITE = """\
validation_name: parameters
description: all kinds
quality_thresholds: {critical: 100, high: 95}
expectations:
- expectation_type: expect_table_row_count_to_be_between
  kwargs: {min_value: 1}
  meta: {severity: critical, description: not empty}
- expectation_type: expect_table_column_count_to_equal
  kwargs: {value: 2}
  meta: {severity: high}
- {expectation_type: expect_column_to_exist, kwargs: {column: id}, meta: {severity: critical}}
- {expectation_type: expect_column_to_exist, kwargs: {column: code}}
- {expectation_type: expect_column_values_to_not_be_null, kwargs: {column: id, mostly: 0.95}}
- {expectation_type: expect_column_values_to_be_unique, kwargs: {column: id}}
- expectation_type: expect_column_values_to_be_between
  kwargs: {column: id, min_value: 1, max_value: 9, strict_min: true}
- {expectation_type: expect_column_values_to_be_in_set, kwargs: {column: code, value_set: [A, B]}}
- expectation_type: expect_column_values_to_not_be_in_set
  kwargs: {column: code, value_set: ["it's", X]}
- expectation_type: expect_column_value_lengths_to_be_between
  kwargs: {column: code, min_value: 1, max_value: 2}
- {expectation_type: expect_column_value_lengths_to_equal, kwargs: {column: code, value: 1}}
- {expectation_type: expect_column_values_to_match_regex, kwargs: {column: code, regex: "[A-Z]"}}
- {expectation_type: expect_column_values_to_be_of_type, kwargs: {column: id, type_: int64}}
- expectation_type: expect_column_pair_values_a_to_be_greater_than_b
  kwargs: {column_A: id, column_B: id2, or_equal: true}
- expectation_type: expect_compound_columns_to_be_unique
  kwargs: {column_list: [id, code]}
- expectation_type: expect_table_columns_to_match_ordered_list
  kwargs: {column_list: [id, code]}
"""


def suite(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "suite.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_covered_expectation_becomes_a_rule(tmp_path: Path) -> None:
    rule_set = from_expectations(suite(tmp_path, SUITE))

    assert rule_set.source == "parameters"
    found = [
        (r.id, "+".join(r.columns), r.severity, r.tolerance, dict(r.parameters))
        for r in rule_set.rules
    ]
    expected: list[tuple[Any, ...]] = [
        ("file.row_count", "", "critical", None, {"min": 1}),
        ("id.columns_present", "id", "critical", None, {}),
        ("code.columns_present", "code", "medium", None, {}),
        ("id.not_null", "id", "medium", 0.05, {}),
        ("id.unique", "id", "medium", None, {}),
        ("id.range", "id", "medium", None, {"min": 1, "max": 9, "exclusive_min": True}),
        ("code.in_set", "code", "medium", None, {"values": ["A", "B"]}),
        ("file.expression", "", "medium", None, {"sql": "\"code\" NOT IN ('X', 'it''s')"}),
        ("code.length", "code", "medium", None, {"min": 1, "max": 2}),
        ("code.length.2", "code", "medium", None, {"min": 1, "max": 1}),
        ("code.shape", "code", "medium", None, {"pattern": "(?:[A-Z])(?s:.*)"}),
        ("id.type", "id", "medium", None, {"type": "integer"}),
        ("id+id2.column_pair", "id+id2", "medium", None, {"operator": ">="}),
        ("id+code.unique", "id+code", "medium", None, {}),
        ("id+code.columns_present", "id+code", "medium", None, {}),
        ("id+code.columns_added", "id+code", "medium", None, {}),
        ("id+code.column_order", "id+code", "medium", None, {}),
        ("id+code.columns_added.2", "id+code", "high", None, {}),
    ]
    assert found == expected
    assert rule_set.rules[0].description == "not empty"


def test_an_imported_suite_judges(tmp_path: Path) -> None:
    rule_set = from_expectations(suite(tmp_path, SUITE))
    frame = pl.DataFrame({"id": [2, 2, None, 1], "code": ["A", "it's", None, "b"], "new": [1] * 4})

    evaluation = evaluate(compile_rules(rule_set, context(frame)), frame.lazy())

    assert {r.rule.id: r.rows_failed for r in evaluation.rows if r.rows_failed} == {
        "id.not_null": 1,
        "id.unique": 2,
        "id.range": 1,
        "code.in_set": 2,
        "file.expression": 1,
        "code.length": 1,
        "code.length.2": 1,
        "code.shape": 2,
    }
    assert {f.rule.id for f in evaluation.files if f.judgement.is_violated} == {
        "id+code.columns_added",
        "id+code.columns_added.2",
    }


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- {expectation_type: expect_magic}", "line 2: expect_magic: has no counterpart"),
        ("- 5", "line 2: the entry has no expectation_type"),
        ("- {expectation_type: expect_column_to_exist, kwargs: [1]}", "kwargs or meta is not a"),
        (
            "- {expectation_type: expect_column_to_exist}",
            "kwargs are incomplete or wrong (KeyError",
        ),
        (
            "- {expectation_type: expect_column_values_to_be_between, kwargs: {column: a}}",
            "neither min nor max is given",
        ),
        (
            "- expectation_type: expect_column_to_exist\n  kwargs: {column: a}\n"
            "  meta: {severity: x}",
            "severity x is none of critical",
        ),
        (
            "- expectation_type: expect_column_values_to_be_of_type\n"
            "  kwargs: {column: a, type_: q}",
            "type q is unknown",
        ),
        (
            "- {expectation_type: expect_table_column_count_to_equal, kwargs: {value: 3}}",
            "wants 3 columns, the suite names 0",
        ),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_line(
    tmp_path: Path, entry: str, message: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        from_expectations(suite(tmp_path, f"expectations:\n{entry}\n"))

    assert message in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize("text", ["", "a: 1", "expectations: 5", "x: ["])
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError, match=r"suite\.yaml"):
        from_expectations(suite(tmp_path, text))


def test_a_missing_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.yaml: cannot be read"):
        from_expectations(tmp_path / "none.yaml")


def a_rule(kind: str, *columns: str, **parameters: Json) -> Rule:
    return Rule(f"{'+'.join(columns) or 'file'}.{kind}", kind, columns, "high", "hand", parameters)


def all_but_ids(rules: RuleSet) -> list[Rule]:
    return sorted((replace(rule, id="") for rule in rules.rules), key=repr)


def test_a_suite_that_came_in_goes_out_and_comes_in_the_same(tmp_path: Path) -> None:
    rules = from_expectations(suite(tmp_path, SUITE))

    exported = to_expectations(rules)

    again = from_expectations(suite(tmp_path, exported.text))
    expression = next(rule for rule in rules.rules if rule.kind == "expression")
    kept = replace(rules, rules=tuple(r for r in rules.rules if r is not expression))
    assert exported.left_out == {expression.id: "no expectation says this"}
    assert all_but_ids(again) == all_but_ids(kept)
    assert again.source == "parameters"


@pytest.mark.parametrize(
    "rule",
    [
        a_rule("in_set", "a", values=["NO", "1e5", "007", "2026-01-01", "", "\u00e9\n", "~", True]),
        a_rule("range", "a", min=1e-07, max=1e22, exclusive_max=True),
        a_rule("range", "yes", min="2026-01-01", max="2026-12-31T12:30"),
        a_rule("length", "a b", max=3),
        a_rule("row_count", max=3),
        a_rule("shape", "a", pattern=r"[A-Z]{2}\d+|x"),
        a_rule("column_pair", "a", "b", operator=">"),
        a_rule("unique", "a", "b"),
        a_rule("columns_present", "a", "b"),
        replace(a_rule("type", "a", type="datetime"), severity="low", description="when: it was"),
        replace(a_rule("not_null", "a"), tolerance=0.015),
    ],
    ids=lambda rule: rule.kind,
)
def test_a_rule_that_an_expectation_says_comes_back_as_it_was(tmp_path: Path, rule: Rule) -> None:
    exported = to_expectations(RuleSet("orders", (rule,)))

    again = from_expectations(suite(tmp_path, exported.text))

    assert (exported.rules, exported.left_out) == ((rule.id,), {})
    assert all_but_ids(again) == all_but_ids(RuleSet("orders", (rule,)))


def test_less_is_greater_the_other_way_round(tmp_path: Path) -> None:
    exported = to_expectations(RuleSet("orders", (a_rule("column_pair", "a", "b"),)))

    (rule,) = from_expectations(suite(tmp_path, exported.text)).rules

    assert (rule.columns, rule.parameters) == (("b", "a"), {"operator": ">="})


def test_an_exported_pattern_holds_to_the_end_of_a_value() -> None:
    rules = RuleSet("orders", (a_rule("shape", "a", pattern="a|ab"),))
    regex = yaml.safe_load(to_expectations(rules).text)["expectations"][0]["kwargs"]["regex"]

    matched = [text for text in ("a", "ab", "a\n", "abc", "ba", "") if re.match(regex, text)]

    assert matched == ["a", "ab"]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (a_rule("duplicate_rows"), "no expectation says this"),
        (a_rule("type", "a", type="period"), "no expectation knows the type period"),
        (a_rule("column_pair", "a", "b", operator="=="), "no expectation compares two columns"),
        (a_rule("shape", "a", pattern=r"\p{Lu}+"), "its pattern means something else"),
        (a_rule("shape", "a", pattern=r"\<a"), "its pattern means something else"),
        (a_rule("shape", "a", pattern="(?i)a"), "its pattern means something else"),
        (a_rule("columns_added", "a"), "an expectation counts the columns that others name"),
        (a_rule("column_order", "a", "b"), "no expectation says this"),
        (a_rule("not_null", "^a.*"), "its columns are a pattern"),
        (replace(a_rule("not_null", "a"), is_enabled=False), "switched off"),
    ],
)
def test_a_rule_that_no_expectation_says_is_left_out_and_named(rule: Rule, reason: str) -> None:
    kept = a_rule("not_null", "z")

    exported = to_expectations(RuleSet("orders", (rule, kept)))

    assert exported.rules == (kept.id,)
    assert list(exported.left_out) == [rule.id]
    assert exported.left_out[rule.id].startswith(reason)


def test_the_document_of_the_older_platform_comes_in_as_it_stands(tmp_path: Path) -> None:
    text = """\
validation_name: orders
description: what orders must be
generated_at: '2026-11-01T00:00:00'
data_source: data/orders.csv
quality_thresholds: {critical: 100, high: 95, medium: 80, low: 50}
expectations:
- expectation_type: expect_column_values_to_not_be_null
  kwargs: {column: id}
  meta: {severity: critical, description: each order has an id}
- expectation_type: expect_column_values_to_be_between
  kwargs: {column: amount, min_value: 0, max_value: 100}
  meta: {severity: low, description: ''}
"""
    rule_set = from_expectations(suite(tmp_path, text))
    again = from_expectations(suite(tmp_path, to_expectations(rule_set).text))

    assert [(r.id, r.severity, r.description) for r in rule_set.rules] == [
        ("id.not_null", "critical", "each order has an id"),
        ("amount.range", "low", ""),
    ]
    assert again == rule_set
