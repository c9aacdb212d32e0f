"""Lines above a table: what says that they are no part of it, and that they are kept."""

from pathlib import Path

import pytest

from dmaic_assets.table.text_table import LineAbove
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

BODY = "port,load\nOslo,4\nKiel,17\nRiga,23\n"
TOWNS = "port,land\nOslo,NO\nKiel,DE\nRiga,LV\n"
WIDE = "port,q1,q2,q3,q4\nOslo,1,2,3,4\nKiel,5,6,7,8\n"
ABOVE = {
    "a comment with as many fields": ("# Source: pilots, 2024\n", BODY),
    "several comments": ("# Cargo\n# Source: pilots, Oslo\n# Unit: t\n", BODY),
    "comments with quotes": ('# a "loud, note" by y\n#\n# it is 9" deep\n', BODY),
    "other comment signs": ("% made by till 4\n// twice\n", BODY),
    "a comment above text": ("# Source: pilots, Oslo\n", TOWNS),
    "a comment with a year above text": ("# Cargo,2024\n", TOWNS),
    "a report line": ("Cargo of ports, week 12\n\n", BODY),
    "a report line above text": ("Cargo of ports, week 12\n\n", TOWNS),
    "a report line without a blank one": ("Cargo of ports, week 12\n", BODY),
    "a quoted report line": ('"Printed on May 4","2024"\n\n', BODY),
    "several report lines": ("Report,Cargo\nDay,2024-05-01\n\n", BODY),
    "names of groups": (",2023,,2024,\n", WIDE),
    "repeated names of groups": ("Site,Old,Old,New,New\n", WIDE),
    "a title": ("Cargo\n", BODY),
    "a title above a wide text": ("All ports\n", "a,b,c\nx,y,z\nu,v,w\nr,s,t\n"),
    "a spreadsheet's title and empty row": ("All ports,,,,\n,,,,\n", WIDE),
    "a spreadsheet's titles and empty rows": (
        "All ports,,\nWeek 12,,\n,,\n,,\n",
        "a,b,c\nx,y,1\nu,v,2\nr,s,3\n",
    ),
    "a spreadsheet's title above text": ("All ports,,\n,,\n", "a,b,c\nx,y,z\nu,v,w\nr,s,t\n"),
    "a spreadsheet's empty row": (",,,,\n", WIDE),
    "all of them": ("# till 4\nCargo of ports, week 12\n\n,2023,,2024,\n", WIDE),
}
FORMS = {
    "comma": (",", "utf-8", "cargo.csv"),
    "tab": ("\t", "utf-8-sig", "cargo.tsv"),
    "semicolon": (";", "utf-16", "cargo.csv"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", ABOVE)
def test_lines_above_a_table_are_told_and_kept(tmp_path: Path, case: str, form: str):
    delimiter, encoding, name = FORMS[form]
    above, body = (text.replace(",", delimiter) for text in ABOVE[case])

    table = read_bytes(tmp_path, (above + body).encode(encoding), name=name)

    first, *rows = [tuple(line.split(delimiter)) for line in body.splitlines()]
    assert (table.columns, rows_of(table), table.malformed) == (first, rows, ())
    assert [line.raw for line in table.above] == [
        line for line in above.splitlines() if line.strip()
    ]


FIRST = {
    "a name with a comment sign": "#port,load\nOslo,4\nKiel,5\n",
    "names behind a comment sign": "# x,y\n1,2\n3,4\n",
    "rows with a comment sign": "#port,land\n#1,NO\n#2,DE\n",
    "a row of units": "port,load\nname,t\nOslo,4\nKiel,17\n",
    "a missing value in the first row": "port,load\nOslo,n/a\nKiel,17\nRiga,4\n",
    "an empty row behind the heading": "port,load\n,\nOslo,4\nKiel,17\n",
    "an empty row behind the heading of text": "port,land,sea\n,,\nOslo,NO,N\nKiel,DE,E\n",
    "a blank line behind the heading": "port,land\n\nOslo,NO\nKiel,DE\n",
    "a blank line behind rows": "port,load\nOslo,4\n\nKiel,17\nRiga,5\n",
    "a spaced heading": "port, land\nOslo,NO\nKiel,DE\n",
    "a total below": "port,load\nOslo,4\nKiel,17\n\nTotal,21\n",
}


@pytest.mark.parametrize("case", FIRST)
def test_without_evidence_the_first_line_is_the_heading(tmp_path: Path, case: str):
    table = read_bytes(tmp_path, FIRST[case].encode())

    assert table.above == ()
    assert table.columns == tuple(name.strip() for name in FIRST[case].splitlines()[0].split(","))


SINGLE = {
    "text": ["Lyon", "Turin", *["Bend, OR"] * 30],
    "text with numbers": ["Lyon", "Bend, 97701", "Reno, 89501", "Ames, 50010"],
    "decimal commas": ["1", "2", *(f"{n},5" for n in range(20))],
    "paths": ["root", "home", *(f"a{n}|b{n}" for n in range(20))],
    "a comment sign": ["#a", "b", "#c", "Bend, OR"],
    "rows that a delimiter would split": ["Lyon", *["a;b;c"] * 20, "a;b"],
}


@pytest.mark.parametrize("case", SINGLE)
def test_a_delimiter_in_later_values_is_a_part_of_them(tmp_path: Path, case: str):
    table = read_bytes(tmp_path, "\n".join(["town", *SINGLE[case]]).encode())

    assert (table.columns, table.above) == (("town",), ())
    assert [row[0] for row in rows_of(table)] == SINGLE[case]


def test_each_line_has_its_number_and_its_reason(tmp_path: Path):
    table = read_bytes(tmp_path, b"# till 4\r\n\r\nCargo of \xff\r\n\r\na,b\r\n1,2\r\n3,4\r\n")

    table_word = "above the table, which starts in line 5"
    assert table.above == (
        LineAbove(1, f"a comment {table_word}", "# till 4"),
        LineAbove(3, f"a line {table_word}", "Cargo of ÿ"),
    )


def test_lines_that_a_person_skips_are_kept_too(tmp_path: Path):
    table = read_bytes(tmp_path, b"x,y\nsep=;\na;b\n1;2\n3;4\n", skip_lines=1)

    assert [(line.line, line.raw) for line in table.above] == [(1, "x,y"), (2, "sep=;")]
    assert all(line.reason.startswith("a skipped line") for line in table.above)


def test_a_stated_delimiter_is_no_part_of_values(tmp_path: Path):
    table = read_bytes(tmp_path, b"Ports\nport,land\nOslo,NO\nKiel,DE\n", delimiter=",")

    assert table.columns == ("port", "land")
    assert [line.raw for line in table.above] == ["Ports"]


def test_a_single_column_has_comments_too(tmp_path: Path):
    table = read_bytes(tmp_path, b"# loads of May\nload\n4\n17\n")

    assert (table.columns, rows_of(table)) == (("load",), [("4",), ("17",)])
    assert [line.raw for line in table.above] == ["# loads of May"]


def test_names_behind_marked_lines_are_the_heading(tmp_path: Path):
    text = b"##format=1\n##field=<a,b>\n#PORT\tLOAD\n20\t1\n20\t2\n"

    table = read_bytes(tmp_path, text, name="cargo.tsv")

    assert table.columns == ("#PORT", "LOAD")
    assert len(table.above) == 2


def test_a_heading_one_name_short_is_no_line_above(tmp_path: Path):
    table = read_bytes(tmp_path, b"load\n1\t5\n2\t7\n3\t9\n", name="cargo.tsv")

    assert (table.columns, table.above) == (("column_1", "load"), ())


def test_staged_files_keep_their_lines(tmp_path: Path):
    text = ("# till 4\n" + BODY).encode()

    tables = [read_bytes(tmp_path, text, in_memory_bytes=0) for _ in range(2)]

    assert [len(table.above) for table in tables] == [1, 1]
    assert not any(table.is_in_memory for table in tables)


@pytest.mark.parametrize("mark", ["--", "#", "//"])
def test_a_mark_without_words_is_a_value_of_its_row(tmp_path: Path, mark: str):
    text = f"{mark},4\n{mark},17\nOslo,23\nKiel,9\n"

    table = read_bytes(tmp_path, text.encode(), name="cargo.csv")

    assert (table.row_count, table.above) == (4, ())
