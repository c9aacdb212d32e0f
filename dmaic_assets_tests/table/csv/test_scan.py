"""The scan and the tokenizer: two readings of one definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.csv import scan as csv_scan
from dmaic_assets.table.csv.exact import Tokenizer
from dmaic_assets.table.csv.format import TextFormat
from dmaic_assets.table.csv.scan import Scan, measure_records, scan
from dmaic_assets.table.csv.text import RowReader

COMMA = TextFormat(",")


def signs(text: bytes):
    return np.frombuffer(text, np.uint8)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", Scan(0, 0, 0, 0, None)),
        (b"no end", Scan(0, 0, 0, 0, None)),
        (b"a,b\n", Scan(4, 1, 1, 1, None)),
        (b"a,b\nc", Scan(4, 1, 1, 1, None)),
        (b"a,b\nc,d,e", Scan(4, 1, 1, 1, None)),
        (b'"a,b"\n', Scan(6, 1, 0, 1, None)),
        (b'"a\nb",c\n', Scan(8, 1, 1, 2, None)),
        (b'"a""b",c\n', Scan(9, 1, 1, 1, None)),
        (b'"",""\r\n', Scan(7, 1, 1, 1, None)),
        (b'a,"b\nc', Scan(0, 0, 0, 0, None)),
        (b'x\na"b\n', Scan(2, 1, 0, 1, 3)),
        (b'x\n"a"b\n', Scan(2, 1, 0, 1, 4)),
        (b'x\n "a"\n', Scan(2, 1, 0, 1, 3)),
    ],
)
def test_a_scan_measures_whole_regular_records_and_stops_at_trouble(text: bytes, found: Scan):
    assert scan(signs(text), COMMA) == found


def test_an_escape_is_trouble_only_where_it_means_something():
    text = b"a\\b\n"

    assert scan(signs(text), COMMA).trouble is None
    assert scan(signs(text), TextFormat(",", escape="\\")).trouble == 1


def test_without_a_quote_sign_quotes_are_plain():
    assert scan(signs(b'"a,b\n'), TextFormat(",", quote=None)) == Scan(5, 1, 1, 1, None)


@given(st.lists(st.sampled_from([b"a", b",", b'"', b'""', b"\n", b"\r\n"]), max_size=120))
@settings(max_examples=50, deadline=None)
def test_the_scan_does_not_depend_on_the_size_of_its_steps(parts: list[bytes]):
    text = b"".join(parts)
    whole = scan(signs(text), COMMA)
    records = measure_records(signs(text[: whole.end]), COMMA)

    step, csv_scan._STEP = csv_scan._STEP, 8
    try:
        in_steps = scan(signs(text), COMMA)
        records_in_steps = measure_records(signs(text[: whole.end]), COMMA)
    finally:
        csv_scan._STEP = step

    assert in_steps == whole
    assert [r.tolist() for r in records_in_steps] == [r.tolist() for r in records]


PIECES = ["a", "é", '"', ",", "\n", " ", "\r\n", "\0", '","', '"\n', '""', "\r", "\\", '\\"', ", "]
FORMS = [
    COMMA,
    TextFormat(",", escape="\\"),
    TextFormat(",", is_spaced=True),
    TextFormat(",", cr_ends_rows=True),
    TextFormat(",", quote=None),
    TextFormat(",", quote=None, is_spaced=True, cr_ends_rows=True),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map(lambda p: "".join(p).encode())


def _read(
    text: bytes, form: TextFormat = COMMA, *, cuts: int | None = None, is_exact: bool = False
):
    reader = RowReader("f", form, ["x", "y"], line=1, encoding="utf-8")
    if is_exact:
        reader._read_whole(text)
    elif cuts is None:
        reader.feed(text, is_last=True)
    else:
        left = b""
        for start in range(0, len(text), cuts):
            left = reader.feed(left + text[start : start + cuts], is_last=False)
        reader.feed(left, is_last=True)
    frame = reader.take()
    rows = [] if frame is None else frame.rows()
    return rows, reader.malformed, reader.rows, reader.blank_lines, reader.stray_quotes


@pytest.mark.parametrize("form", FORMS)
@given(text=TEXTS)
@settings(max_examples=50, deadline=None)
def test_the_fast_ways_read_exactly_what_the_definition_says(form: TextFormat, text: bytes):
    assert _read(text, form) == _read(text, form, is_exact=True)


@pytest.mark.parametrize("form", FORMS)
@given(text=TEXTS, cuts=st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_where_the_text_is_cut_into_blocks_changes_nothing(
    form: TextFormat, text: bytes, cuts: int
):
    assert _read(text, form, cuts=cuts) == _read(text, form)


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_rows_malformed_rows_and_blank_lines_are_all_records_there_are(text: bytes):
    rows, malformed, count, _, _ = _read(text)

    assert count == len(rows) + len(malformed)
    assert sorted({bad.row for bad in malformed}) == [bad.row for bad in malformed]
    assert all(0 <= bad.row < count and bad.line >= 1 for bad in malformed)


@pytest.mark.parametrize(
    ("form", "text", "fields"),
    [
        (COMMA, "a,,b\n", ["a", None, "b"]),
        (COMMA, '"",x\n', ["", "x"]),
        (COMMA, '"a""b","c,d"\n', ['a"b', "c,d"]),
        (COMMA, 'a"b,c\n', ['a"b', "c"]),
        (COMMA, 'x, "a,b" ,y\n', ["x", "a,b", "y"]),
        (COMMA, "a\rb,c\r\n", ["a\rb", "c"]),
        (COMMA, "a,b", ["a", "b"]),
        (COMMA, "\n", [None]),
        (TextFormat("\t"), '\t"a\tb"\n', [None, "a\tb"]),
        (TextFormat(" "), 'a  "b c"\n', ["a", None, "b c"]),
        (TextFormat(";", "'"), "'a;b';\"\n", ["a;b", '"']),
        (TextFormat(",", None), '"a,b"\n', ['"a', 'b"']),
        (TextFormat(",", escape="\\"), '"a\\"b",c\\,d\n', ['a"b', "c,d"]),
        (TextFormat(",", escape="\\"), '"a\\\\",\\n\n', ["a\\", "\\n"]),
        (TextFormat(",", escape="\\"), "a,b\\", ["a", "b\\"]),
        (TextFormat(",", None, escape="\\"), "a\\\nb,c\n", ["a\nb", "c"]),
        (TextFormat(",", is_spaced=True), 'a, b,  c, "d"\n', ["a", "b", " c", "d"]),
        (TextFormat(",", cr_ends_rows=True), '"a\nb",c\rd', ["a\nb", "c"]),
    ],
)
def test_a_record_is_taken_apart(form: TextFormat, text: str, fields: list):
    record = Tokenizer(form).next_record(text, 0, is_last=True)

    assert record is not None
    assert record.broken is None
    assert record.fields == fields


@pytest.mark.parametrize(
    ("text", "broken", "fields"),
    [('a,"b\n', "unclosed", 1), ('a,"b"c\n', "after_quote", 1), ('"a" "b"\n', "after_quote", 0)],
)
def test_broken_quoting_is_told_with_its_field(text: str, broken: str, fields: int):
    record = Tokenizer(COMMA).next_record(text, 0, is_last=True)

    assert record is not None
    assert (record.broken, len(record.fields)) == (broken, fields)


@pytest.mark.parametrize("text", ["", "a,b", 'a,"b', 'a,"b"', 'a, "b\n'])
def test_a_record_whose_end_is_not_there_yet_is_waited_for(text: str):
    assert Tokenizer(COMMA).next_record(text, 0, is_last=False) is None
