"""Numbers in text: a cast is taken only where the text is a spelling of its value."""

import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.notation.patterns import PATTERNS
from dmaic_assets.table.notation.value_parsers import Recipe, read_values
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets_tests.table.text_tables import infer, infer_one, text_table

NUMBERS = [p for p in PATTERNS if p.parser in ("integer", "decimal", "number")]
DIGITS = st.text(alphabet="00112589", min_size=1, max_size=5)
NUMBER_TEXTS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "-", "+", "("]),
        DIGITS,
        st.sampled_from(["", ".", ",", ".5", ",50", ".000", ",000", "'000", " 000", ".250,5"]),
        st.sampled_from(["", "", "", "E4", "e16", "E+3", "e-5", "e-400"]),
        st.sampled_from(["", "", "", "-", ")"]),
    ),
)


def plain_spelling(text: str, style: str) -> str:
    """Undoes the notation that a style declares: the sign's place, group marks, decimal comma."""
    booked = re.fullmatch(r"\((.*)\)|(.*)-", text)
    bare = f"-{booked[1] or booked[2]}" if booked else text.replace("\u2212", "-")
    marks = [c for c in style if not c.isdigit()]
    decimal = marks[-1] if style.endswith("5") else "."
    for mark in marks:
        if mark != decimal or style == "1.234":
            bare = bare.replace(mark, "")
    return bare.replace(decimal, ".").removeprefix("+")


@given(st.lists(NUMBER_TEXTS, min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_text_to_number_to_text_loses_nothing_but_notation(texts):
    for pattern in NUMBERS:
        values = read_values(pl.Series(texts), Recipe((pattern,))).to_list()

        for text, value in zip(texts, values, strict=True):
            if value is not None:
                plain = plain_spelling(text, pattern.formats[0] if pattern.formats else "")
                whole = re.split(r"[.eE]", plain.removeprefix("-"))[0]
                assert whole == (str(int(whole)) if whole else ""), (pattern.name, text)
                assert Decimal(str(value)) == Decimal(plain), (pattern.name, text)


@pytest.mark.parametrize("bad", [1, 5, 9])
def test_a_rare_leading_zero_is_a_failed_cast_of_an_integer(bad):
    values = [str(10_007 + 31 * n) for n in range(1_000 - bad)]
    values += [f"00{n + 41}" for n in range(bad)]
    table = text_table({"part": values})

    typed = apply_types(table, infer(table))

    assert [t.pattern for t in typed.types] == ["integer"]
    assert typed.failed_casts["raw"].to_list() == values[-bad:]


def test_codes_with_an_e_among_them_are_text():
    values = [f"{n}E3" if n % 4 == 0 else f"{n * 101:04}" for n in range(11, 99)]

    found = infer_one(values)

    assert (found.type, found.decided_by) == ("text", "fallback")
    assert "codes such as 007 or 12E4" in found.reason


def test_the_shortest_spelling_of_a_decimal_is_read():
    values = [f"{990 + n / 10:.1f}" for n in range(99)] + ["1e3", "2e-1"]
    table = text_table({"pressure": values})

    typed = apply_types(table, infer(table))

    assert typed.types[0].pattern == "decimal_dot"
    assert typed.failed_casts["raw"].to_list() == []
    assert typed.lazy.collect()["pressure"].to_list()[-2:] == [1000.0, 0.2]


@pytest.mark.parametrize("code", ["12E4", "1e5", "7E3"])
def test_one_short_power_makes_no_decimals_of_integers(code):
    values = [str(1_000 + n) for n in range(500)] + [code]
    table = text_table({"c": values})

    typed = apply_types(table, infer(table))

    assert typed.types[0].pattern == "integer"
    assert typed.failed_casts["raw"].to_list() == [code]


def test_versions_stay_text_and_say_why():
    found = infer_one([f"{major}.{minor}" for major in (1, 2) for minor in range(12)])

    assert found.type == "text"
    assert "1.10 would be 1.1" in found.reason


@pytest.mark.parametrize(
    "values",
    [
        ["1.1", "1.2", "1.9", "2.0"],
        ["1.10", "1.25", "2.50"],
        ["2.5", "2.05", "2.50", "12.25"],
        ["3", "2.5", "2.50"],
        ["1.5", "1.25", "2.50", "3.75"],
        [f"{n / 10:.1f}" for n in range(500)] + ["12.30"],
    ],
)
def test_decimals_are_no_versions(values):
    assert infer_one(values).pattern == "decimal_dot"


@pytest.mark.parametrize(
    ("values", "pattern", "numbers"),
    [
        (["12.5", "(3.25)", "7.0-"], "decimal_dot", [12.5, -3.25, -7.0]),
        (["12", "(3)", "(40)"], "integer", [12, -3, -40]),
        (["12", "(3)", "40-", "7-"], "integer_trailing_minus", [12, -3, -40, -7]),
        (["1,204.5", "(2,310.25)", "9.5-"], "decimal_grouped_comma", [1204.5, -2310.25, -9.5]),
        (["12,5", "(3,25)", "7,5-"], "decimal_comma", [12.5, -3.25, -7.5]),
        (["1.204,5", "(2.310,25)"], "decimal_grouped_dot", [1204.5, -2310.25]),
        (["12.5 %", "(3.5 %)", "(4)%"], "percentage", [12.5, -3.5, -4.0]),
        (["12.5 EUR", "3.5- EUR", "(4 EUR)", "(5) EUR"], "currency", [12.5, -3.5, -4.0, -5.0]),
        (["(12.50)", "(3.25)"], "decimal_dot", [-12.5, -3.25]),
    ],
)
def test_negatives_are_read_as_accountants_write_them(values, pattern, numbers):
    table = text_table({"amount": values})

    typed = apply_types(table, infer(table))

    assert typed.types[0].pattern == pattern
    assert typed.lazy.collect()["amount"].to_list() == numbers


@pytest.mark.parametrize(
    "odd",
    [
        ["37-"],
        ["-37", "-5", "37-"],
        pytest.param([f"{n}-" for n in range(2, 5)] + [str(n) for n in range(900)], id="rare"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "{}.5", "{},5"])
def test_a_whole_number_with_a_stray_sign_behind_is_no_negative(odd, form):
    table = text_table({"amount": [*(form.format(n) for n in range(30, 90)), *odd]})

    typed = apply_types(table, infer(table))

    assert typed.types[0].type in ("integer", "decimal")
    assert typed.failed_casts["raw"].to_list() == [text for text in odd if text.endswith("-")]


@pytest.mark.parametrize("values", [["(1)", "(2)", "(3)"], ["1-", "2-", "3-"]])
def test_marks_of_a_list_are_no_negatives(values):
    found = infer_one(values)

    assert (found.type, "marks of a list" in found.reason) == ("text", True)


def test_an_expected_integer_takes_a_first_negative():
    found = infer_one(["1", "(2)"], expected=(infer_one(["1", "2"]),))

    assert (found.pattern, found.confidence) == ("integer", 1.0)
