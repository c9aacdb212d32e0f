"""Example rows of violated rules, also where their values are in no calendar."""

import polars as pl

from dmaic_assets.gate.examples import raw_examples
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import Rule
from dmaic_assets_tests.table.text_tables import table_of


def test_moments_that_no_calendar_has_are_shown_as_numbers():
    days = pl.Series([0, None, 2**31 - 1], dtype=pl.Int32).cast(pl.Date)
    rule = Rule("due.window", "window", ("due",), "medium", "learnt")
    mask = pl.Series([True] * 3)
    outcome = Outcome(rule, "row", 1.0, is_broken=True, expected="a day", rows_failed=3, mask=mask)
    table = table_of(pl.DataFrame({"due": days}), is_text=False)

    found = raw_examples(table, [outcome], 3)["due.window"]

    assert [e.values["due"] for e in found] == ["1970-01-01", None, "2147483647 (Date)"]
