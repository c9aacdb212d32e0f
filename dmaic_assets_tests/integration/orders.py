"""Daily tables of orders as somebody's asset makes them, and a gate that knows six of them."""

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dmaic_assets.integration.gated_table import GatedTable

ROWS = 300
KNOWN_DAYS = 6


def orders(day: int) -> pl.DataFrame:
    """A clean day: numbers that go on, three countries, amounts, a date."""
    rng = random.Random(day)
    return pl.DataFrame(
        {
            "id": [day * ROWS + row for row in range(ROWS)],
            "country": [rng.choice(("de", "fr", "at")) for _ in range(ROWS)],
            "amount": [round(rng.lognormvariate(3, 1), 2) for _ in range(ROWS)],
            "day": [date(2026, 3, 1) + timedelta(days=day)] * ROWS,
        }
    )


def lost_countries(day: int) -> pl.DataFrame:
    """The day with a country that no day had in all of its rows."""
    return orders(day).with_columns(country=pl.lit("xx"))


def few_wrong(day: int) -> pl.DataFrame:
    """The day with a wrong country in three of its rows: 7, 107 and 207."""
    is_wrong = pl.int_range(pl.len()) % 100 == 7
    return orders(day).with_columns(
        country=pl.when(is_wrong).then(pl.lit("zz")).otherwise("country")
    )


def gate_with_history(home: Path) -> GatedTable:
    """A gate of the table that has accepted six days."""
    gated = GatedTable(home, "orders")
    for day in range(1, KNOWN_DAYS + 1):
        gated.judge(orders(day), partition=f"2026-03-{day:02}")
    return gated
