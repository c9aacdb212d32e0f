"""Words of names, and units that they tell."""

import polars as pl
import pytest

from dmaic_assets.analysis.semantic.look import look_at
from dmaic_assets.analysis.semantic.measures import unit_of
from dmaic_assets.analysis.semantic.words import business_name, singular, words_of
from dmaic_assets.analysis.tables import table_of_frame


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unitPriceUSD", ("unit", "price", "usd")),
        ("cust_dob", ("customer", "date", "of", "birth")),
        ("zipcode", ("zip", "code")),
        ("userid", ("user", "id")),
        ("paid", ("paid",)),
        ("IDs", ("id",)),
        ("playerID", ("player", "id")),
        ("", ()),
    ],
)
def test_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_names_as_people_write_them() -> None:
    assert business_name("qty_ordered") == "Quantity ordered"
    assert business_name("customer_id") == "Customer ID"
    assert [singular(w) for w in ("cities", "boxes", "orders", "status", "address")] == [
        *("city", "box", "order", "status", "address")
    ]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("body_mass_g", "g"),
        ("weight_kg", "kg"),
        ("Temperature (°C)", "°C"),
        ("duration_min", "min"),
        ("price_min", None),
        ("checked_in", None),
        ("length_in", "in"),
        ("cost_usd", "USD"),
        ("day", None),
    ],
)
def test_units_of_names(name: str, unit: str | None) -> None:
    look = look_at(table_of_frame("t", pl.DataFrame({name: [1.5, 2.5]})), name, 0)

    found = unit_of(look, None)
    assert (found[0] if found else None) == unit
