"""Headers: where a table starts, and what its columns are called."""

import pytest

from dmaic_assets.table.csv.dialect_score import split_records
from dmaic_assets.table.csv.format import TextFormat
from dmaic_assets.table.csv.header import find_layout
from dmaic_assets.table.csv.heading import looks_like_header
from dmaic_assets.table.read.column_names import clean_names


@pytest.mark.parametrize(
    ("lines", "is_header"),
    [
        ("id,name|1,a|2,b", True),
        ("1,a|2,b|3,c", False),
        ("id|1|2", True),
        ("1|2|3", False),
        ("name,city|Ann,Rome|Bob,Oslo", True),
        ("Ann,Rome|Bob,Oslo|Ann,Rome|Bob,Oslo|Cy,Rome", False),
        ("country,2019,2020|DE,5,6|FR,7,8", True),
        ("2019,2020|2021,2022|2023,2024", False),
        ("code,kind|AB1,x|AB2,y|AB3,x", True),
        (",a,b|0,x,1|1,y,2", True),
        ("a,b", True),
        ("1,2", False),
        ("1,b,c", True),
        ("y,x|1,2|3,4", True),
        ("2024-01-01,5|2024-01-02,6", False),
    ],
)
def test_a_first_row_is_weighed(lines: str, is_header: bool):
    first, *rows = [[c or None for c in line.split(",")] for line in lines.split("|")]

    assert looks_like_header(first, rows) is is_header


def layout(text: str, width: int, **known):
    records = split_records(text, TextFormat(","), is_whole=True)
    return find_layout(records, width, **{"has_header": None, **known})


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a,b\n1,2\n", 0),
        ("Report of today\n\na,b\n1,2\n3,4\n", 2),
        ("Report\nby me\na,b,c\n1,2,3\n", 2),
        ("\n\na,b\n1,2\n", 2),
        ("Report,2024,x\n\na,b\n1,2\n3,4\n", 2),
        ("k,v,w\na,b\n1,2\n3,4\n", 1),
        ("a,b,c\n1,2\n3,4\n", 0),
    ],
)
def test_lines_above_the_table_are_found(text: str, first: int):
    width = 3 if "c\n1,2,3" in text else 2

    assert layout(text, width).first == first


def test_stated_things_are_taken_as_stated():
    assert layout("1,2\n3,4\n", 2, has_header=True).has_header
    assert not layout("a,b\n3,4\n", 2, has_header=False).has_header
    assert layout("x\na,b\n1,2\n", 2, has_preamble=False).first == 0


@pytest.mark.parametrize(
    ("text", "width", "columns", "is_shifted"),
    [
        ("a,b\n1,2\n3,4\n", 2, 2, False),
        ("a,b\n1,2,\n3,4,\n", 3, 3, False),
        ("a,b,,\n1,2\n3,4\n", 2, 2, False),
        ("a,b\n1,x,5\n2,y,6\n3,z,7\n", 3, 3, True),
        ("a,b\nk,x,5\nl,y,6\n", 3, 2, False),
        ("a,b,c\n1,2\n3,4\n", 2, 3, False),
    ],
)
def test_a_header_of_another_width_is_judged_by_the_rows(
    text: str, width: int, columns: int, is_shifted: bool
):
    found = layout(text, width)

    assert (found.width, found.is_shifted) == (columns, is_shifted)


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (["a", "b"], ("a", "b")),
        (["a", "a", "a"], ("a", "a_2", "a_3")),
        (["a", "a", "a_2"], ("a", "a_3", "a_2")),
        (["Id", "ID"], ("Id", "ID_2")),
        ([" a ", "b  c", "d\ne"], ("a", "b c", "d e")),
        (["", None, "x"], ("column_1", "column_2", "x")),
        (["", "column_1"], ("column_1_2", "column_1")),
        (["_dmaic_row", "x"], ("source_dmaic_row", "x")),
        (['we"ird', "sel.ect", "😀", "order"], ('we"ird', "sel.ect", "😀", "order")),
        (["^a$", "a", "*", "^a$_"], ("^a$__2", "a", "*_", "^a$_")),
        (["Unnamed: 0", "x"], ("Unnamed: 0", "x")),
    ],
)
def test_names_are_there_and_different(raw: list, names: tuple):
    assert clean_names(raw)[0] == names


def test_what_was_changed_is_told():
    _, notes = clean_names(["", "a", "a"])

    assert notes == (
        "columns without a name were named column_1",
        "columns were renamed: a -> a_2",
    )
