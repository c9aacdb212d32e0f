"""Whatever csv.writer writes under any dialect is read back cell by cell."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

ALPHABET = [
    "a",
    "Z",
    "0",
    "7",
    ".",
    "-",
    " ",
    '"',
    "'",
    ",",
    ";",
    "\t",
    "|",
    ":",
    "\n",
    "\\",
    "é",
    "漢",
    "😀",
    "\ufeff",
]
CELLS = st.text(st.sampled_from(ALPHABET), max_size=8)


@st.composite
def tables(draw, *, min_columns=1):
    columns = draw(st.integers(min_columns, 5))
    return draw(st.lists(st.lists(CELLS, min_size=columns, max_size=columns), max_size=12)), columns


@st.composite
def dialects(draw):
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    # With minimal quoting csv.writer leaves a line feed bare when rows end with "\r".
    quotings = [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL][
        : 2 if newline == "\r" else 3
    ]
    return {
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|", ":", " "])),
        "quotechar": draw(st.sampled_from(['"', "'"])),
        "quoting": draw(st.sampled_from(quotings)),
        "lineterminator": newline,
    }


def written(rows, columns, dialect):
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow([f"name{i}" for i in range(columns)])
    writer.writerows(rows)
    return text.getvalue()


def expected(rows, columns, dialect):
    """csv.writer quotes an empty cell only when it quotes every text, or when it stands alone."""
    quotes_empty = dialect["quoting"] != csv.QUOTE_MINIMAL or columns == 1
    return [tuple(cell if cell or quotes_empty else None for cell in row) for row in rows]


@given(
    table=tables(), dialect=dialects(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)
@settings(max_examples=50, deadline=None)
def test_a_written_table_is_read_back_cell_by_cell(table, dialect, encoding):
    rows, columns = table
    content = written(rows, columns, dialect).encode(encoding)

    with tempfile.TemporaryDirectory() as folder:
        read = read_bytes(
            Path(folder),
            content,
            delimiter=dialect["delimiter"],
            quote=dialect["quotechar"],
            has_header=True,
        )

        assert rows_of(read) == expected(rows, columns, dialect)
    assert read.malformed == ()
    assert read.columns == tuple(f"name{i}" for i in range(columns))
