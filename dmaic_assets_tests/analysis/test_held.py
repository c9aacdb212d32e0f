"""Findings that rows in quarantine may explain say so; others stay as they are."""

from dataclasses import replace

import polars as pl

from dmaic_assets.analysis.relationships.analyze import relationships_of
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.validation.analyze import analyze
from dmaic_assets.analysis.values.held import Held, held_finding, with_held, words_of
from dmaic_assets_tests.analysis.relationships.shop import NOW, shop
from dmaic_assets_tests.analysis.validation.books import study

HELD = Held(18, 2)
WORDS = "18 rows of products (in 2 files) are held in quarantine"


def test_rows_and_files_are_spelled() -> None:
    assert words_of("products", HELD) == WORDS
    assert words_of("products", Held(0, 1)) == "1 file of products is held in quarantine"
    assert held_finding("products", HELD, 102).weight == "medium"
    assert held_finding("products", HELD, 10_000).weight == "low"


def test_orphans_of_a_table_with_held_rows_may_be_there() -> None:
    frames = shop()
    frames["products"] = frames["products"].filter(pl.col("id") != 7)
    tables = {name: table_of_frame(name, frames[name]) for name in sorted(frames)}
    tables["products"] = replace(tables["products"], held=HELD)

    _, findings = relationships_of(Study(tables, NOW))

    (told,) = [f for f in findings if f.metric == "orphan_share"]
    assert told.text.endswith(f"products does not have in id; {WORDS}: they may explain it.")
    assert told.evidence["held_rows"] == {"products": 18}


def test_only_checks_that_look_elsewhere_or_add_up_speak_of_held_rows() -> None:
    checks = [
        {"name": "across", "kind": "balance", "table": "lines", "left": "debit"}
        | {"right": "credit", "by": ["entry"]},
        {"name": "within", "kind": "constraint", "table": "payments", "expression": "amount > 10"},
    ]
    given = study({"validation": {"checks": checks}})
    tables = {name: replace(table, held=HELD) for name, table in given.tables.items()}

    findings = analyze(replace(given, tables=tables)).findings

    failed = [f for f in findings if f.metric == "failed_share"]
    assert {f.table: "held_rows" in f.evidence for f in failed} == {
        "lines": True,
        "payments": False,
    }
    assert with_held(failed[0], ("other",), {"other": Held()}) is failed[0]
