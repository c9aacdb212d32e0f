"""Declared checks: what passes, fails, is skipped or cannot be worked, and what is shown of it."""

from typing import Any

import pytest

from dmaic_assets.analysis.values.validation import CheckResult
from dmaic_assets_tests.analysis.validation.books import worked


def check(overrides: dict[str, Any] | None = None, **said: Any) -> CheckResult:
    columns = {name: {"is_sensitive": True} for name in (overrides or {})}
    settings = {"columns": columns, "validation": {"checks": [{"name": "it", **said}]}}
    return worked(settings).checks[0]


def test_a_balance_fails_beyond_its_tolerance_and_not_by_rounding() -> None:
    said = {"kind": "balance", "table": "lines", "left": "debit", "right": "credit"}
    strict = check(**said, by=["entry"])
    wide = check(**said, by=["entry"], tolerance=0.02)
    whole = check(**said)

    assert (strict.status, strict.checked, strict.failed, strict.unit) == ("failed", 3, 1, "groups")
    assert strict.examples == (
        {"entry": 2, "left_sum": 50.02, "right_sum": 50.0, "gap": 0.02, "row_count": 2},
    )
    assert wide.status == "passed"
    assert (whole.status, whole.checked) == ("failed", 1)


def test_a_constraint_is_asked_of_rows_and_null_passes() -> None:
    broken = check(kind="constraint", table="payments", expression="amount >= 10")
    some = check(
        kind="constraint", table="payments", expression="amount >= 10", where="\"by\" = 'a'"
    )
    none = check(kind="constraint", table="payments", expression="amount > 0", where="amount > 99")

    assert (broken.checked, broken.failed, broken.examples) == (4, 1, ({"amount": 9.5},))
    assert (some.status, some.checked) == ("passed", 1)
    assert (none.status, none.text) == ("skipped", "no row is in question")


@pytest.mark.parametrize(
    ("sign", "failed"), [("positive", 3), ("not_negative", 0), ("negative", 6), ("not_positive", 3)]
)
def test_signs(sign: str, failed: int) -> None:
    assert check(kind="sign", table="lines", column="debit", sign=sign).failed == failed


def test_an_aggregate_has_bounds_that_can_fail() -> None:
    low = check(kind="aggregate", table="lines", value="sum(debit)", min=200)
    between = check(kind="aggregate", table="lines", value="count(*)", by=["entry"], min=2, max=2)
    empty = check(kind="aggregate", table="payments", value="sum(amount)", by=["invoice"], min=0)

    assert (low.status, low.unit, between.status) == ("failed", "tables", "passed")
    assert empty.examples == ({"invoice": 9, "found": None, "row_count": 1},)


def test_gaps_between_dates() -> None:
    said = {"kind": "period", "table": "lines", "column": "posted"}
    gap = check(**said, max_gap_days=5)

    assert (gap.unit, gap.checked, gap.failed) == ("gaps", 2, 1)
    assert gap.examples == ({"since": "2024-01-03 00:00:00", "until": "2024-01-20 00:00:00"},)
    assert check(**said, max_gap_days=17).status == "passed"


@pytest.mark.parametrize(
    ("operator", "missing", "failed"),
    [
        ("=", "zero", 2), ("=", "pass", 1), ("=", "fail", 3), ("<=", "zero", 1),
        (">=", "zero", 1), ("<", "pass", 2), (">", "pass", 1), ("!=", "pass", 1),
    ],
)  # fmt: skip
def test_aggregates_of_two_tables_meet_by_group(operator: str, missing: str, failed: int) -> None:
    paid = {"table": "payments", "value": "sum(amount)", "by": ["invoice"]}
    asked = {"table": "invoices", "value": "sum(total)", "by": ["id"]}
    found = check(kind="comparison", left=paid, operator=operator, right=asked, missing=missing)

    assert (found.checked, found.failed) == (4, failed)


def test_aggregates_of_whole_tables_meet() -> None:
    left = {"table": "lines", "value": "sum(debit)"}
    found = check(kind="comparison", left=left, right={"table": "lines", "value": "sum(credit)"})

    assert (found.status, found.examples) == (
        "failed", ({"left_value": 150.32, "right_value": 150.3},)
    )  # fmt: skip


def test_sensitive_columns_are_not_shown() -> None:
    row = check({"payments.amount": 1}, kind="constraint", table="payments", expression="amount>10")
    group = check(
        {"payments.invoice": 1}, kind="aggregate", table="payments", value="sum(amount)",
        by=["invoice"], max=15,
    )  # fmt: skip

    assert (row.failed, row.examples) == (2, ({}, {}))
    assert [set(example) for example in group.examples] == [{"found", "row_count"}] * 2


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("amout > 0", "there is no column amout; did you mean amount?"),
        ("amount > (SELECT 1)", "has a query inside"),
        ("amount > 0) FROM lines --", "is no SQL expression"),
        ("amount > 0) AS value FROM t WHERE (true", "is no SQL expression"),
        ("amount), (invoice", "is more than one expression"),
        ("amount > 0; DROP TABLE lines", "is no SQL expression"),
        ("amount > 0) FROM read_csv('/etc/passwd') --", "is no SQL expression"),
        ("getenv('HOME') = 'x'", "getenv reads more than the row"),
        ("amount > random()", "random reads more than the row"),
        ("amount > now()", "now reads more than the row"),
        ("*", "names all columns with *"),
        ("COLUMNS(*) > 0", "names all columns with *"),
        ("amount > $1", "has a parameter"),
        ("amount = read_text('/etc/passwd')", ""),
        ("sum(amount) > 3", ""),
        ("nothing_like_it(amount)", ""),
    ],
)
def test_what_is_no_plain_expression_is_told_with_its_place(expression: str, told: str) -> None:
    found = check(kind="constraint", table="payments", expression=expression)

    assert (found.status, found.examples) == ("error", ())
    assert told in found.text
    assert "analyses.validation: key it" in found.text


def test_a_table_that_is_not_there_skips_the_check() -> None:
    found = check(kind="constraint", table="ledger", expression="true")

    assert (found.status, found.text) == ("skipped", "there is no table ledger")


def test_odd_names_of_columns_are_quoted_and_their_case_is_free() -> None:
    group = check(kind="aggregate", table="payments", value="count(*)", by=["BY"], max=1)
    text = check(kind="sign", table="payments", column="by", sign="positive")

    assert (group.status, group.checked) == ("passed", 4)
    assert (text.status, "key it" in text.text) == ("error", True)
