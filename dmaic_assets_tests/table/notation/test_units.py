"""Which words are units and currencies."""

import polars as pl
import pytest

from dmaic_assets.table.notation.number_text import split_quantities
from dmaic_assets.table.notation.patterns import patterns_by_name
from dmaic_assets.table.notation.units import canonical_currency, canonical_unit, plain_word_unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kg", "kg"),
        (" Ounces", "oz"),
        ("oz.", "oz"),
        ("OZ.", "oz"),
        ("feet", "ft"),
        ("metres", "m"),
        ("μg", "µg"),
        ("mW", "mW"),
        ("MW", "MW"),
        ("km/h", "km/h"),
        ("°C", "°C"),
        ("days", "d"),
        ("A", None),
        ("KM/h.", "km/h"),
        ("Mw", None),
        ("", None),
        ("widget", None),
    ],
)
def test_units_have_one_symbol(text, unit):
    assert canonical_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("widgets", "widget"),
        ("boxes", "boxe"),
        ("th", None),
        ("pm", None),
        ("March", None),
        ("ab", None),
        ("a1b", None),
        ("Street", None),
        ("gas", "gas"),
    ],
)
def test_words_that_count_things_are_units(text, unit):
    assert plain_word_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("CHF", "CHF"),
        ("¥", "JPY"),
        ("R$", "BRL"),
        ("XYZ", None),
        ("usd", None),
    ],
)
def test_currencies_have_their_iso_code(text, code):
    assert canonical_currency(text) == code


@pytest.mark.parametrize(
    ("pattern", "text", "number", "unit"),
    [
        ("quantity", "12.5ms", 12.5, "ms"),
        ("quantity", "1,200 kg", 1200.0, "kg"),
        ("quantity", "-5 °C", -5.0, "°C"),
        ("quantity", "12 widgets", 12.0, "widget"),
        ("quantity", "12widgets", None, None),
        ("quantity", "1,2 kg", None, None),
        ("quantity", '5"', 5.0, "in"),
        ("quantity_comma", "1,2 kg", 1.2, "kg"),
        ("quantity_comma", "1.200,5 kg", 1200.5, "kg"),
        ("percentage", "12.5 %", 12.5, "%"),
        ("percentage_comma", "12,5%", 12.5, "%"),
        ("currency", "$1,234.50", 1234.5, "USD"),
        ("currency", "-$5", -5.0, "USD"),
        ("currency", "$-5", -5.0, "USD"),
        ("currency", "($5.25)", -5.25, "USD"),
        ("currency", "5 EUR", 5.0, "EUR"),
        ("currency", "EUR5", 5.0, "EUR"),
        ("currency_comma", "1.234,50 €", 1234.5, "EUR"),
        ("currency_comma", "1'234,50 CHF", 1234.5, "CHF"),
    ],
)
def test_a_number_and_its_unit_are_parted(pattern, text, number, unit):
    parts = split_quantities(pl.Series([text]), patterns_by_name()[pattern])

    assert parts.row(0) == (number, unit)


def test_too_many_different_suffixes_are_no_units():
    suffixes = ["".join((chr(97 + a), chr(97 + b), "zq")) for a in range(26) for b in range(26)]
    texts = pl.Series([f"5 {suffix}" for suffix in suffixes])

    parts = split_quantities(texts, patterns_by_name()["quantity"])

    assert parts["unit"].null_count() == len(texts)
