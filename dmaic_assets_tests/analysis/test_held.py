"""Findings that rows in quarantine may explain say so; others stay as they are."""

from dataclasses import replace

import polars as pl

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.relationships.analyze import relationships_of
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Part, Table, table_of_frame
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


def with_rows(name: str, frame: pl.DataFrame, held: pl.DataFrame, rows: int | None = None) -> Table:
    table = table_of_frame(name, frame)
    count = held.height if rows is None else rows
    return replace(table, held=Held(count, 1), held_parts=(Part("held", held.lazy),))


def orphans_with(held: pl.DataFrame, rows: int | None = None) -> list[Finding]:
    frames = shop()
    few = frames["products"].filter(~pl.col("id").is_in([7, 8]))
    tables = {name: table_of_frame(name, frames[name]) for name in sorted(frames)}
    tables["products"] = with_rows("products", few, held, rows)
    _, findings = relationships_of(Study(tables, NOW))
    return [f for f in findings if f.metric in ("orphan_share", "held_key_share")]


def test_keys_of_held_rows_are_known_and_told_apart() -> None:
    products = shop()["products"]
    both, one = (products.filter(pl.col("id").is_in(ids)) for ids in ([7, 8], [7]))

    (known,) = orphans_with(both)
    (partly,) = orphans_with(one)

    assert known.metric == "held_key_share"
    assert known.weight == "low"
    assert known.text.endswith(" in id, all of which are held in quarantine.")
    assert known.evidence["orphans"] == known.evidence["held"] == partly.evidence["orphans"]
    assert partly.metric == "orphan_share"
    assert partly.text.endswith(f", {partly.evidence['held']:,} of which are held in quarantine.")
    lost = partly.evidence["orphans"] - partly.evidence["held"]
    assert partly.value == lost / partly.evidence["rows"]
    assert partly.evidence["examples"] == ["8"]


def test_held_rows_without_a_readable_key_may_explain_the_rest() -> None:
    (told,) = orphans_with(shop()["products"].filter(pl.col("id") == 7), rows=3)

    assert told.text.endswith(
        "3 rows of products (in 1 file) are held in quarantine: they may explain it."
    )


def test_a_reference_is_found_although_a_third_of_its_keys_are_held() -> None:
    frames = shop()
    few = frames["products"].filter(pl.col("id") % 3 != 0)
    held = frames["products"].filter(pl.col("id") % 3 == 0)
    for is_seen, rows in ((False, held.clear()), (True, held)):
        tables = {name: table_of_frame(name, frames[name]) for name in sorted(frames)}
        tables["products"] = with_rows("products", few, rows)
        value, _ = relationships_of(Study(tables, NOW))
        links = [k for k in value.foreign_keys if k.ref_table == "products"]
        assert bool(links) is is_seen
        assert all((k.orphans == k.held, k.orphan_share) == (True, 0.0) for k in links)


def test_a_key_of_several_columns_may_be_held() -> None:
    grid = [(f"S{a}", day) for a in range(12) for day in range(20)]
    stock = pl.DataFrame(grid, schema=["store", "day"], orient="row").with_columns(
        left=pl.Series(range(240)) % 17
    )
    sales = pl.DataFrame(
        [(n, *grid[n * 7 % 240]) for n in range(900)], schema=["sale", "store", "day"], orient="row"
    )
    tables = {
        "sales": table_of_frame("sales", sales),
        "stock": with_rows("stock", stock[10:], stock[:10]),
    }

    value, _ = relationships_of(Study(tables, NOW))

    (link,) = [k for k in value.foreign_keys if k.columns == ("store", "day")]
    assert link.orphans == link.held > 30
    assert (link.orphan_share, link.is_held_whole) == (0.0, True)


COMPARED = {
    "name": "paid",
    "kind": "comparison",
    "left": {"table": "invoices", "value": "sum(total)", "by": ["id"]},
    "right": {"table": "payments", "value": "sum(amount)", "by": ["invoice"]},
}


def test_groups_that_lack_held_rows_are_told_apart() -> None:
    given = study({"validation": {"checks": [COMPARED]}})
    paid = pl.DataFrame({"invoice": [3], "amount": [30.0], "by": ["a"]})
    rows = given.tables["payments"].rows()
    tables = {**given.tables, "payments": with_rows("payments", rows, paid)}

    outcome = analyze(replace(given, tables=tables))

    (check,) = outcome.value.checks
    # 1 is paid, 2 is not in full, 3 is held, 9 has no invoice.
    assert (check.checked, check.failed, check.held, check.broken) == (4, 2, 1, 1)
    assert [e["id"] for e in check.examples] == [2]
    (told,) = [f for f in outcome.findings if f.metric == "failed_share"]
    assert "2 of 4 groups" in told.text
    assert told.text.endswith("break it, 1 of which have rows in quarantine.")
    assert told.value == 1 / 4


def test_a_filter_takes_a_held_row_for_one_that_is_there() -> None:
    refers = {"columns": ["invoice"], "table": "invoices", "ref_columns": ["id"]}
    rule = {"name": "refers", "outcome": "exclude", "reference": refers}
    given = study(
        {"validation": {"filters": [{"name": "f", "table": "payments", "rules": [rule]}]}}
    )
    rows = given.tables["invoices"].rows()
    held = pl.DataFrame({"id": [9], "total": [1.0]})
    tables = {**given.tables, "invoices": with_rows("invoices", rows, held)}

    assert analyze(given).value.filters[0].rules[0].broken == 1
    assert analyze(replace(given, tables=tables)).value.filters[0].rules[0].broken == 0
