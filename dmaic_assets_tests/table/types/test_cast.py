"""The typed table loses no row and no text."""

import datetime as dt
import string

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import InvariantError
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.text_table import ROW, numbers_without
from dmaic_assets.table.types.cast import FAILED_CASTS_SCHEMA, apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets_tests.table.text_tables import TOKENS, infer, staged_table, table_of, text_table

MESSY = {
    "id": ["1", "2", "x", "4", "n/a", "6", "007"],
    "day": ["2024-01-31", "2024-02-30", "", "NA", None, "2024-03-01", "31.01.2024"],
    "name": ["a b", "NA", "", None, "c d", " N/A ", "e f"],
    "paid": ["true", "false", "TRUE", "maybe", None, "true", "false"],
}
OVERRIDES = {"id": "integer", "day": "iso_date", "name": "text", "paid": "boolean"}


def typed(columns, **options):
    table = text_table(columns)
    return apply_types(table, infer(table, **options))


def test_values_take_their_types_and_tokens_become_null():
    result = typed(MESSY, overrides=OVERRIDES)

    assert result.lazy.collect().to_dict(as_series=False) == {
        "id": [1, 2, None, 4, None, 6, None],
        "day": [dt.date(2024, 1, 31), None, None, None, None, dt.date(2024, 3, 1), None],
        "name": ["a b", None, None, None, "c d", None, "e f"],
        "paid": [True, False, True, None, None, True, False],
    }


def test_failed_casts_keep_row_column_text_and_reason():
    result = typed(MESSY, overrides=OVERRIDES)

    assert result.failed_casts.rows() == [
        (1, "day", "2024-02-30", "no such date or time: '2024-02-30'"),
        (2, "id", "x", "not an integer: 'x'"),
        (3, "paid", "maybe", "not true or false: 'maybe'"),
        (6, "id", "007", "not an integer: '007'"),
        (6, "day", "31.01.2024", "not a date written like %Y-%m-%d: '31.01.2024'"),
    ]


def test_failed_casts_have_the_same_columns_when_there_are_none():
    result = typed({"a": ["1", "2"]})

    assert result.failed_casts.height == 0
    assert result.failed_casts.schema == FAILED_CASTS_SCHEMA


def test_rows_are_numbered_as_in_the_file_when_malformed_ones_are_missing():
    table = text_table({"a": ["1", "x", "3", "y"]})
    gaps = numbers_without(6, (0, 2))
    table = type(table)(
        table.file, None, table.lazy, table.columns, table.row_count, row_numbers=gaps
    )

    result = apply_types(table, infer(table, overrides={"a": "integer"}))

    assert result.failed_casts[ROW].to_list() == [3, 5]


def test_long_raw_text_is_kept_whole_and_shown_in_part():
    giant = "1" * 10_000_000 + "x"

    result = typed({"a": ["1", giant]}, overrides={"a": "integer"})

    assert result.failed_casts["raw"][0] == giant
    assert len(result.failed_casts["reason"][0]) < 200


@pytest.mark.parametrize(
    ("override", "raw", "reason"),
    [
        ("integer", "9223372036854775808", "an integer beyond 64 bits: '9223372036854775808'"),
        ("decimal_dot", "inf", "not a decimal number: 'inf'"),
        ("decimal_dot", "1e999", "not finite, or too long to be exact: '1e999'"),
        (
            "decimal_dot",
            "1234567890123456.7",
            "not finite, or too long to be exact: '1234567890123456.7'",
        ),
        ("quantity:kg", "5 lb", "not a number in kg: '5 lb'"),
        ("time", "24:00", "the end of a day, which no time of day can hold: '24:00'"),
        ("time", "25:00", "no such date or time: '25:00'"),
        ("month", "2024-13", "not a month like 2024-03: '2024-13'"),
        ("date:%d/%m/%Y", "a{b}c", "not a date written like %d/%m/%Y: 'a{b}c'"),
    ],
)
def test_reasons_say_what_is_wrong(override, raw, reason):
    result = typed({"a": [raw]}, overrides={"a": override})

    assert result.failed_casts["reason"].to_list() == [reason]


def test_sentinels_are_null_and_no_failed_casts():
    table = text_table({"a": ["1", "-999", " -999", "3"]})
    types = infer(table, tokens=(*TOKENS, "-999"))

    result = apply_types(table, types)

    assert result.lazy.collect()["a"].to_list() == [1, None, None, 3]
    assert result.failed_casts.height == 0


def test_types_must_be_those_of_the_table():
    types = infer(text_table({"a": ["1"], "b": ["2"]}))

    with pytest.raises(InvariantError, match="b"):
        apply_types(text_table({"a": ["1"]}), types)


def test_a_table_in_parts_is_cast_like_one_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("dmaic_assets.table.types.cast.CHUNK_ROWS", 700)
    rows = range(3_000)
    columns = {
        "n": [str(n) if n % 100 else f"x{n}" for n in rows],
        "day": [f"2024-01-{n % 33:02}" for n in rows],
        "name": ["some text" if n % 5 else "N/A" for n in rows],
        "plain": ["some text"] * 3_000,
    }
    types = infer(text_table(columns))

    parts = apply_types(staged_table(columns, tmp_path), types)
    whole = apply_types(text_table(columns), types)

    assert parts.failed_casts.equals(whole.failed_casts)
    assert parts.lazy.collect().equals(whole.lazy.collect())
    assert parts.lazy.collect(engine="streaming").equals(whole.lazy.collect())
    assert (
        parts.lazy.select("day")
        .slice(1_000, 5)
        .collect()
        .equals(whole.lazy.select("day").slice(1_000, 5).collect())
    )


def test_native_columns_pass_as_they_are_and_others_are_read():
    frame = pl.DataFrame(
        {
            "i": pl.Series([1, 2, 3], dtype=pl.Int32),
            "category": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
            "nothing": [None, None, None],
            "whole": [1.0, 2.5, None],
            "day": ["2024-01-31", "never", "NA"],
            "nested": [[1], [], None],
        }
    )
    table = table_of(frame, is_text=False)

    result = apply_types(table, infer(table, overrides={"whole": "integer", "day": "date"}))

    cast = result.lazy.collect()
    assert dict(cast.schema) == {
        "i": pl.Int32,
        "category": pl.String,
        "nothing": pl.String,
        "whole": pl.Int64,
        "day": pl.Date,
        "nested": pl.List(pl.Int64),
    }
    assert cast["whole"].to_list() == [1, None, None]
    assert [(r, c, t) for r, c, t, _ in result.failed_casts.rows()] == [
        (1, "whole", "2.5"),
        (1, "day", "never"),
    ]


def test_physical_types_are_as_announced():
    columns = {
        "integer": ["1", "2"],
        "decimal": ["1.5", "2"],
        "day": ["2024-01-31", "2024-02-01"],
        "naive": ["2024-01-31 10:00:00"] * 2,
        "aware": ["2024-01-31T10:00:00+02:00"] * 2,
        "clock": ["10:00", "11:30"],
        "span": ["36:00:00", "1:00:00"],
        "month": ["2024-01", "2024-02"],
        "flag": ["true", "false"],
        "text": ["a b", "c d"],
        "share": ["5 %", "7 %"],
    }

    result = typed(columns)

    cast = result.lazy.collect()
    assert {t.column: t.physical for t in result.types} == {
        name: str(dtype) for name, dtype in cast.schema.items()
    }
    assert list(cast.schema.values()) == [
        *(pl.Int64, pl.Float64, pl.Date, pl.Datetime("us"), pl.Datetime("us", "UTC"), pl.Time),
        *(pl.Duration("us"), pl.Date, pl.Boolean, pl.String, pl.Float64),
    ]
    assert cast["aware"][0] == dt.datetime(2024, 1, 31, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_without_rows_or_columns_pass(rows):
    assert typed({"a": ["1"][:rows], "b": [None][:rows]}).lazy.collect().height == rows
    assert typed({}).lazy.collect().width == 0


def test_any_column_name_will_do(tmp_path):
    names = ["a b", 'quo"te', "dot.ted", "^a$", "*", "ü", "literal", "", "raw", "text"]
    columns = {name: ["true", "false", "x", "true"] * 5 for name in names}
    overrides = dict.fromkeys(names, "boolean")

    whole = typed(columns, overrides=overrides)
    parts = apply_types(staged_table(columns, tmp_path), whole.types)

    assert whole.lazy.collect().columns == names
    assert whole.failed_casts["column"].to_list() == names * 5
    assert parts.failed_casts.equals(whole.failed_casts)
    assert parts.lazy.collect().equals(whole.lazy.collect())


ANYTHING = st.none() | st.text(
    alphabet=st.one_of(
        st.sampled_from(string.digits + "-+.,:/eTZ %$"), st.characters(codec="utf-8")
    ),
    max_size=12,
)
PLAUSIBLE = st.sampled_from(
    ["1", "2.5", "2024-01-31", "31/01/2024", "true", "NA", "", " ", "n/a", "007", "5 kg", "12:30"]
)
TYPES = st.sampled_from(
    [
        *("integer", "decimal", "boolean", "date", "datetime", "time", "duration", "period"),
        *("text", "quantity:kg", "currency:USD", "percentage", "date:%d/%m/%Y", "compact_date"),
    ]
)


@st.composite
def garbage(draw):
    rows = draw(st.integers(0, 30))
    column = st.lists(ANYTHING | PLAUSIBLE, min_size=rows, max_size=rows)
    columns = {name: draw(column) for name in ("a", "b")}
    overrides = draw(st.dictionaries(st.sampled_from(["a", "b"]), TYPES))
    return columns, overrides


def without_blanks(text):
    # Python takes the separators U+001C to U+001F for blanks, Unicode and polars do not.
    return pl.Series([text]).str.strip_chars()[0]


@given(garbage())
@settings(max_examples=40, deadline=None)
def test_rows_with_and_without_failed_casts_are_exactly_the_file(drawn):
    columns, overrides = drawn
    table = text_table(columns)
    types = infer_columns(
        table, overrides=overrides, options=ReadOptions(), null_tokens=TOKENS
    ).types

    result = apply_types(table, types)

    cast = result.lazy.collect()
    failed = {(row, column): raw for row, column, raw, _ in result.failed_casts.rows()}
    assert cast.height == table.row_count
    assert cast.columns == list(table.columns)
    assert len(failed) == result.failed_casts.height
    for column_type in types:
        tokens = set(column_type.null_tokens)
        for row, raw in enumerate(columns[column_type.column]):
            has_value = cast[column_type.column][row] is not None
            is_null = raw is None or without_blanks(raw) in tokens
            is_failed = (row, column_type.column) in failed
            # Every cell is a value, a null or a failed cast, and never two of them.
            assert has_value + is_null + is_failed == 1
            if is_failed:
                assert failed[row, column_type.column] == raw
            if has_value and column_type.type == "text":
                assert cast[column_type.column][row] == raw


CELLS = st.sampled_from(
    ["1", " 2", "3.5", "1e3", "007", "true", "No", "2024-01-05", "05.01.2024", "1,5", "12 kg",
     "12:30", "2024-01-05 10:00:00", "NA", "-", "", "x", "9999", None]
)  # fmt: skip


@given(
    columns=st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=3),
    rows=st.integers(1, 40),
)
def test_columns_that_inference_has_cast_are_what_casting_makes(
    columns: list[list[str | None]], rows: int
) -> None:
    table = text_table({f"c{i}": (cells * rows)[:rows] for i, cells in enumerate(columns)})
    inferred = infer_columns(
        table, overrides={}, options=ReadOptions(), null_tokens=("NA", "-", "9999")
    )
    anew, handed = (
        apply_types(table, inferred.types, ready=ready) for ready in ({}, inferred.casts)
    )
    assert handed.lazy.collect().equals(anew.lazy.collect())
    assert handed.lazy.collect_schema() == anew.lazy.collect_schema()
    assert handed.failed_casts.equals(anew.failed_casts)


def test_inference_hands_over_what_it_read_to_the_last_value_and_nothing_else() -> None:
    numbers = [str(n) for n in range(50)]
    table = text_table({"n": numbers, "gaps": [*numbers[1:], "NA"], "text": ["a"] * 50})
    inferred = infer_columns(table, overrides={}, options=ReadOptions(), null_tokens=("NA",))
    assert set(inferred.casts) == {"n"}
    values = inferred.casts["n"][1]
    typed = apply_types(table, inferred.types, ready={"n": (inferred.casts["n"][0], values + 1)})
    assert typed.lazy.collect()["n"].to_list() == list(range(1, 51))
