"""Contracts of the Open Data Contract Standard: valid by its package, back as the same."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, Rule, RuleSet
from dmaic_assets.rules.exchange.odcs.export import to_odcs
from dmaic_assets.rules.exchange.odcs.read import from_odcs
from dmaic_assets_tests.rules.frames import rule

RULES: tuple[Rule, ...] = (
    rule("columns_present", "id", "day", severity="critical"),
    rule("columns_added", "id", "day", "amount"),
    rule("column_order", "id", "day"),
    rule("row_count", min=1, max=900, severity="critical"),
    rule("row_count", id="least", min=1),
    rule("row_count", id="most", max=9),
    rule("row_count", id="exactly", min=3, max=3),
    rule("type", "day", type="date"),
    rule("not_null", "id", severity="critical"),
    rule("not_null", "day", tolerance=0.05),
    rule("unique", "id"),
    rule("unique", "id", "day"),
    rule("unique", "day", tolerance=0.1),
    rule("range", "amount", min=0, max=9.5, exclusive_max=True),
    rule("range", "day", min="2026-01-01", tolerance=0.01),
    rule("in_set", "code", values=["it's", 'a"b', "yes", "null", "{{ x }}", "1e3", "2026-01-01"]),
    rule("in_set", "number", values=[1, 2]),
    rule("length", "code", min=1, max=3),
    rule("shape", "code", pattern=r"[A-Z]{2}-\d+"),
    rule("column_pair", "amount", "number", operator="<"),
    rule("expression", sql="amount > 0 OR code = 'x'"),
    rule("null_share", "amount", max=0.2),
    rule("not_null", "^x_.*$", id="pattern"),
)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "orders.odcs.yaml"
    types = (ColumnType("text", "text", "String", "text", "automatic", 1.0, ""),)
    off = replace(rule("not_null", "amount"), is_enabled=False)
    written = to_odcs(RuleSet("orders", (*RULES, off), types), personal=("code",))
    assert written.left_out == {"amount.not_null": "switched off"}
    assert written.rules == tuple(r.id for r in RULES)
    path.write_text(written.text, encoding="utf-8")
    return path


def test_a_contract_is_valid_by_model_and_schema(contract: Path) -> None:
    document = yaml.safe_load(contract.read_text())
    schema = yaml.safe_load(
        files("open_data_contract_standard").joinpath("schema.json").read_text()
    )

    jsonschema.Draft201909Validator(schema).validate(document)
    read = OpenDataContractStandard.from_file(str(contract))

    # The model drops keys that it does not know: what it writes must hold all that we wrote.
    assert yaml.safe_load(read.to_yaml()) == document
    (table,) = document["schema"]
    columns = {one["name"]: one for one in table["properties"]}
    assert columns["day"]["logicalType"] == "date"
    assert columns["id"]["required"]
    assert columns["id"]["unique"]
    assert columns["code"]["classification"] == "personal"
    assert {q["type"] for one in (table, *columns.values()) for q in one.get("quality", ())} == {
        "library",
        "sql",
        "custom",
    }


def test_a_contract_comes_back_as_the_same_rules(contract: Path) -> None:
    read = from_odcs(contract)

    assert read.left_out == ()
    assert read.rules.source == "orders"
    expected = {r.id: r for r in RULES}
    assert {r.id: r for r in read.rules.rules} == expected


def test_a_check_that_somebody_changed_is_seen(contract: Path) -> None:
    document = yaml.safe_load(contract.read_text())
    checks = document["schema"][0]["quality"]
    count = next(c for c in checks if c.get("metric") == "rowCount")
    count["mustBeBetween"] = [1, 5]
    contract.write_text(yaml.safe_dump(document))

    with pytest.raises(BadInputError, match=r"file.row_count: mustBeBetween is \[1, 5\], of its"):
        from_odcs(contract)

    del count["customProperties"]
    contract.write_text(yaml.safe_dump(document))
    assert [
        dict(r.parameters)
        for r in from_odcs(contract).rules.rules
        if r.kind == "row_count" and r.id not in ("least", "most", "exactly")
    ] == [{"min": 1, "max": 5}]


def foreign(tmp_path: Path, *columns: dict[str, Any], quality: list[Any] | None = None) -> Path:
    path = tmp_path / "c.yaml"
    table = {"name": "orders", "properties": list(columns), "quality": quality or []}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "x", "version": "1.0.0"}
    path.write_text(yaml.safe_dump({**head, "status": "active", "schema": [table]}))
    return path


def test_what_others_wrote_becomes_rules(tmp_path: Path) -> None:
    path = foreign(
        tmp_path,
        {
            "name": "id",
            "logicalType": "integer",
            "primaryKey": True,
            "logicalTypeOptions": {"minimum": 1, "exclusiveMaximum": 9, "format": "i32"},
        },
        {
            "name": "code",
            "logicalType": "string",
            "required": True,
            "enum": [{"value": "A"}, {"value": "B"}],
            "logicalTypeOptions": {"maxLength": 3, "pattern": "^[A-Z]+$"},
            "quality": [
                {"type": "text", "description": "looks nice"},
                {"metric": "duplicateValues", "mustBeLessThan": 1, "severity": "error"},
                {
                    "metric": "nullValues",
                    "unit": "percent",
                    "mustBeLessOrEqualTo": 5,
                    "severity": "info",
                },
            ],
        },
        quality=[{"type": "library", "metric": "rowCount", "mustBeGreaterThan": 4}],
    )

    read = from_odcs(path)

    assert [(r.id, r.severity, r.tolerance, dict(r.parameters)) for r in read.rules.rules] == [
        ("file.row_count", "medium", None, {"min": 5}),
        ("code.unique", "high", None, {}),
        ("code.not_null", "low", 0.05, {}),
        ("id+code.columns_present", "high", None, {}),
        ("id.type", "high", None, {"type": "integer"}),
        ("id.range", "high", None, {"min": 1, "max": 9, "exclusive_max": True}),
        ("code.type", "high", None, {"type": "text"}),
        ("code.in_set", "high", None, {"values": ["A", "B"]}),
        ("code.length", "high", None, {"max": 3}),
        ("code.shape", "high", None, {"pattern": "[A-Z]+"}),
        ("id.not_null", "high", None, {}),
        ("id.unique", "high", None, {}),
    ]
    assert read.left_out == (
        "column code, check 1: it is text, which nobody can judge",
        "column id: logicalTypeOptions.format is no rule",
    )


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"logicalTypeOptions": {"pattern": "[A-Z]"}}, "may match a part of a text"),
        ({"logicalTypeOptions": {"pattern": "^A|B$"}}, "may match a part of a text"),
        ({"logicalType": "money"}, "column a: logicalType money is unknown"),
        ({"quality": [{"type": "sql", "query": "SELECT 1", "mustBe": 0}]}, "of the kind sql"),
        ({"quality": [{"type": "custom", "engine": "soda", "implementation": "x"}]}, "kind soda"),
        ({"quality": [{"metric": "nullValues", "mustBeLessThan": 9}]}, "no share of rows"),
        ({"quality": [{"metric": "nullValues"}]}, "does not say once what must be"),
        ({"quality": [{"metric": "newOne", "mustBe": 0}]}, "metric newOne"),
        ({"quality": ["x"]}, "check 1 is no mapping"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(
    tmp_path: Path, column: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        from_odcs(foreign(tmp_path, {"name": "a", **column}))

    assert message in str(caught.value)
    assert "column a" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: Other", "is no data contract"),
        ("kind: DataContract\napiVersion: v2.2.0", "is not of version 3"),
        ("kind: DataContract\napiVersion: v3.0.0", "has 0 tables: none"),
        ("[", "c.yaml"),
    ],
)
def test_what_is_no_contract_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text)

    with pytest.raises(BadInputError) as caught:
        from_odcs(path)

    assert message in str(caught.value)
