"""Filters: every row falls into one class, the gravest one that a rule of it says."""

from typing import Any

import pytest

from dmaic_assets.analysis.values.validation import FilterResult
from dmaic_assets_tests.analysis.validation.books import worked


def sort_rows(*rules: dict[str, Any], table: str = "payments") -> FilterResult:
    named = [{"name": f"rule{place}", **rule} for place, rule in enumerate(rules)]
    graph = {"name": "ready", "table": table, "rules": named}
    return worked({"validation": {"filters": [graph]}}).filters[0]


def test_the_gravest_rule_decides_and_classes_add_up() -> None:
    found = sort_rows(
        {"not_null": ["amount"], "outcome": "exclude"},
        {"unique": ["invoice"], "outcome": "flag"},
        {
            "reference": {"columns": ["invoice"], "table": "invoices", "ref_columns": ["id"]},
            "outcome": "quarantine",
        },
    )

    assert (found.status, found.rows) == ("failed", 4)
    assert found.classes == {"clean": 1, "flag": 2, "exclude": 0, "quarantine": 1}
    assert [(r.asked, r.broken) for r in found.rules] == [(4, 1), (4, 2), (4, 1)]


def test_a_rule_is_asked_of_rows_that_keep_what_it_needs() -> None:
    found = sort_rows(
        {"not_null": ["by"]}, {"matches": {"column": "by", "regex": "[a-z]"}, "needs": ["rule0"]}
    )

    assert [(r.asked, r.broken) for r in found.rules] == [(4, 1), (3, 1)]


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ({"expression": "debit = 0 OR credit = 0"}, 0),
        ({"expression": "debit > 0"}, 3),
        ({"ordered": ["credit", "debit"]}, 3),
        ({"matches": {"column": "posted", "regex": "2024-01-0."}}, 2),
        ({"matches": {"column": "posted", "form": "email"}}, 6),
    ],
)
def test_rules_of_rows(rule: dict[str, Any], broken: int) -> None:
    assert sort_rows(rule, table="lines").rules[0].broken == broken


def test_cycles_and_strangers_are_refused_with_their_place() -> None:
    circle = sort_rows(
        {"not_null": ["by"], "needs": ["rule1"]}, {"not_null": ["by"], "needs": ["rule0"]}
    )
    stranger = sort_rows({"not_null": ["by"], "needs": ["none"]})

    assert circle.status == stranger.status == "error"
    assert "key ready.rules.rule0: rule0 -> rule1 -> rule0 is a cycle" in circle.text
    assert "needs none, which is no rule of it" in stranger.text
