"""Line ends: every mix of them ends rows, and none of their signs stays in a value."""

import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.csv.format import TextFormat
from dmaic_assets.table.csv.text import RowReader
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

ENDS = ["\n", "\r\n", "\r\r\n", "\r"]
NAMES = {",": "stock.csv", "\t": "stock.tsv", ";": "stock.csv"}


def ended(lines: list[str], ends: list[str]) -> str:
    return "".join(line + end for line, end in zip(lines, itertools.cycle(ends)))


@pytest.mark.parametrize("delimiter", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "ends", [["\r\r\n"], ["\r\n", "\r\r\n"], ["\n", "\r\r\n"], ["\r", "\r\r\n"], ENDS, ENDS[::-1]]
)
def test_no_sign_of_a_line_end_stays_in_a_value(
    tmp_path: Path, delimiter: str, encoding: str, ends: list[str]
):
    rows = [(f"k{n}", f"{n * 7}", "ja" if n % 3 else "nö") for n in range(300)]
    lines = [delimiter.join(row) for row in (("key", "stock", "open"), *rows)]
    content = ended(lines, ends).encode(encoding)

    table = read_bytes(tmp_path, content, name=NAMES[delimiter])

    assert table.columns == ("key", "stock", "open")
    assert rows_of(table) == rows
    assert table.malformed == ()


@pytest.mark.parametrize("form", [TextFormat(",", is_spaced=True), TextFormat(",", escape="\\")])
def test_unusual_formats_end_their_rows_alike(form: TextFormat):
    lines = [f"a{n}, b{n}" if form.is_spaced else f"a{n},b{n}" for n in range(50)]
    reader = RowReader("f", form, ["x", "y"], line=2, encoding="utf-8")

    reader.feed("".join(f"{line}\r\r\n" for line in lines).encode(), is_last=True)

    frame = reader.take()
    assert frame is not None
    assert frame["y"].to_list() == [f"b{n}" for n in range(50)]


@pytest.mark.parametrize("end", ENDS)
def test_a_single_column_has_one_row_per_line(tmp_path: Path, end: str):
    lines = ["town", *(f"Town {n}" for n in range(50)), "", "Last"]

    table = read_bytes(tmp_path, "".join(line + end for line in lines).encode())

    assert [row[0] for row in rows_of(table)] == [*lines[1:51], None, "Last"]


def test_returns_inside_quotes_are_a_value_and_blank_lines_are_no_rows(tmp_path: Path):
    content = b'id,text\r\r\n1,"two\r\r\nlines"\r\r\n\r\r\n2,"x"\r\r\n3,plain\r\r\n'

    table = read_bytes(tmp_path, content)

    assert rows_of(table) == [("1", "two\r\r\nlines"), ("2", "x"), ("3", "plain")]
    assert "1 blank lines were passed over" in table.notes


def test_a_malformed_row_keeps_its_line_and_no_return(tmp_path: Path):
    table = read_bytes(tmp_path, b"a,b\r\r\n1,2\r\r\n3\r\r\n5,6\r\r\n")

    assert [(bad.row, bad.line, bad.raw) for bad in table.malformed] == [(1, 3, "3")]


@given(
    ends=st.lists(st.sampled_from(ENDS), min_size=1, max_size=7),
    quoted=st.booleans(),
    size=st.integers(1, 40),
)
@settings(max_examples=40, deadline=None)
def test_every_mix_of_line_ends_gives_the_same_rows(ends: list[str], quoted: bool, size: int):
    mark = '"' if quoted else ""
    rows = [(f"{n}", f"v{n}") for n in range(size)]
    lines = ["n,v", *(f"{n},{mark}{v}{mark}" for n, v in rows)]

    with tempfile.TemporaryDirectory() as folder:
        table = read_bytes(Path(folder), ended(lines, ends).encode())

        assert (table.columns, rows_of(table)) == (("n", "v"), rows)


@pytest.mark.parametrize("cr_ends_rows", [True, False])
@pytest.mark.parametrize("columns", [1, 2])
def test_a_line_end_may_be_cut_at_any_sign(columns: int, cr_ends_rows: bool):
    ends = ENDS if cr_ends_rows else ENDS[:3]
    lines = [f"a{n}" if columns == 1 else f"a{n},{n}" for n in range(8)]
    data = ended(lines, ends).encode()
    form = TextFormat(",", cr_ends_rows=cr_ends_rows)
    names = ["x", "y"][:columns]

    for cut in range(len(data)):
        reader = RowReader("f", form, names, line=2, encoding="utf-8")
        left = reader.feed(data[:cut], is_last=False)
        reader.feed(left + data[cut:], is_last=True)
        frame = reader.take()

        assert frame is not None
        assert [",".join(row) for row in frame.rows()] == lines
        assert (reader.malformed, reader.blank_lines) == ([], 0)
