"""Which spellings of "no value" count where."""

import polars as pl
import pytest

from dmaic_assets.settings.project import NullTokenSettings
from dmaic_assets.table.types.column_nulls import (
    TokenSet,
    looks_like_value,
    text_tokens,
    token_rows,
)
from dmaic_assets.table.types.null_tokens import NULL_TOKEN_GROUPS, null_tokens


def test_groups_are_switched_by_settings():
    default = null_tokens(NullTokenSettings())
    none = NullTokenSettings(
        standard=False, spreadsheet=False, placeholder=False, missing_words=False, extra=(" ? ",)
    )

    for group in ("standard", "spreadsheet", "placeholder", "missing_words"):
        assert set(NULL_TOKEN_GROUPS[group]) <= set(default)
    assert not set(NULL_TOKEN_GROUPS["numeric_sentinels"]) & set(default)
    assert null_tokens(none) == ("?",)


def test_each_token_stands_once():
    tokens = null_tokens(NullTokenSettings(extra=("NA", "NA", "nix")))

    assert len(tokens) == len(set(tokens))
    assert tokens[-1] == "nix"


def test_typed_columns_take_every_token_in_any_case():
    tokens = TokenSet(null_tokens(NullTokenSettings()))
    texts = pl.Series(["na", "Unknown", "-", "", "#ref!", "nothing"])

    assert tokens.is_token(texts).to_list() == [True, True, True, True, True, False]


def test_text_columns_leave_placeholders_and_words_alone():
    in_text = TokenSet(null_tokens(NullTokenSettings(extra=("empty",)))).in_text

    assert {"NA", "", "#N/A", "empty"} <= set(in_text)
    assert not {"-", "UNKNOWN", "9999"} & set(in_text)


def test_explicit_tokens_count_in_text_whatever_their_group():
    assert TokenSet(("-", "UNKNOWN"), ("-", "UNKNOWN")).in_text == ("-", "UNKNOWN")


def test_tokens_are_found_with_blanks_around_them():
    raw = pl.Series("raw", ["NA", " NA\t", "NAN", None, "", "   ", "word"])

    assert token_rows(raw, ("", "NA")).to_list() == [0, 1, 4, 5]
    assert token_rows(raw, ()).to_list() == []


def test_tokens_are_counted_in_their_bare_form():
    raw = pl.Series("raw", ["NA", " NA", "", "  ", "word"])

    counts = text_tokens(raw, TokenSet(("", "NA", "-")), is_empty=False)

    assert counts == {"NA": 2, "": 2}


@pytest.mark.parametrize(
    ("token", "others", "expected"),
    [
        ("NA", ["DE", "FR", "US"], True),
        ("NA", ["DE", "FR", "US"] * 19 + ["Eur", "Asi", "Afr"], True),
        ("NA", ["DE", "FR", "US"] * 2 + ["Eur"], False),
        ("NA", ["DE", "DE", "DE"], False),
        ("NA", ["some", "words", "here"], False),
        ("null", ["some", "word", "here"], True),
        ("N/A", ["A/B", "C/D", "E/F"], False),
        ("", ["a", "b", "c"], False),
        ("NA", [], False),
    ],
)
def test_a_token_of_the_shape_of_the_values_is_a_value(token, others, expected):
    assert looks_like_value(token, pl.Series("text", others, dtype=pl.String)) is expected
