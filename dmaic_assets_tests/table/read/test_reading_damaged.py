"""Damaged delimited files: what becomes of each kind, to the row and the column."""

import gzip
from pathlib import Path

import pytest

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.csv import text as csv_text
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

HEAD = b"id,name,price\n"


def bad_rows(table):
    return [(bad.row, bad.line, bad.column, bad.reason, bad.raw) for bad in table.malformed]


@pytest.mark.parametrize(
    ("content", "culprit"),
    [
        (b"", "holds no bytes"),
        (b"\xef\xbb\xbf", "holds nothing but a byte order mark"),
        (b"\xff\xfe", "holds nothing but a byte order mark"),
        (b" \n\t\r\n", "holds nothing but white space"),
        (b"\0\0\0\0\n", "holds nothing but NUL bytes and white space"),
        (b'a,"b\n1,2\n', r"the header \(line 1\): the quoting of column 2 is broken"),
        (b"a\0,b\n1,2\n3,4\n", r"the header \(line 1\), column 1: a NUL byte"),
        (b"PK\x03\x04rest", "is a ZIP archive or an Excel workbook, not text"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"<!DOCTYPE html><html></html>", "is an HTML page"),
    ],
)
def test_a_file_without_a_table_is_refused(tmp_path: Path, content: bytes, culprit: str):
    with pytest.raises(UnreadableFileError, match=culprit) as caught:
        read_bytes(tmp_path, content)

    assert caught.value.subject.endswith("orders.csv")
    assert caught.value.fix


@pytest.mark.parametrize(
    "content", [b"id,name\n", b"id,name", b"id,name\r\n\r\n", b"\xef\xbb\xbfid,name\n"]
)
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: bytes):
    table = read_bytes(tmp_path, content)

    assert table.columns == ("id", "name")
    assert rows_of(table) == []
    assert table.total_rows == 0
    assert "the file has a header and no rows" in table.notes


def test_too_few_and_too_many_fields_are_set_apart_with_their_place(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a,5\n2,b\n3,c,6\n4,d,7,x\n\n5,e,8\n")

    assert rows_of(table) == [("1", "a", "5"), ("3", "c", "6"), ("5", "e", "8")]
    assert bad_rows(table) == [
        (1, 3, "price", "2 fields where the header has 3", "2,b"),
        (3, 5, "price", "4 fields where the header has 3", "4,d,7,x"),
    ]
    assert table.data_rows().to_list() == [0, 2, 4]
    assert table.malformed_share == 2 / 5
    assert "1 blank lines were passed over" in table.notes


def test_one_field_too_few_and_one_too_many_do_not_make_up_for_each_other(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a,5\n2,b\n3,c,6,y\n" + b"4,d,7\n" * 5)

    assert [bad.row for bad in table.malformed] == [1, 2]


def test_a_field_missing_at_the_end_is_not_filled_with_a_null(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a,5\n" * 1000 + b"2,b\n" + b"3,c,6\n" * 1000)

    assert table.row_count == 2000
    assert [(bad.row, bad.line, bad.column) for bad in table.malformed] == [(1000, 1002, "price")]


def test_a_file_of_malformed_rows_is_no_exception(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a\n2,b\n3,c\n")

    assert rows_of(table) == []
    assert table.malformed_share == 1.0


@pytest.mark.parametrize(
    ("tail", "column", "reason"),
    [
        (b"9,z", "price", "2 fields where the header has 3; the file ends inside this row"),
        (b'9,"z', "name", "a quoted field is never closed; the file ends inside this row"),
        (b'9,"z\nmore', "name", "a quoted field is never closed; the file ends inside this row"),
    ],
)
def test_a_cut_last_row_is_set_apart(tmp_path: Path, tail: bytes, column: str, reason: str):
    table = read_bytes(tmp_path, HEAD + b"1,a,5\n2,b,6\n" + tail)

    assert table.row_count == 2
    assert bad_rows(table) == [(2, 4, column, reason, tail.decode())]


def test_a_last_row_without_line_end_is_whole(tmp_path: Path):
    assert rows_of(read_bytes(tmp_path, HEAD + b"1,a,5")) == [("1", "a", "5")]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b'1,a,5\n2,"b,6\n3,c,7\n4,d,8\n')

    assert [row[0] for row in rows_of(table)] == ["1", "3", "4"]
    assert bad_rows(table) == [(1, 3, "name", "a quoted field is never closed", '2,"b,6')]


def test_text_behind_a_closing_quote_costs_one_row(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b'1,"a"x,5\n2,"say "hi"",6\n3,"c",7\n')

    assert rows_of(table) == [("3", "c", "7")]
    reason = "text stands behind the closing quote of a field"
    assert [(bad.row, bad.column, bad.reason) for bad in table.malformed] == [
        (0, "name", reason),
        (1, "name", reason),
    ]


def test_a_broken_field_over_several_lines_takes_its_lines_along(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b'1,"a\nb"x,5\n2,c,6\n')

    assert rows_of(table) == [("2", "c", "6")]
    assert [(bad.line, bad.raw) for bad in table.malformed] == [(2, '1,"a\nb"x,5')]


def test_a_quote_inside_an_unquoted_field_is_a_value(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b'1,12" pipe,5\n2,"b",6\n')

    assert rows_of(table) == [("1", '12" pipe', "5"), ("2", "b", "6")]
    assert "1 rows have quotes inside unquoted fields; kept" in table.notes


def test_nul_bytes_set_their_row_apart(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a\0b,5\n2,b,6\n\0\0\0\0")

    assert rows_of(table) == [("2", "b", "6")]
    assert [(bad.row, bad.column, bad.reason) for bad in table.malformed] == [
        (0, "name", "a NUL byte"),
        (2, "id", "a NUL byte; the file ends inside this row"),
    ]


def test_an_undecodable_byte_sets_its_row_apart(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + "1,é,5\n2,ö,6\n".encode() + b"3,\xff,7\n4,d,8\n")

    assert [row[1] for row in rows_of(table)] == ["é", "ö", "d"]
    assert bad_rows(table) == [
        (2, 4, "name", "the byte 0xFF is not valid utf-8", r"3,\xff,7"),
    ]


def test_a_byte_that_a_stated_encoding_does_not_have_sets_its_row_apart(tmp_path: Path):
    table = read_bytes(tmp_path, HEAD + b"1,a,5\n2,\x81,6\n", encoding="cp1252")

    assert rows_of(table) == [("1", "a", "5")]
    assert table.malformed[0].reason == "the byte 0x81 is not valid cp1252"
    assert table.malformed[0].raw == r"2,\x81,6"


def test_utf_16_that_ends_in_half_a_letter_loses_only_that_row(tmp_path: Path):
    content = "id,name\n1,a\n2,b\n3,c".encode("utf-16")[:-1]

    table = read_bytes(tmp_path, content)

    assert rows_of(table) == [("1", "a"), ("2", "b")]
    assert "not valid utf-16-le" in table.malformed[0].reason


def test_a_cut_gzip_stream_is_refused_whole(tmp_path: Path):
    content = gzip.compress(HEAD + b"1,a,5\n" * 20000)

    with pytest.raises(UnreadableFileError, match="ends early"):
        read_bytes(tmp_path, content[:-40], name="orders.csv.gz")


@pytest.mark.parametrize(("place", "byte"), [(-5, b"\x00"), (14, b"\xff\xff\xff")])
def test_a_damaged_gzip_stream_is_refused(tmp_path: Path, place: int, byte: bytes):
    content = bytearray(gzip.compress(HEAD + b"1,a,5\n2,b,6\n"))
    content[place : place + len(byte) or None] = byte

    with pytest.raises(UnreadableFileError, match="gzip stream"):
        read_bytes(tmp_path, bytes(content), name="orders.csv.gz")


def test_a_file_that_vanished_or_grew_since_it_was_found_is_refused(tmp_path: Path):
    file = read_bytes(tmp_path, HEAD + b"1,a,5\n").file

    with file.path.open("ab") as handle:
        handle.write(b"2,b")
    with pytest.raises(UnreadableFileError, match="has 23 bytes now and had 20"):
        read_table(file, ReadOptions(), IntakeSettings(), staging=tmp_path)
    file.path.unlink()
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_table(file, ReadOptions(), IntakeSettings(), staging=tmp_path)


def test_more_columns_than_allowed_are_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="has 3 columns, more than 2"):
        read_bytes(tmp_path, HEAD + b"1,a,5\n", max_columns=2)


def test_a_row_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_text, "MAX_RECORD_BYTES", 1000)

    with pytest.raises(UnreadableFileError, match=r"row 1 \(line 3\) is longer than 1,000 bytes"):
        reader = csv_text.RowReader("f", csv_text.TextFormat(","), ["a"], line=2, encoding="utf-8")
        left = reader.feed(b"x\n" + b"y" * 900, is_last=False)
        reader.feed(left + b"y" * 900, is_last=False)


def test_a_quote_without_end_is_given_up_within_bounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_text, "MAX_RECORD_BYTES", 1000)
    reader = csv_text.RowReader("f", csv_text.TextFormat(","), ["a", "b"], line=2, encoding="utf-8")

    left = reader.feed(b'1,"x\n' + b"2,y\n" * 300, is_last=False)
    reader.feed(left, is_last=True)

    frame = reader.take()
    assert frame is not None
    assert frame.height == 300
    assert [(bad.row, bad.line) for bad in reader.malformed] == [(0, 2)]


def test_hardly_any_row_fitting_is_refused_with_the_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csv_text, "MAX_MALFORMED", 10)
    reader = csv_text.RowReader("f", csv_text.TextFormat(","), ["a", "b"], line=2, encoding="utf-8")

    with pytest.raises(
        UnreadableFileError, match=r"more than 10 rows .* row 1 \(line 3\): 1 field"
    ):
        reader.feed(b"1,2\n" + b"x\n" * 20, is_last=True)


def test_a_thousand_columns_are_read(tmp_path: Path):
    names = ",".join(f"c{number}" for number in range(1000))
    row = ",".join(str(number) for number in range(1000))

    table = read_bytes(tmp_path, f"{names}\n{row}\n{row},x\n{row}\n".encode())

    assert (len(table.columns), table.row_count) == (1000, 2)
    assert rows_of(table)[1][999] == "999"
    assert [bad.row for bad in table.malformed] == [1]


@pytest.mark.parametrize("is_quoted", [True, False])
def test_one_giant_field_is_read(tmp_path: Path, is_quoted: bool):
    giant = "line, of\ntext " * 800_000 if is_quoted else "text " * 2_000_000
    cell = f'"{giant}"' if is_quoted else giant

    table = read_bytes(tmp_path, f"id,text\n1,{cell}\n2,x\n".encode())

    assert rows_of(table) == [("1", giant), ("2", "x")]
    assert table.malformed == ()


POLLUTED = {
    "blank lines at the end": (HEAD + b"1,a,5\n2,b,6\n\n\n", 2, 0),
    "a footnote": (HEAD + b"1,a,5\n2,b,6\n2 rows selected\n", 2, 1),
    "a second table": (HEAD + b"1,a,5\n2,b,6\n3,c,7\n\nx,y\n1,2\n", 3, 2),
    "a title": (b"Prices of today\n" + HEAD + b"1,a,5\n2,b,6\n", 2, 0),
    "another delimiter in one row": (HEAD + b"1,a,5\n2;b;6\n3,c,7\n", 2, 1),
    "a quote too many in one row": (HEAD + b'1,a,5\n2,"b"",6\n3,c,7\n4,d,8\n', 3, 1),
    "a delimiter behind every row": (HEAD + b"1,a,5,\n2,b,6,\n", 2, 0),
    "line ends mixed": (b"id,name,price\r\n1,a,5\n2,b,6\r3,c,7\r\n", 3, 0),
    "blanks around quotes": (HEAD + b'1, "a, b" ,5\n2,"c",6\n', 2, 0),
    "a byte order mark": (b"\xef\xbb\xbf" + HEAD + b"1,a,5\n", 1, 0),
}


@pytest.mark.parametrize("case", POLLUTED)
def test_usual_pollution_loses_nothing(tmp_path: Path, case: str):
    content, good, bad = POLLUTED[case]

    table = read_bytes(tmp_path, content)

    rows = rows_of(table)
    assert table.columns[:3] == ("id", "name", "price")
    assert (len(rows), len(table.malformed)) == (good, bad)
    assert [row[0] for row in rows[:1]] == ["1"]
