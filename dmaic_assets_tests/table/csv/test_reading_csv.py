"""Undamaged delimited files: values as they stand, and what the file says of itself."""

import gzip
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import Dialect
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of


def test_values_stand_as_they_do_in_the_file(tmp_path: Path):
    cells = ["007", "1e5", "01/02/2024", " x ", "1,5", "-0", "NULL", "+49 30", "0x1F", "1.10", "ß"]
    line = ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)

    table = read_bytes(
        tmp_path, f"{','.join(f'c{n}' for n in range(len(cells)))}\n{line}\n{line}\n".encode()
    )

    assert rows_of(table) == [tuple(cells)] * 2
    assert set(table.lazy.collect_schema().dtypes()) == {pl.String()}
    assert table.is_text


def test_nothing_is_null_and_quoted_nothing_is_empty_text(tmp_path: Path):
    table = read_bytes(tmp_path, b'a,b,c\n,"",x\n"",,\n')

    assert rows_of(table) == [(None, "", "x"), ("", None, None)]


def test_quotes_are_unescaped_and_inner_line_ends_kept(tmp_path: Path):
    table = read_bytes(tmp_path, b'a,b\n"say ""hi""","x\ny\r\nz"\n')

    assert rows_of(table) == [('say "hi"', "x\ny\r\nz")]


def test_the_dialect_is_told(tmp_path: Path):
    table = read_bytes(tmp_path, b"\xef\xbb\xbfReport\r\n\r\nid;name\r\n1;a\r\n2;b\r\n")

    assert table.dialect == Dialect("utf-8", ";", '"', True, "\r\n", has_bom=True, skip_lines=2)
    assert "1 line above the table is no part of it; kept in quarantine" in table.notes


@pytest.mark.parametrize(
    ("content", "newline"),
    [
        (b"a,b\n1,2\n", "\n"),
        (b"a,b\r\n1,2\r\n", "\r\n"),
        (b"a,b\r1,2\r", "\r"),
        (b"a,b\r\n1,2\n", "mixed"),
    ],
)
def test_line_ends_are_told(tmp_path: Path, content: bytes, newline: str):
    table = read_bytes(tmp_path, content)

    assert table.dialect is not None
    assert table.dialect.newline == newline
    assert rows_of(table) == [("1", "2")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32"]
)
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding: str):
    table = read_bytes(tmp_path, "id;näme\n1;é\n2;Zoë\n".encode(encoding))

    assert (table.columns, rows_of(table)) == (("id", "näme"), [("1", "é"), ("2", "Zoë")])


def test_a_late_letter_beyond_ascii_does_not_change_the_rows_before(tmp_path: Path):
    table = read_bytes(tmp_path, b"id,name\n" + b"1,plain\n" * 50_000 + b"2,caf\xe9\n")

    assert rows_of(table)[-1] == ("2", "café")
    assert table.dialect is not None
    assert table.dialect.encoding == "cp1252"


@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.csv"])
def test_gzip_is_told_by_its_signature(tmp_path: Path, name: str):
    content = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")

    assert rows_of(read_bytes(tmp_path, content, name=name)) == [("1", "2"), ("3", "4")]


def test_a_name_that_promises_gzip_may_be_wrong(tmp_path: Path):
    assert rows_of(read_bytes(tmp_path, b"a,b\n1,2\n", name="orders.csv.gz")) == [("1", "2")]


def test_tabs_are_told_by_the_name_and_by_the_text(tmp_path: Path):
    text = b"a\tb\n1,5\t2,5\n"

    assert rows_of(read_bytes(tmp_path, text, name="orders.tsv")) == [("1,5", "2,5")]
    assert rows_of(read_bytes(tmp_path, text, name="orders.csv")) == [("1,5", "2,5")]


def test_columns_are_numbered_without_a_header(tmp_path: Path):
    table = read_bytes(tmp_path, b"1,2.5\n2,3.5\n")

    assert table.columns == ("column_1", "column_2")
    assert table.row_count == 2
    assert "the file has no header; its columns are numbered" in table.notes


def test_doubled_and_missing_names_are_made_unique_and_told(tmp_path: Path):
    table = read_bytes(tmp_path, b",a,a,A,\n0,1,2,3,4\n1,5,6,7,8\n")

    assert table.columns == ("column_1", "a", "a_2", "A_3", "column_5")
    assert any("a -> a_2, A -> A_3" in note for note in table.notes)
    assert any("looks like a row index; it was kept" in note for note in table.notes)


@pytest.mark.parametrize(
    "name", ["a b", 'a"b', "sel.ect", "😀", "order", "group by", "x;y", "naïve", "1st", "%", "a/b"]
)
def test_awkward_names_are_kept(tmp_path: Path, name: str):
    cell = '"' + name.replace('"', '""') + '"'

    table = read_bytes(tmp_path, f"{cell},other\n1,2\n3,4\n".encode(), delimiter=",")

    assert table.columns == (name, "other")


def test_the_platforms_own_names_are_given_way(tmp_path: Path):
    table = read_bytes(tmp_path, b"_dmaic_row,b\n1,2\n")

    assert table.columns == ("source_dmaic_row", "b")


def test_stated_options_win(tmp_path: Path):
    content = b"skip me, please\n# and me\n1;'x;y'\n2;z\n"

    table = read_bytes(tmp_path, content, delimiter=";", quote="'", has_header=False, skip_lines=2)

    assert rows_of(table) == [("1", "x;y"), ("2", "z")]
    assert table.dialect is not None
    assert (table.dialect.skip_lines, table.dialect.has_header) == (2, False)


def test_more_lines_to_skip_than_there_are_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="fewer lines than the 5 to skip"):
        read_bytes(tmp_path, b"a\n1\n", skip_lines=5)


def test_a_separator_line_of_spreadsheets_is_obeyed(tmp_path: Path):
    table = read_bytes(tmp_path, b"sep=|\r\na|b\r\n1,5|2\r\n")

    assert (table.columns, rows_of(table)) == (("a", "b"), [("1,5", "2")])


def test_backslash_escapes_are_read(tmp_path: Path):
    table = read_bytes(tmp_path, b'a,b\n"say \\"hi\\"",1\n"c:\\\\x",2\n"x\\ny",3\nplain,4\n')

    assert [row[0] for row in rows_of(table)] == ['say "hi"', "c:\\x", "x\\ny", "plain"]
    assert table.dialect is not None
    assert table.dialect.escape == "\\"


def test_a_blank_behind_each_delimiter_is_no_value(tmp_path: Path):
    table = read_bytes(tmp_path, b'a, b, c\n1, x, "y, z"\n2, , w\n')

    assert (table.columns, rows_of(table)) == (
        ("a", "b", "c"),
        [("1", "x", "y, z"), ("2", None, "w")],
    )


def test_in_a_single_column_every_line_is_a_row(tmp_path: Path):
    table = read_bytes(tmp_path, b"name\nann\n\nbob, jr\n")

    assert rows_of(table) == [("ann",), (None,), ("bob, jr",)]


def test_a_byte_order_mark_within_the_text_is_a_value(tmp_path: Path):
    table = read_bytes(tmp_path, "a,b\n\ufeffx,1\n".encode())

    assert rows_of(table) == [("\ufeffx", "1")]


def test_a_row_names_column_without_a_name_is_kept(tmp_path: Path):
    table = read_bytes(tmp_path, b"x,y\n1,a,5\n2,b,6\n3,c,7\n")

    assert table.columns == ("column_1", "x", "y")
    assert rows_of(table)[0] == ("1", "a", "5")


@pytest.mark.parametrize(
    "signs", [{"delimiter": "§"}, {"delimiter": "\n"}, {"delimiter": '"', "quote": '"'}]
)
def test_signs_that_cannot_structure_a_text_are_refused(tmp_path: Path, signs: dict):
    with pytest.raises(ValidationError, match=r"cannot be one|is the quote too"):
        read_bytes(tmp_path, b"a,b\n1,2\n", **signs)
