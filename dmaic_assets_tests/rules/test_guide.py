"""The guides to rules and gate tell what the code does: kinds, examples, the worked verdict."""

import re
from pathlib import Path

import pytest

from dmaic_assets.gate.standalone import gate_file
from dmaic_assets.model import RuleSet, Thresholds
from dmaic_assets.phenomena.contract.rule_kind import RuleKind
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.rules.yaml.file import parse_rules

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
RULES = (GUIDES / "rules.md").read_text(encoding="utf-8")
GATE = (GUIDES / "gate.md").read_text(encoding="utf-8")
GENERAL = tuple(
    KINDS[name]
    for name in (
        *("columns_present", "columns_added", "column_order", "type", "row_count", "null_share"),
        *("not_null", "unique", "duplicate_rows", "column_pair", "expression"),
        *("range", "in_set", "length", "shape"),
    )
)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def parsed(text: str) -> RuleSet:
    return parse_rules(text, subject="rules.md", source="orders")


@pytest.mark.parametrize("kind", GENERAL, ids=lambda k: k.name)
def test_every_general_kind_is_told_with_its_parameters(kind: RuleKind) -> None:
    (row,) = re.findall(rf"^\| `{kind.name}` \|.*$", RULES, flags=re.MULTILINE)

    assert [p for p in kind.parameters if f"`{p}`" not in row] == []


def test_the_examples_are_rule_files_and_show_every_kind() -> None:
    shown = [parsed(block) for block in blocks(RULES, "yaml")]

    assert {rule.kind for rule in shown[-1].rules} == {kind.name for kind in GENERAL}


def test_the_worked_example_comes_out_as_told(tmp_path: Path) -> None:
    orders, cells = blocks(GATE, "csv")
    (rules,) = blocks(GATE, "yaml")
    (reasons,) = blocks(GATE, "text")
    (tmp_path / "orders.csv").write_text(orders, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")

    def verdict(thresholds: Thresholds) -> str:
        report = gate_file(
            tmp_path / "orders.csv",
            tmp_path / "rules.yaml",
            thresholds=thresholds,
            cells_path=tmp_path / "cells.csv",
        )
        told = report.verdict
        return f"{told.decision} {told.quarantined} {told.score:.4f}\n" + "\n".join(told.reasons)

    assert verdict(Thresholds()) == f"quarantine 2 0.9864\n{reasons.strip()}"
    assert (tmp_path / "cells.csv").read_text(encoding="utf-8") == cells
    assert verdict(Thresholds(quarantine_from="low")).startswith("quarantine 3")
    assert "only 50.0 % of the high rules hold" in verdict(Thresholds(row_tolerance=0.04))
