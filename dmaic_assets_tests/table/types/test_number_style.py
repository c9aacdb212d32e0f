"""The decimal mark: evidence is shared by columns and history, and never guessed."""

from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.gate.judge import judge
from dmaic_assets.model import Dialect, RuleSet, Thresholds
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.number_style import proven_mark
from dmaic_assets.table.types.union import common_types
from dmaic_assets_tests.table.text_tables import TOKENS, text_table

EITHER = ["4.346", "9.937", "2.155"]


def table(columns, delimiter=";"):
    dialect = Dialect("utf-8", delimiter, '"', has_header=True, newline="\n")
    return replace(text_table(columns), dialect=dialect)


def types_of(columns, *, delimiter=";", mark=None, expected=()):
    found = infer_columns(
        table(columns, delimiter),
        overrides={},
        expected=expected,
        options=ReadOptions(decimal_mark=mark),
        null_tokens=TOKENS,
    ).types
    return {t.column: t for t in found}


NEIGHBOURS = {
    "grouped with decimals": ["8.489,46", "717,79", "1.116,85"],
    "decimals": ["12,5", "7,25", "0,5"],
    "money": ["33,86 €", "87,21 €", "1.013,10 €"],
    "shares": ["12,5 %", "3,1 %", "4,0 %"],
    "millions": ["1.234.567", "2.345.678", "12.345.678"],
    "blanks between thousands": ["1 234,5", "2 345,6", "7,8"],
}


@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_decimal_comma_in_one_column_makes_dots_thousands_in_all(neighbour):
    found = types_of({"a": EITHER, "b": neighbour})["a"]

    assert (found.pattern, found.is_ambiguous) == ("integer_grouped_dot", False)
    assert "as column b shows" in found.reason


@pytest.mark.parametrize(
    "neighbour", [["12.5", "7.25", "0.5"], ["0.571", "1.234", "2.345"], ["1,234.5"] * 3]
)
def test_a_decimal_point_in_one_column_makes_dots_points_in_all(neighbour):
    found = types_of({"a": EITHER, "b": neighbour})["a"]

    assert (found.pattern, found.is_ambiguous) == ("decimal_dot", False)


@pytest.mark.parametrize(
    ("neighbour", "pattern"), [("12,5", "decimal_comma"), ("12.5", "integer_grouped_comma")]
)
def test_commas_follow_the_neighbours_too(neighbour, pattern):
    found = types_of({"a": ["4,346", "9,937", "2,155"], "b": [neighbour] * 3}, delimiter="\t")["a"]

    assert (found.pattern, found.is_ambiguous) == (pattern, False)


def test_amounts_with_units_follow_the_neighbours_too():
    columns = {"a": ["1.250 kg", "2.300 kg"], "b": ["12,5", "7,25"]}

    found = types_of(columns)["a"]

    assert (found.pattern, found.is_ambiguous) == ("quantity_comma", False)


@pytest.mark.parametrize("last", ["0.571", "12.5", "1.23456"])
def test_one_value_of_its_own_is_evidence_enough(last):
    found = types_of({"a": [*EITHER, last]})["a"]

    assert (found.pattern, found.is_ambiguous) == ("decimal_dot", False)


@pytest.mark.parametrize(("mark", "pattern"), [(".", "decimal_dot"), (",", "integer_grouped_dot")])
def test_the_settings_say_what_nothing_else_tells(mark, pattern):
    found = types_of({"a": EITHER}, mark=mark)["a"]

    assert (found.pattern, found.is_ambiguous) == (pattern, False)


def test_the_pattern_that_a_person_gives_one_column_speaks_for_the_others():
    made = table({"a": EITHER, "b": EITHER})
    said = {"b": "integer_grouped_dot"}

    found = infer_columns(
        made, overrides=said, expected=(), options=ReadOptions(), null_tokens=TOKENS
    ).types

    assert [t.pattern for t in found] == ["integer_grouped_dot"] * 2


def test_a_type_without_a_pattern_takes_the_decimal_mark_of_the_file():
    found = infer_columns(
        table({"a": EITHER, "b": ["12,5", "7,25", "1,5"]}),
        overrides={"a": "decimal"},
        expected=(),
        options=ReadOptions(),
        null_tokens=TOKENS,
    ).types

    assert [t.pattern for t in found] == ["decimal_grouped_dot", "decimal_comma"]


def test_the_history_of_other_columns_is_evidence():
    history = tuple(types_of({"b": ["12,5", "7,25"]}).values())

    found = types_of({"a": EITHER, "b": ["7", "12", "9"]}, expected=history)["a"]

    assert (found.pattern, found.is_ambiguous) == ("integer_grouped_dot", False)
    assert "of the history" in found.reason


def test_a_history_that_was_ambiguous_gives_way_to_the_neighbours():
    history = tuple(types_of({"a": EITHER}).values())

    found = types_of({"a": EITHER, "b": ["12,5", "7,25", "1,5"]}, expected=history)["a"]

    assert (found.pattern, found.is_ambiguous) == ("integer_grouped_dot", False)


def test_commas_between_fields_speak_for_points():
    found = types_of({"a": EITHER, "b": ["x"] * len(EITHER)}, delimiter=",")["a"]

    assert (found.pattern, found.is_ambiguous) == ("decimal_dot", False)


def test_a_single_column_has_no_delimiter_that_could_speak():
    assert types_of({"a": EITHER}, delimiter=",")["a"].is_ambiguous


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([f"{1 + n}.{237 * n % 999:03}" for n in range(60)] + ["304", "44"], "integer_grouped_dot"),
        (["10455", "3.881", "44"], "decimal_dot"),
        ([f"{1 + n // 9}.{n % 9}2{n % 9 + 1}" for n in range(80)] + ["3"], "decimal_dot"),
    ],
)
def test_numbers_without_a_mark_tell_what_the_mark_means(values, pattern):
    found = types_of({"a": values})["a"]

    assert (found.pattern, found.is_ambiguous) == (pattern, False)


@pytest.mark.parametrize(
    "columns",
    [
        {"a": EITHER},
        {"a": [*EITHER, "304"]},
        {"a": [*EITHER, "0"]},
        {"a": [f"21.55{n}" for n in range(10)] + ["2155"]},
        {"a": ["2", "1.250", "1.500", "2.125"]},
        {"a": [f"{n}.250" for n in range(1, 60)] + ["2"]},
        {"a": EITHER, "b": ["12,5"] * 3, "c": ["12.5"] * 3},
        {"a": ["4,346", "9,937"]},
    ],
)
def test_without_evidence_a_column_stays_ambiguous_and_holds_its_file(columns):
    rows = max(map(len, columns.values()))
    filled = {name: [*values, *[None] * (rows - len(values))] for name, values in columns.items()}
    made = table(filled)
    types = tuple(types_of(filled).values())

    verdict = judge(apply_types(made, types), RuleSet("orders", ()), Thresholds()).verdict

    assert types[0].is_ambiguous
    assert verdict.decision == "reject"
    assert any("decimal_mark" in reason for reason in verdict.reasons)


def test_an_ambiguous_column_that_the_history_has_is_read_as_there():
    types = types_of({"a": EITHER})
    again = types_of({"a": EITHER}, expected=tuple(types.values()))

    typed = apply_types(table({"a": EITHER}), tuple(again.values()))

    assert judge(typed, RuleSet("orders", ()), Thresholds()).verdict.decision == "accept"


def test_what_files_have_in_common_is_what_the_clear_ones_say():
    unclear = tuple(types_of({"a": EITHER}).values())
    clear = tuple(types_of({"a": ["1.234.567", "2.345.678"]}).values())

    assert [t.pattern for t in common_types([unclear, clear])] == ["integer_grouped_dot"]


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["1.234"], None),
        (["1,234"], None),
        (["1.5", "1,5"], None),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["0.571"], "."),
        ([".571"], "."),
        (["1234.567"], "."),
        (["1.234.567"], ","),
        (["-1 234,50 €"], ","),
        (["12", "7 kg"], None),
    ],
)
def test_a_value_proves_the_mark_that_it_needs(values, mark):
    assert proven_mark(pl.Series(values)) == mark
