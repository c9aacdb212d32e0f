"""JSON lines: a schema over every line, and lines that are no objects set apart."""

import json
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of


def read(folder: Path, text: str, **options):
    return read_bytes(folder, text.encode("utf-8"), name="orders.jsonl", **options)


def lines(*values: object) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def test_values_keep_their_kinds(tmp_path: Path):
    table = read(tmp_path, lines({"i": 1, "f": 1.5, "b": True, "t": "007", "n": None}) * 2)

    assert dict(table.lazy.collect_schema()) == {
        "i": pl.Int64(),
        "f": pl.Float64(),
        "b": pl.Boolean(),
        "t": pl.String(),
        "n": pl.Null(),
    }
    assert rows_of(table)[0] == (1, 1.5, True, "007", None)
    assert not table.is_text
    assert table.dialect is None


def test_a_key_that_comes_late_is_a_column(tmp_path: Path):
    table = read(tmp_path, lines(*[{"a": n} for n in range(60_000)], {"late": "x"}))

    assert table.columns == ("a", "late")
    assert rows_of(table)[-1] == (None, "x")
    assert table.row_count == 60_001


@pytest.mark.parametrize(
    ("values", "dtype", "read_as"),
    [
        ([1, 2.5], pl.Float64(), [1.0, 2.5]),
        ([1, "x"], pl.String(), ["1", "x"]),
        ([True, 1], pl.String(), ["true", "1"]),
        ([2**53 + 1, 0.5], pl.String(), ["9007199254740993", "0.5"]),
        ([2**53, 0.5], pl.Float64(), [2.0**53, 0.5]),
        ([2**63 - 1, -(2**62)], pl.Int64(), [2**63 - 1, -(2**62)]),
        ([2**63, 1], pl.String(), ["9223372036854775808", "1"]),
        ([{"x": [1, "é"]}, None], pl.String(), ['{"x":[1,"é"]}', None]),
        ([[1], {"y": 2}], pl.String(), ["[1]", '{"y":2}']),
        ([[1], "x"], pl.String(), ["[1]", "x"]),
    ],
)
def test_one_column_holds_all_kinds_of_a_key_exactly(
    tmp_path: Path, values: list, dtype: pl.DataType, read_as: list
):
    table = read(tmp_path, lines(*[{"a": value} for value in values]))

    assert table.lazy.collect_schema()["a"] == dtype
    assert [row[0] for row in rows_of(table)] == read_as


@pytest.mark.parametrize(
    "spelled",
    [
        "0.1", "0.10000000000000001", "0.30000000000000004", "0.1000000000000000055511151231257827",
        "0.100000000000000000000", "1e22", "-1.7976931348623157e308", "5e-324",
    ],
)  # fmt: skip
def test_a_fraction_that_a_double_holds_is_one(tmp_path: Path, spelled: str):
    table = read(tmp_path, f'{{"a": {spelled}}}\n')

    assert rows_of(table) == [(float(spelled),)]
    assert table.lazy.collect_schema()["a"] == pl.Float64()


def test_a_fraction_that_a_double_cannot_hold_keeps_its_digits(tmp_path: Path):
    table = read(
        tmp_path,
        '{"a": 12345678901234567.89, "n": {"x": [0.12345678901234567891, 1.5, "é"]}}\n'
        '{"a": 1.5, "n": 1}\n',
    )

    assert rows_of(table) == [
        ("12345678901234567.89", '{"x":[0.12345678901234567891,1.5,"é"]}'),
        ("1.5", "1"),
    ]
    assert "fractions of more digits than 64 bits hold, kept as text: a" in table.notes


def test_kinds_that_meet_only_later_meet_all_the_same(tmp_path: Path):
    rows = [{"a": 1}] * 60_000 + [{"a": "x"}]

    table = read(tmp_path, lines(*rows))

    assert rows_of(table)[0] == ("1",)
    assert "different kinds of values, kept as text: a" in table.notes


def test_nested_values_are_told(tmp_path: Path):
    table = read(tmp_path, lines({"a": {"b": 1}}))

    assert "objects and arrays are kept as JSON text: a" in table.notes


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a":1', "not JSON from sign 7 on"),
        ('{"a":1} x', "not JSON from sign 9 on"),
        ('{"a":1}{"a":2}', "not JSON from sign 8 on"),
        ("[1]", "not a JSON object"),
        ("5", "not a JSON object"),
        ('{"a":1,"a":2}', "a key occurs twice in one object"),
        ('{"a":NaN}', "NaN is not JSON"),
        ('{"a":1e999}', "the number 1e999 is beyond double precision"),
        ('{"a":"\\ud800"}', "half a surrogate pair"),
        ('{"a":"x\ty"}', "not JSON from sign 8 on"),
        ('{"a":"\udcff"}', "the byte 0xFF is not valid utf-8"),
        ("[" * 100_000, ""),
    ],
)
def test_a_line_that_is_no_object_is_set_apart(tmp_path: Path, line: str, reason: str):
    content = b'{"a":"\xc3\xa9"}\n' + line.encode("utf-8", "surrogateescape") + b'\n\n{"a":"z"}\n'

    table = read_bytes(tmp_path, content, name="orders.jsonl")

    assert [row[0] for row in rows_of(table)] == ["é", "z"]
    (bad,) = table.malformed
    assert (bad.row, bad.line, bad.column) == (1, 2, None)
    assert bad.reason.startswith(reason)
    assert "1 blank lines were passed over" in table.notes


def test_a_cut_last_line_is_set_apart(tmp_path: Path):
    table = read(tmp_path, '{"a":1}\n{"a":2}\n{"a":')

    assert rows_of(table) == [(1,), (2,)]
    assert [(bad.row, bad.line, bad.raw) for bad in table.malformed] == [(2, 3, '{"a":')]


def test_keys_become_usable_names(tmp_path: Path):
    table = read(tmp_path, lines({"Id": 1, "ID": 2, "": 3, " x ": 4}))

    assert table.columns == ("Id", "ID_2", "column_3", "x")
    assert rows_of(table) == [(1, 2, 3, 4)]


def test_objects_without_keys_are_rows_too(tmp_path: Path):
    assert rows_of(read(tmp_path, '{}\n{"a":1}\n{}\n')) == [(None,), (1,), (None,)]


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", "holds no bytes"),
        ("\n\n", "nothing but white space"),
        ('[{"a":1}]', "is one JSON array"),
        ('{\n "a": 1\n}', "is JSON over several lines"),
        ("{}\n{}\n", "the objects have no keys"),
        ("1\n2\n", "no line holds an object with a key; line 1: not a JSON object"),
    ],
)
def test_a_file_without_objects_is_refused(tmp_path: Path, text: str, culprit: str):
    with pytest.raises(UnreadableFileError, match=culprit):
        read(tmp_path, text)


def test_more_keys_than_columns_allowed_are_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="more than 5 different keys"):
        read(tmp_path, lines({f"key{n}": n for n in range(6)}), max_columns=5)


def test_staged_and_in_memory_tables_are_the_same(tmp_path: Path):
    text = lines(*[{"a": n, "b": n} for n in range(30_000)], {"a": "x"}, {"b": 2.5, "c": [1]})

    whole = read(tmp_path, text)
    staged = read(tmp_path, text, in_memory_bytes=1000)

    assert (whole.is_in_memory, staged.is_in_memory) == (True, False)
    assert staged.lazy.collect().equals(whole.lazy.collect())
    assert staged.lazy.collect_schema() == whole.lazy.collect_schema()
