"""Tables that others refer to: calendar, accounts, customers and products.

What belongs here: rows that stand by themselves. What happened to them stands in `sales`.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

# The two years that everything happens in: long enough for a season to come back.
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2024, 12, 31)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
CASH, RECEIVABLE, TAX, REVENUE = 1000, 1200, 2200, 4000
SEGMENTS = ("retail", "wholesale", "public", "online")
_ACCOUNTS = (
    (CASH, "Cash at bank", "asset"),
    (1100, "Petty cash", "asset"),
    (RECEIVABLE, "Accounts receivable", "asset"),
    (1400, "Inventory", "asset"),
    (1600, "Equipment", "asset"),
    (2000, "Accounts payable", "liability"),
    (TAX, "Sales tax payable", "liability"),
    (2500, "Bank loan", "liability"),
    (3000, "Share capital", "equity"),
    (3200, "Retained earnings", "equity"),
    (REVENUE, "Product revenue", "revenue"),
    (4100, "Service revenue", "revenue"),
    (5000, "Cost of goods sold", "expense"),
    (5200, "Freight", "expense"),
    (5400, "Bank charges", "expense"),
    (6000, "Wages", "expense"),
)
_COUNTRIES = ("DE", "FR", "GB", "NL", "US", "PL", "ES", "IT")
_SYLLABLES = ("ba", "cor", "den", "fal", "gri", "hol", "jun", "kel", "lor", "mar", "nov", "ost")
_FORMS = ("Ltd", "GmbH", "Inc", "BV", "SA")
_CATEGORIES = ("tools", "paint", "timber", "garden", "lighting", "fixings")


def calendar() -> pl.DataFrame:
    """One row a day: date, year, quarter, month, weekday (1 is Monday), is_weekend."""
    day = pl.Series("date", [FIRST_DAY + timedelta(d) for d in range(DAYS)])
    return day.to_frame().with_columns(
        year=pl.col("date").dt.year().cast(pl.Int64),
        quarter=pl.col("date").dt.quarter().cast(pl.Int64),
        month=pl.col("date").dt.month().cast(pl.Int64),
        weekday=pl.col("date").dt.weekday().cast(pl.Int64),
        is_weekend=pl.col("date").dt.weekday() > 5,
    )


def accounts() -> pl.DataFrame:
    """The chart of accounts: number, name, type, and the side that its balance is on."""
    rows = [
        (number, name, kind, "debit" if kind in ("asset", "expense") else "credit")
        for number, name, kind in _ACCOUNTS
    ]
    schema = ["account_id", "account_name", "account_type", "normal_side"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def customers(random: np.random.Generator, count: int) -> pl.DataFrame:
    """Customers: two in three of them in four of the eight countries."""
    words = random.choice(_SYLLABLES, (count, 3))
    stems = ["".join(row) for row in words]
    forms = random.choice(_FORMS, count)
    weights = np.array([4.0, 3, 3, 2, 2, 2, 1, 1])
    since = random.integers(0, 365 * 5, count)
    numbers = random.integers(1_000_000, 9_999_999, count)
    return pl.DataFrame(
        {
            "customer_id": np.arange(1, count + 1),
            "customer_name": [f"{s.capitalize()} {f}" for s, f in zip(stems, forms, strict=True)],
            "segment": random.choice(SEGMENTS, count, p=[0.4, 0.25, 0.15, 0.2]),
            "country": random.choice(_COUNTRIES, count, p=weights / weights.sum()),
            "email": [f"orders{i}@{stem}.example" for i, stem in enumerate(stems, 1)],
            "phone": [f"+49 30 {number}" for number in numbers],
            "credit_limit": np.round(np.exp(random.normal(9, 0.5, count)), -2),
            "created_on": [FIRST_DAY - timedelta(int(days) + 1) for days in since],
        }
    )


def products(random: np.random.Generator, count: int) -> pl.DataFrame:
    """Products; a unit costs between 45 and 75 % of its price."""
    price = np.round(np.exp(random.normal(3.2, 1.1, count)) + 0.5, 2)
    cost = np.round(price * random.uniform(0.45, 0.75, count), 2)
    category = random.choice(_CATEGORIES, count)
    return pl.DataFrame(
        {
            "product_id": np.arange(1, count + 1),
            "sku": [f"{c[:2].upper()}-{i:05d}" for i, c in enumerate(category, 1)],
            "category": category,
            "list_price": price,
            "standard_cost": cost,
            "unit_weight_kg": np.round(np.exp(random.normal(0.5, 0.6, count)) + 0.05, 2),
        }
    )
