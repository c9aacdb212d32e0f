"""The clean data set keeps every promise that a fault breaks."""

from collections.abc import Mapping

import polars as pl
import pytest

from dmaic_assets.analysis.injection.clean import KEYS, LINKS, clean_tables


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pl.DataFrame]:
    return clean_tables(3)


def test_keys_identify_rows_and_references_lead_somewhere(
    tables: Mapping[str, pl.DataFrame],
) -> None:
    assert len(tables) == 10
    for name, key in KEYS.items():
        rows = tables[name].select(key)
        assert rows.n_unique() == rows.height
        assert sum(rows.null_count().row(0)) == 0
    for table, column, other, key in LINKS:
        assert tables[table][column].drop_nulls().is_in(tables[other][key].implode()).all()


def test_sums_agree_over_tables(tables: Mapping[str, pl.DataFrame]) -> None:
    lines = tables["order_lines"].group_by("order_id").agg(pl.col("amount").sum())
    orders = tables["orders"].join(lines, on="order_id", validate="1:1")
    paid = tables["payments"].group_by("invoice_id").agg(pl.col("amount").sum())
    invoices = tables["invoices"].join(paid, on="invoice_id", validate="1:1")
    books = tables["journal_lines"].group_by("entry_id").agg(pl.col("debit", "credit").sum())

    assert (orders["net"] - orders["amount"]).abs().max() < 0.005
    assert (orders["net"] + orders["tax"] - orders["total"]).abs().max() < 0.005
    assert (invoices["amount"] - invoices["total"]).max() < 0.005
    assert (books["debit"] - books["credit"]).abs().max() < 0.005
    line = tables["order_lines"]
    assert (line["amount"] - line["cost"] - line["margin"]).abs().max() < 0.005
    sides = tables["journal_lines"]
    assert not ((sides["debit"] > 0) & (sides["credit"] > 0)).any()


def test_dates_follow_each_other(tables: Mapping[str, pl.DataFrame]) -> None:
    orders, invoices = tables["orders"], tables["invoices"]
    paid = tables["payments"].join(invoices, on="invoice_id")

    assert (orders["ordered_on"] < orders["shipped_on"]).all()
    assert orders["ordered_on"].is_sorted()
    assert (invoices["invoiced_on"] < invoices["due_on"]).all()
    assert (paid["invoiced_on"] < paid["paid_on"]).all()


def test_amounts_spread_as_benford_says(tables: Mapping[str, pl.DataFrame]) -> None:
    spelt = tables["orders"]["freight"].cast(pl.String)
    first = spelt.str.extract("([1-9])").cast(pl.Int64)

    assert 0.28 < (first == 1).mean() < 0.33
    assert 0.035 < (first == 9).mean() < 0.06


def test_another_seed_makes_other_rows() -> None:
    once, again, other = clean_tables(1), clean_tables(1), clean_tables(2)

    assert all(once[name].equals(again[name]) for name in once)
    assert not once["orders"].equals(other["orders"])
