"""Dialects: what a text says of how it is written. Each case is there because it is awkward."""

import csv
import io
import random

import pytest

from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.csv.dialect import detect_format

CASES = {
    "comma": ('a,b\n1,"x, y"\n2,z\n', ",", 2),
    "semicolon with decimal commas": ("a;b\n1,5;2,25\n1,7;3,5\n", ";", 2),
    "semicolon, two columns, no header": ("1,5;2\n2,5;3\n3,5;4\n", ";", 2),
    "tab": ("a\tb\n1\tx, y\n2\tz\n", "\t", 2),
    "pipe with commas in text": ("id|text\n1|a, b, c\n2|d, e\n", "|", 2),
    "blanks between numbers": ("x y z\n1 2 3\n4 5 6\n", " ", 3),
    "colons between fields": ("root:x:0:0\nbin:x:1:1\nsys:x:2:2\n", ":", 4),
    "one column of words": ("name\nalice\nbob\n", None, 1),
    "one column of names with a blank": ("name\nJohn Smith\nJane Doe\n", None, 1),
    "one column of sentences": ("text\nhello, world\nfoo bar\nx, y and z\n", None, 1),
    "one column of decimal commas": ("price\n1,5\n2,5\n3,5\n", None, 1),
    "one column of times": ("time\n10:20:30\n11:20:30\n", None, 1),
    "one column of moments": ("ts\n2020-01-01 10:00\n2020-01-02 10:00\n", None, 1),
    "one column of links": ("url\nhttp://a.b/c\nhttp://d.e/f\n", None, 1),
    "times in comma columns": ("1,12:30:00\n2,12:31:00\n,12:32:00\n", ",", 2),
    "thousands in quotes": ('a,b\n"1,000",x\n"2,000",y\n', ",", 2),
    "ragged rows": ("a,b,c\n1,2,3\n4,5\n6,7,8\n9,1,2,3\n5,5,5\n", ",", 3),
    "empty fields": ("a,b,c\n,,\n1,,\n,2,\n", ",", 3),
    "one line": ("a,b,c\n", ",", 3),
    "key figures with units": ("item;size\nrod;3,5 cm\nbar;4,5 cm\n", ";", 2),
}


@pytest.mark.parametrize("case", CASES)
def test_the_delimiter_is_found(case: str):
    text, delimiter, width = CASES[case]

    best = detect_format(text, "csv", ReadOptions(), is_whole=True).best

    assert best.width == width
    if delimiter is not None:
        assert best.form.delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "quote", "escape"),
    [
        ("a,b\n1,2\n", '"', None),
        ("'a','b'\n'x, y','2'\n", "'", None),
        ("a,b\n'x, y',2\nz,3\n", "'", None),
        ("a,b\nO'Neil,2\nO'Hara,3\n", '"', None),
        ("a,b\n'O''Neil',2\nz,3\n", "'", None),
        ("a,b\n" + "1,2\n" * 50 + "'O''Neil',2\n", "'", None),
        ("a,b\n" + "1,2\n" * 50 + '3,"say \\"x\\""\n', '"', "\\"),
        ('a,b\n"x \\"y\\"",1\n"z",2\n', '"', "\\"),
        ('a,b\n"x ""y""",1\n"c:\\dir\\",2\n', '"', None),
        ("a,b\nx\\,y,1\nz,2\n", '"', "\\"),
        ("a,b\nx\\ny,1\nz,2\n", '"', None),
        ('a\tb\n"open,1\t2\n12" pipe\t3\n', None, None),
    ],
)
def test_quote_and_escape_are_found(text: str, quote: str | None, escape: str | None):
    form = detect_format(text, "csv", ReadOptions(), is_whole=True).best.form

    assert (form.quote, form.escape) == (quote, escape)


@pytest.mark.parametrize(
    ("text", "cr_ends_rows"),
    [
        ("a,b\n1,2\n", False),
        ("a,b\r\n1,2\r\n", False),
        ("a,b\r1,2\r3,4\r", True),
        ("a,b\r\n1,2\r3,4\n5,6\n", True),
        ('a,b\n1,"x\ry"\n2,z\n', False),
        ("a,b\n1,x\ry\n2,z\n", False),
    ],
)
def test_a_carriage_return_ends_rows_only_when_that_makes_rows(text: str, cr_ends_rows: bool):
    form = detect_format(text, "csv", ReadOptions(), is_whole=True).best.form

    assert form.cr_ends_rows is cr_ends_rows


@pytest.mark.parametrize(
    ("text", "is_spaced"),
    [
        ("a, b, c\n1, 2, 3\n", True),
        ("a, b\n1,2\n", False),
        ("a,b\nx, y\n", False),
        ('a, b\n1, "x, y"\n2, z\n', True),
    ],
)
def test_a_blank_behind_every_delimiter_belongs_to_it(text: str, is_spaced: bool):
    assert detect_format(text, "csv", ReadOptions(), is_whole=True).best.form.is_spaced is is_spaced


def test_what_a_person_states_is_never_overruled():
    options = ReadOptions(delimiter=";", quote="'")

    form = detect_format("a,b\n1,2\n3,4\n", "csv", options, is_whole=True).best.form

    assert (form.delimiter, form.quote) == (";", "'")


def test_the_name_of_the_file_decides_between_equals():
    text = "a,b\tc\nd,e\tg\n"

    assert detect_format(text, "csv", ReadOptions(), is_whole=True).best.form.delimiter == ","
    assert detect_format(text, "tsv", ReadOptions(), is_whole=True).best.form.delimiter == "\t"


def test_a_close_rival_is_told():
    found = detect_format("a,b;c\nd,e;g\n", "csv", ReadOptions(), is_whole=True)

    assert found.rival is not None
    assert found.rival.form.delimiter == ";"


WORDS = ["alpha", "Berlin", "O'Neil", "Smith, John", 'size 5"', "a;b", "x|y", "http://a.b/c?d=1"]


def _generated(seed: int):
    """A table of mixed columns under a random usual dialect."""
    rng = random.Random(seed)
    makers = [
        lambda: str(rng.randint(0, 9999)),
        lambda: f"{rng.random() * 100:.2f}",
        lambda: f"20{rng.randint(10, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        lambda: f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
        lambda: rng.choice(WORDS),
        lambda: rng.choice(["", "7"]),
    ]
    columns = [lambda: str(rng.randint(0, 99)), *rng.choices(makers, k=rng.randint(2, 6))]
    rows = [[make() for make in columns] for _ in range(rng.randint(5, 30))]
    text = io.StringIO(newline="")
    delimiter = rng.choice(",;\t|")
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerow([f"name {number}" for number in range(len(columns))])
    writer.writerows(rows)
    return text.getvalue(), delimiter, len(columns)


@pytest.mark.parametrize("seed", range(60))
def test_usual_tables_are_recognised_every_time(seed: int):
    text, delimiter, width = _generated(seed)

    best = detect_format(text, "csv", ReadOptions(), is_whole=True).best

    assert (best.form.delimiter, best.form.quote, best.width) == (delimiter, '"', width)
