"""Where each kind of damage may be done: columns whose loss harms no other promise of the data.

What belongs here: the list. A kind with several places takes one by the seed.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import polars as pl

from dmaic_assets.analysis.injection import cell_faults as make
from dmaic_assets.analysis.injection.cell_faults import Change

# How rows are chosen: anywhere, or the last ones by a date.
Choice: TypeAlias = Literal["anywhere", "last"]


@dataclass(frozen=True, slots=True)
class Place:
    """One place: `columns` are recorded, `read` are beside them for the change, not changed.

    `where` limits the rows that come into question; none of them has a null in the columns. `by`
    is the date that "last" goes by.
    """

    table: str
    columns: tuple[str, ...]
    change: Change
    read: tuple[str, ...] = ()
    where: pl.Expr | None = None
    choice: Choice = "anywhere"
    by: str = ""
    note: str = ""


def _each(change: Change, *places: tuple[str, str], note: str = "") -> tuple[Place, ...]:
    return tuple(Place(table, (column,), change, note=note) for table, column in places)


_PARTNER = Place(
    "orders",
    ("promised_on",),
    make.to_null,
    where=pl.col("channel") == "partner",
    note="only where channel is partner",
)
_PUBLIC = Place(
    "customers",
    ("credit_limit",),
    make.to_null,
    where=pl.col("segment") == "public",
    note="only where segment is public",
)
# By kind, in the order in which they are done: what turns a column into text comes last, and then
# what adds rows and renames columns, which `damage` does itself.
PLACES: dict[str, tuple[Place, ...]] = {
    "outliers": _each(
        make.to_outlier,
        ("payments", "fee"), ("customers", "credit_limit"), ("orders", "handling_minutes"),
        note="20 to 60 times the value",
    ),
    "benford": (
        Place("orders", ("freight",), make.to_high_first_digit,
              where=pl.col("freight").log10() % 1 < math.log10(7), note="first digit 7 to 9"),
    ),
    "temporal_drift": (
        Place("orders", ("handling_minutes",), make.to_drifted, choice="last", by="ordered_on",
              note="1.8 times the value in the last orders by ordered_on"),
        Place("payments", ("fee",), make.to_drifted, choice="last", by="paid_on",
              note="1.8 times the value in the last payments by paid_on"),
    ),
    "mixed_units": _each(
        make.to_small_unit, ("orders", "weight_kg"), ("products", "unit_weight_kg"),
        note="grams instead of kilograms",
    ),
    "broken_references": _each(
        make.to_unknown_key,
        ("orders", "customer_id"), ("order_lines", "product_id"), ("payments", "invoice_id"),
        note="a key that the other table does not have",
    ),
    "mutual_exclusivity": (
        Place("journal_lines", ("debit", "credit"), make.to_both_sides,
              note="debit and credit in one line; the entry still balances"),
    ),
    "trial_balance": (
        Place("journal_lines", ("debit",), make.to_other_amount, where=pl.col("debit") > 0,
              note="debits of the entry exceed its credits"),
    ),
    "payments": (
        Place("payments", ("amount",), make.to_other_amount,
              note="more is paid than the invoice asks"),
    ),
    "formula_drift": (
        Place("order_lines", ("margin",), make.to_other_amount,
              note="margin is not amount - cost"),
    ),
    "date_order": (
        Place("orders", ("shipped_on",), make.to_before_start, read=("ordered_on",),
              note="shipped before it was ordered"),
    ),
    "slice_nulls": (_PARTNER, _PUBLIC),
    "nulls": _each(
        make.to_null,
        ("customers", "email"), ("orders", "sales_rep"), ("invoices", "terms_days"),
        ("products", "category"),
    ),
    "null_tokens": _each(
        make.to_null_token,
        ("customers", "phone"), ("orders", "sales_rep"), ("payments", "method"),
        note="a word for a missing value",
    ),
    "corrupt_types": _each(
        make.to_wrong_text,
        ("invoices", "due_on"), ("products", "standard_cost"), ("orders", "weight_kg"),
        note="text that is no value of the type",
    ),
}  # fmt: skip
# Kinds that change more than cells, and the tables that they may change.
DUPLICATES, OBSCURE_NAMES = "duplicates", "obscure_names"
DUPLICATED = ("payments", "order_lines", "customers")
RENAMED = ("customers", "products")
KINDS: tuple[str, ...] = (*PLACES, DUPLICATES, OBSCURE_NAMES)
