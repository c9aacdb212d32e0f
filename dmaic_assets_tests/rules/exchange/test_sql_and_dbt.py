"""Rules as a SQL script that counts what the gate counts, and as tests of dbt."""

from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from dmaic_assets.model import ColumnType, RuleSet
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.rules.exchange.dbt import to_dbt
from dmaic_assets.rules.exchange.sql.script import to_sql
from dmaic_assets_tests.rules.frames import context, rule

FRAME = pl.DataFrame(
    {
        "id": [1, 1, 2, None, 5],
        'od"d': [1.5, float("nan"), None, 9.0, float("inf")],
        "code": ["A-1", "it's", "", None, "B-22"],
        "day": ["2026-01-01", "2026-01-05", None, "2026-02-01", "2025-12-31"],
        "other": [2, 0, 2, 4, None],
    }
).with_columns(pl.col("day").str.to_date())
RULES = RuleSet(
    "or ders",
    (
        rule("row_count", min=9),
        rule("row_count", id="enough", max=9),
        rule("not_null", "id", severity="critical"),
        rule("not_null", 'od"d'),
        rule("unique", "id", severity="high"),
        rule("unique", "id", "code"),
        rule("range", 'od"d', min=1.5, max=8.999999999999998, exclusive_min=True),
        rule("range", "day", min="2026-01-01", max="2026-01-31"),
        rule("in_set", "code", values=["it's", "A-1"]),
        rule("in_set", "other", values=[2, 4], severity="critical"),
        rule("in_set", "id", id="none", values=[]),
        rule("length", "code", min=1, max=3, tolerance=0.05),
        rule("shape", "code", pattern="[A-Z]-[0-9]+"),
        rule("column_pair", "id", "other", operator="<"),
        rule("expression", sql='"id" > 1 OR "code" = \'A-1\''),
        rule("shape", "code", id="unlike", pattern=r"\w+"),
        rule("in_set", "code", id="code", values=["{{ 1 }}"]),
        rule("type", "id", type="integer"),
    ),
    tuple(
        ColumnType(name, "decimal", "Float64", "decimal_dot", "automatic", 1.0, "")
        for name in ('od"d',)
    ),
)


def test_a_script_counts_what_the_gate_counts() -> None:
    script = to_sql(RULES)
    evaluation = evaluate(compile_rules(RULES, context(FRAME)), FRAME.lazy())
    counted = {r.rule.id: r.rows_failed for r in evaluation.rows}
    counted |= {f.rule.id: int(f.judgement.is_violated) for f in evaluation.files}

    with duckdb.connect() as connection:
        connection.register("frame", FRAME.to_arrow())
        connection.execute('CREATE TABLE "or ders" AS FROM frame')
        rows = connection.execute(script.text).fetchall()

    assert {name: failing for name, _, _, failing in rows} == {
        name: count for name, count in counted.items() if name in script.rules
    }
    assert [row[0] for row in rows] == list(script.rules)
    assert dict(script.left_out) == {
        "unlike": "databases may read its pattern otherwise",
        "id.type": "no SQL condition says this",
    }
    assert {row[0]: row[2] for row in rows if row[2] is not None} == {"code.length": 0.05}


def test_no_rule_is_a_script_without_a_statement() -> None:
    assert to_sql(RuleSet("s", ())).text.startswith("-- Rules as SQL")


def dbt_tests(text: str) -> dict[str, tuple[str, dict[str, Any]]]:
    (model,) = yaml.safe_load(text)["models"]
    entries = [*model.get("data_tests", ())]
    entries += [test for column in model["columns"] for test in column["data_tests"]]
    found = {}
    for entry in entries:
        ((name, arguments),) = entry.items()
        found[arguments["config"]["meta"]["rule"]] = (name, arguments)
    return found


def test_dbt_has_its_own_tests_and_conditions() -> None:
    more = rule("inclusion", "id", reference="customers.id")
    written = to_dbt(RuleSet("orders", (*RULES.rules, more)))

    tests = dbt_tests(written.text)

    assert set(tests) == set(written.rules)
    names = {key: name for key, (name, _) in tests.items()}
    assert names == {
        "id.not_null": "not_null",
        'od"d.not_null': "not_null",
        "id.unique": "unique",
        "id+code.unique": "dbt_utils.unique_combination_of_columns",
        'od"d.range': "dbt_utils.expression_is_true",
        "day.range": "dbt_utils.expression_is_true",
        # dbt would put the apostrophe between apostrophes as it is.
        "code.in_set": "dbt_utils.expression_is_true",
        "other.in_set": "accepted_values",
        "none": "dbt_utils.expression_is_true",
        "code.length": "dbt_utils.expression_is_true",
        "id+other.column_pair": "dbt_utils.expression_is_true",
        "file.expression": "dbt_utils.expression_is_true",
        "id.inclusion": "relationships",
    }
    assert tests["other.in_set"][1] == {
        "values": [2, 4],
        "quote": False,
        "config": {"severity": "error", "meta": {"rule": "other.in_set"}},
    }
    where = tests["id+code.unique"][1]["config"]["where"]
    assert where == "id IS NOT NULL AND code IS NOT NULL"
    assert tests["id.inclusion"][1]["to"] == "ref('customers')"
    assert tests["code.length"][1]["config"]["severity"] == "warn"
    assert written.left_out["code"] == "dbt would take its text for code"


@pytest.mark.parametrize("name", ["code.in_set", "day.range", "id+other.column_pair"])
def test_what_dbt_selects_is_what_the_gate_fails(name: str) -> None:
    expression = dbt_tests(to_dbt(RULES).text)[name][1]["expression"]
    failing = {
        r.rule.id: r.rows_failed
        for r in evaluate(compile_rules(RULES, context(FRAME)), FRAME.lazy()).rows
    }

    with duckdb.connect() as connection:
        connection.register("frame", FRAME.to_arrow())
        # As the macro of dbt_utils has it.
        (count,) = connection.execute(
            f"SELECT COUNT(*) FROM frame WHERE NOT ({expression})"
        ).fetchone() or (None,)

    assert count == failing[name]
