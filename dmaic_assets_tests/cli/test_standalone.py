"""Commands on single files: no project, no Dagster, one JSON document, exit codes."""

import csv
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaError

from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets_tests.cli.samples import ROWS, orders, write_csv, write_days
from dmaic_assets_tests.cli.shell import Finished, clean_environment, dmaic

Call = Callable[..., Finished]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a week of orders and rules learnt from it."""
    folder = tmp_path_factory.mktemp("shop")
    files = write_days(folder, range(1, 8))
    learnt = dmaic("rules", "learn", *map(str, files), "-o", "rules.yaml", "--json", cwd=folder)
    assert learnt.code == 0, learnt.err
    assert learnt.json["rules"] == sum(learnt.json["by_severity"].values()) > 0
    assert len(learnt.json["baseline"]) == 7
    return folder


def test_a_profile_needs_no_project_and_leaves_nothing_behind(shop: Path, call: Call) -> None:
    before = sorted(shop.iterdir())

    ran = call("profile", "orders-2026-11-01.csv", "--json", cwd=shop)

    assert (ran.code, ran.err) == (0, "")
    document = ran.json
    assert (document["rows"], document["malformed_count"]) == (ROWS, 0)
    assert [t["type"] for t in document["column_types"]][:2] == ["integer", "datetime"]
    assert document["dialect"]["delimiter"] == ","
    columns = {c["column"]: c for c in document["profile"]["columns"]}
    assert columns["order_id"]["distinct_count"] == ROWS
    assert sorted(shop.iterdir()) == before


def test_several_profiles_are_one_document(shop: Path, call: Call) -> None:
    ran = call("profile", "orders-2026-11-01.csv", "orders-2026-11-02.csv", "--json", cwd=shop)

    assert [Path(f["file"]).name for f in ran.json["files"]] == [
        "orders-2026-11-01.csv",
        "orders-2026-11-02.csv",
    ]


def test_a_sampled_profile_says_so(shop: Path, call: Call) -> None:
    ran = call("profile", "orders-2026-11-01.csv", "--sample", "50", "--json", cwd=shop)

    assert ran.json["profile"]["sampled_rows"] == 50


def test_a_profile_for_people_has_a_line_per_column(shop: Path, call: Call) -> None:
    ran = call("profile", "orders-2026-11-01.csv", cwd=shop)

    assert ran.code == 0
    assert ran.out.startswith("orders-2026-11-01.csv  csv, utf-8, comma; 300 rows x 5 columns")
    assert "order_id" in ran.out
    assert "300 (unique)" in ran.out


def test_a_clean_next_file_passes(shop: Path, call: Call) -> None:
    write_csv(shop / "next.csv", orders(8))

    ran = call("gate", "next.csv", "--rules", "rules.yaml", "--json", cwd=shop)

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["verdict"] in ("accept", "quarantine")
    assert ran.json["rows"] == ROWS == ran.json["accepted"] + ran.json["quarantined"]
    assert ran.json["accepted"] >= ROWS * 0.99


def test_failing_cells_are_listed_by_row_and_column(shop: Path, call: Call) -> None:
    rows = orders(8)
    for number in (3, 17):
        rows[number]["country"] = "??"
    write_csv(shop / "cells-of.csv", rows)

    arguments = ("gate", "cells-of.csv", "--rules", "rules.yaml", "--cells", "cells.csv", "--json")
    ran = call(*arguments, cwd=shop)

    assert ran.code == 0
    with (shop / "cells.csv").open(encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    assert {(c["row"], c["column"]) for c in cells if c["column"] == "country"} == {
        ("3", "country"),
        ("17", "country"),
    }
    violated = [v for v in ran.json["violations"] if v["columns"] == ["country"]]
    assert violated
    assert violated[0]["rows_failed"] == 2
    assert violated[0]["examples"][0]["row"] == 3
    keys = {"rule", "kind", "columns", "severity", "rows_failed", "share", "examples"}
    assert keys <= set(violated[0])


def test_a_held_file_is_exit_code_4_with_the_verdict_on_standard_output(shop: Path) -> None:
    write_csv(shop / "bad.csv", [{**row, "amount": "n/a"} for row in orders(8)])

    ran = dmaic("gate", "bad.csv", "--rules", "rules.yaml", "--json", cwd=shop)

    assert (ran.code, ran.err) == (4, "")
    assert ran.json["verdict"] == "reject"
    assert (ran.json["accepted"], ran.json["quarantined"]) == (0, ROWS)
    assert ran.json["reasons"]


def test_a_held_file_is_exit_code_0_when_asked_for(shop: Path, call: Call) -> None:
    write_csv(shop / "bad.csv", [{**row, "amount": "n/a"} for row in orders(8)])

    ran = call("gate", "bad.csv", "--rules", "rules.yaml", "--exit-zero", cwd=shop)

    assert ran.code == 0
    assert ran.out.startswith("reject  bad.csv")


def test_the_threshold_of_one_call_can_hold_a_file(shop: Path, call: Call) -> None:
    rows = orders(8)
    rows[3]["country"] = "??"
    write_csv(shop / "almost.csv", rows)

    lenient = call("gate", "almost.csv", "--rules", "rules.yaml", "--json", cwd=shop)
    strict = call(
        "gate", "almost.csv", "--rules", "rules.yaml", "--threshold", "100", "--json", cwd=shop
    )

    assert lenient.json["score"] < 1
    assert (lenient.code, strict.code) == (0, 4)


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("profile", "nowhere.csv"), "no such file"),
        (("profile", "rules.yaml"), "unknown extension"),
        (("gate", "nowhere.csv", "--rules", "rules.yaml"), "no such file"),
        (("gate", "orders-2026-11-01.csv", "--rules", "nowhere.yaml"), "does not exist"),
        (("gate", "orders-2026-11-01.csv"), "Missing option '--rules'"),
        (("rules", "learn", "nowhere.csv", "-o", "new.yaml"), "no such file"),
        (("rules", "learn", "-o", "new.yaml"), "Missing argument"),
        (("run-all",), "no config/dmaic.yaml"),
        (("status", "--project", "nowhere"), "does not exist"),
    ],
)
def test_what_is_not_there_is_bad_input(
    shop: Path, call: Call, arguments: tuple[str, ...], culprit: str
) -> None:
    ran = call(*arguments, "--json", cwd=shop)

    assert (ran.code, ran.out) == (2, "")
    assert ran.error["error"] == "BadInput"
    assert culprit in ran.error["detail"]


def test_a_mistake_in_a_rule_file_is_told_with_its_place(shop: Path, call: Call) -> None:
    (shop / "wrong.yaml").write_text("source: s\nrules:\n  - {id: a, kind: no_such_kind}\n")

    ran = call("gate", "orders-2026-11-01.csv", "--rules", "wrong.yaml", "--json", cwd=shop)

    assert ran.code == 2
    assert "wrong.yaml" in ran.error["detail"]
    assert "no_such_kind" in ran.error["detail"]


def test_learning_again_keeps_what_people_said(shop: Path, call: Call) -> None:
    by_hand = "  - {id: mine, kind: range, columns: [units], parameters: {max: 9}, origin: hand}\n"
    written = (shop / "rules.yaml").read_text(encoding="utf-8")
    (shop / "edited.yaml").write_text(written + by_hand, encoding="utf-8")

    ran = call("rules", "learn", "orders-2026-11-01.csv", "-o", "edited.yaml", "--json", cwd=shop)

    assert ran.code == 0
    assert "id: mine" in (shop / "edited.yaml").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_a_verdict_not_an_error(shop: Path, call: Call) -> None:
    (shop / "empty.csv").write_bytes(b"")

    ran = call("gate", "empty.csv", "--rules", "rules.yaml", "--json", cwd=shop)

    assert ran.code == 4
    assert ran.json["verdict"] == "reject"


def test_a_stand_alone_command_never_loads_dagster(shop: Path) -> None:
    (shop / "spy.py").write_text(
        "import sys\n"
        "from dmaic_assets.cli.main import main\n"
        "code = main(['gate', 'orders-2026-11-01.csv', '--rules', 'rules.yaml'])\n"
        "sys.exit(9 if 'dagster' in sys.modules else code)\n"
    )

    ran = subprocess.run([sys.executable, "spy.py"], cwd=shop, env=clean_environment(), check=False)

    # Held: the rules were learnt from this very file, so it is delivered again.
    assert ran.returncode == 4


def test_an_exported_schema_judges_like_the_gate(shop: Path, call: Call) -> None:
    by_hand = (
        "source: s\nrules:\n- {id: few, kind: range, columns: [units], parameters: {max: 5}}\n"
    )
    (shop / "few.yaml").write_text(by_hand, encoding="utf-8")

    ran = call("rules", "export", "few.yaml", "--pandera", "-o", "few.py", "--json", cwd=shop)

    assert (ran.code, ran.json["rules"]) == (0, 1)
    names = runpy.run_path(str(shop / "few.py"))
    frame = pl.read_csv(shop / "orders-2026-11-01.csv")
    names["schema"].validate(frame.filter(pl.col("units") <= 5))
    with pytest.raises(SchemaError, match="few"):
        names["schema"].validate(frame)


def test_a_pandera_schema_is_taken_over_beside_what_is_there(shop: Path, call: Call) -> None:
    schema = pa.DataFrameSchema({"amount": pa.Column(float, pa.Check.ge(0))})
    (shop / "schema.yaml").write_text(str(schema.to_yaml()), encoding="utf-8")
    first = call("rules", "import", "schema.yaml", "-o", "taken.yaml", "--json", cwd=shop)
    text = (shop / "taken.yaml").read_text(encoding="utf-8")
    mine = "  - {id: mine, kind: not_null, columns: [units], origin: hand}\n"
    (shop / "taken.yaml").write_text(text + mine, encoding="utf-8")

    again = call("rules", "import", "schema.yaml", "-o", "taken.yaml", "--json", cwd=shop)

    assert first.code == again.code == 0
    assert first.json["rules"] == again.json["rules"]
    assert first.json["source"] == "taken"
    rules = load_rules(shop / "taken.yaml").rules
    assert [r.id for r in rules] == [*first.json["rules"], "mine"]
    assert call("gate", "orders-2026-11-01.csv", "--rules", "taken.yaml", cwd=shop).code == 0


def test_an_expectation_suite_is_taken_over_and_judges(shop: Path, call: Call) -> None:
    entry = "{expectation_type: expect_column_values_to_be_between, kwargs: {column: units, %s}}"
    suite = shop / "suite.yaml"
    told = ("rules", "import", "suite.yaml", "--from", "expectations", "-o", "taken.yaml")
    suite.write_text("expectations:\n- " + entry % "max_value: 5", encoding="utf-8")

    ran = call(*told, "--json", cwd=shop)

    assert (ran.code, len(ran.json["rules"]), ran.json["source"]) == (0, 1, "taken")
    assert call("gate", "orders-2026-11-01.csv", "--rules", "taken.yaml", cwd=shop).code == 4


@pytest.mark.parametrize("form", ["odcs", "dbt", "sql"])
def test_what_is_known_of_persons_leaves_only_on_demand(shop: Path, call: Call, form: str) -> None:
    by_hand = (
        "source: s\nrules:\n- {id: who, kind: in_set, columns: [email],"
        " parameters: {values: [kim@home.org]}}\n- {id: few, kind: range, columns: [units],"
        " parameters: {max: 5}}\n"
    )
    (shop / "who.yaml").write_text(by_hand, encoding="utf-8")
    told = ("rules", "export", "who.yaml", "--to", form, "-o", "who.out", "--json")

    kept = call(*told, cwd=shop)
    before = (shop / "who.out").read_text(encoding="utf-8")
    full = call(*told, "--with-personal", cwd=shop)

    assert (kept.code, kept.json["rules"], full.json["rules"]) == (0, 1, 2)
    assert kept.json["left_out"] == {"who": "it knows values of persons (--with-personal)"}
    assert ("kim@" in before, "kim@" in (shop / "who.out").read_text()) == (False, True)


def test_learnt_rules_are_a_contract_and_come_back_alike(shop: Path, call: Call) -> None:
    told = ("rules", "export", "rules.yaml", "--to", "odcs", "-o", "c.yaml", "--with-personal")

    ran = call(*told, "--json", cwd=shop)
    back = call("rules", "import", "c.yaml", "--from", "odcs", "-o", "again.yaml", cwd=shop)

    learnt = {r.id: r for r in load_rules(shop / "rules.yaml").rules if r.is_enabled}
    again = {r.id: r for r in load_rules(shop / "again.yaml").rules}
    assert (ran.code, back.code, ran.json["rules"]) == (0, 0, len(learnt))
    assert {
        i: (r.kind, r.columns, r.parameters, r.severity, r.tolerance) for i, r in again.items()
    } == {i: (r.kind, r.columns, r.parameters, r.severity, r.tolerance) for i, r in learnt.items()}
    assert f"{len(learnt)} rules taken over" in back.out


def test_an_exported_suite_comes_back_as_rules_that_judge_alike(shop: Path, call: Call) -> None:
    by_hand = (
        "source: s\nrules:\n- {id: few, kind: range, columns: [units], parameters: {max: 5}}\n"
        "- {id: near, kind: near_miss, columns: [units], parameters: {values: [a]}}\n"
    )
    (shop / "two.yaml").write_text(by_hand, encoding="utf-8")
    told = ("rules", "export", "two.yaml", "--to", "expectations", "-o", "suite.yaml")

    ran = call(*told, "--json", cwd=shop)
    text = call(*told, cwd=shop).out
    back = ("rules", "import", "suite.yaml", "--from", "expectations", "-o", "back.yaml")

    assert (ran.code, ran.json["rules"]) == (0, 1)
    assert ran.json["left_out"] == {"near": "no expectation says this"}
    assert "left out, no expectation says this: near" in text
    assert call(*back, cwd=shop).code == 0
    assert call("gate", "orders-2026-11-01.csv", "--rules", "back.yaml", cwd=shop).code == 4


def test_a_condition_that_no_rule_holds_is_refused_and_nothing_is_written(
    shop: Path, call: Call
) -> None:
    (shop / "suite.yaml").write_text(
        "expectations:\n- expectation_type: expect_column_values_to_not_be_null\n"
        "  kwargs: {column: units, row_condition: id > 3}\n",
        encoding="utf-8",
    )
    told = ("rules", "import", "suite.yaml", "--from", "expectations", "-o", "refused.yaml")

    ran = call(*told, "--json", cwd=shop)

    assert ran.code == 2
    assert "suite.yaml, line 2: " in ran.error["detail"]
    assert "row_condition in kwargs has no counterpart" in ran.error["detail"]
    assert not (shop / "refused.yaml").exists()


def test_an_export_names_its_form(shop: Path, call: Call) -> None:
    ran = call("rules", "export", "rules.yaml", "-o", "x.py", "--json", cwd=shop)

    assert (ran.code, ran.error["hint"]) == (
        2,
        "Add --to with one of: pandera, expectations, odcs, dbt, sql.",
    )


@pytest.mark.parametrize("order", [("whole.csv", "parts.csv"), ("parts.csv", "whole.csv")])
def test_types_are_those_of_all_files_together(
    tmp_path: Path, call: Call, order: tuple[str, ...]
) -> None:
    whole = [{**row, "amount": str(number)} for number, row in enumerate(orders(1))]
    parts = [
        {**row, "amount": f"{number}.5" if number % 4 == 0 else str(number)}
        for number, row in enumerate(orders(2))
    ]
    write_csv(tmp_path / "whole.csv", whole)
    write_csv(tmp_path / "parts.csv", parts)
    write_csv(tmp_path / "next.csv", [{**row, "amount": "7.25"} for row in orders(3)])

    learnt = call("rules", "learn", *order, "-o", "rules.yaml", "--json", cwd=tmp_path)
    judged = call("gate", "next.csv", "--rules", "rules.yaml", "--json", cwd=tmp_path)

    assert learnt.code == 0, learnt.err
    types = {t.column: t.type for t in load_rules(tmp_path / "rules.yaml").types}
    assert types["amount"] == "decimal"
    assert not [v for v in judged.json["violations"] if v["kind"] == "type"]


def test_lines_above_the_table_are_counted_by_the_gate(shop: Path, call: Call) -> None:
    text = (shop / "orders-2026-11-01.csv").read_text(encoding="utf-8")
    (shop / "told.csv").write_text(f"# Orders of shop 4, week 44\n{text}", encoding="utf-8")

    ran = call("gate", "told.csv", "--rules", "rules.yaml", "--json", cwd=shop)
    shown = call("gate", "told.csv", "--rules", "rules.yaml", cwd=shop)

    assert (ran.json["rows"], ran.json["lines_above"]) == (ROWS, 1)
    assert "1 line above the table" in shown.out
    # The rows are those of a trusted file, whatever stands above them.
    assert [v["kind"] for v in ran.json["violations"] if v["is_broken"]] == ["redelivered"]
