"""The clean data set: ten linked tables of a company that sells, from one seed.

What belongs here: which tables there are, how large, and how they hang together.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import numpy as np
import polars as pl

from dmaic_assets.analysis.injection.journal import journal
from dmaic_assets.analysis.injection.masters import accounts, calendar, customers, products
from dmaic_assets.analysis.injection.sales import invoices, orders_and_lines, payments

Scale: TypeAlias = Literal["small", "medium", "large"]
# Orders, customers and products of each scale; the other tables follow from these.
SIZES: Mapping[Scale, tuple[int, int, int]] = {
    "small": (3_000, 300, 120),
    "medium": (30_000, 2_000, 400),
    "large": (300_000, 15_000, 1_500),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "calendar": ("date",),
    "accounts": ("account_id",),
    "customers": ("customer_id",),
    "products": ("product_id",),
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_no"),
    "invoices": ("invoice_id",),
    "payments": ("payment_id",),
    "journal_entries": ("entry_id",),
    "journal_lines": ("entry_id", "line_no"),
}
# Table, column, and the table and column that it refers to.
LINKS: tuple[tuple[str, str, str, str], ...] = (
    ("orders", "customer_id", "customers", "customer_id"),
    ("orders", "ordered_on", "calendar", "date"),
    ("order_lines", "order_id", "orders", "order_id"),
    ("order_lines", "product_id", "products", "product_id"),
    ("invoices", "order_id", "orders", "order_id"),
    ("invoices", "invoiced_on", "calendar", "date"),
    ("payments", "invoice_id", "invoices", "invoice_id"),
    ("payments", "paid_on", "calendar", "date"),
    ("journal_entries", "posted_on", "calendar", "date"),
    ("journal_lines", "entry_id", "journal_entries", "entry_id"),
    ("journal_lines", "account_id", "accounts", "account_id"),
)
# Columns that are made in cents and told in units.
_CENTS: Mapping[str, tuple[str, ...]] = {
    "orders": ("freight", "net", "tax", "total"),
    "order_lines": ("unit_price", "amount", "cost", "margin"),
    "invoices": ("net", "tax", "total"),
    "payments": ("amount", "fee"),
    "journal_lines": ("debit", "credit"),
}


def clean_tables(seed: int, scale: Scale = "small") -> dict[str, pl.DataFrame]:
    """Makes the ten tables; equal seeds and scales make equal ones.

    Keys are unique and complete, references lead somewhere, order totals are the sums of their
    lines, payments add up to their invoices, every journal entry balances, and dates follow each
    other: ordered, shipped and invoiced, paid.
    """
    many_orders, many_customers, many_products = SIZES[scale]
    random = iter(np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5))
    sold = products(next(random), many_products)
    buyers = customers(next(random), many_customers)
    ordered, lines = orders_and_lines(next(random), many_orders, many_customers, sold)
    billed = invoices(next(random), ordered)
    paid = payments(next(random), billed)
    entries, booked = journal(billed, paid)
    made = {
        "calendar": calendar(),
        "accounts": accounts(),
        "customers": buyers,
        "products": sold,
        "orders": ordered,
        "order_lines": lines,
        "invoices": billed,
        "payments": paid,
        "journal_entries": entries,
        "journal_lines": booked,
    }
    return {name: _in_units(frame, _CENTS.get(name, ())) for name, frame in made.items()}


def _in_units(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return frame.with_columns((pl.col(name) / 100).round(2) for name in columns)
