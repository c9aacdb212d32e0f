"""The law of reading is one of lines: each line of a file is in exactly one place.

It is the heading, a row of the table, a malformed row, or a line kept from above the table. Tests
of parsed rows cannot see a line that reading never gave out.
"""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.gate.judge import judge
from dmaic_assets.gate.split import RAW, REASONS, split
from dmaic_assets.model import RuleSet, Thresholds
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

DELIMITERS = [",", ";", "\t", "|"]
WORDS = ["Ulm", "Bern", "Graz", "left", "right", "none", "note", "x"]
ABOVE = st.sampled_from(
    [
        "# Source: port office, 2024",
        "# made by till 4",
        "#",
        "% unit: t",
        "Cargo of the week, by port",
        "Cargo",
        "port;cargo",
        "Created|2024-05-01",
        ",,north,",
        "",
        "",
    ]
)
BELOW = st.sampled_from(["Total,7", "3 rows", "# end", "-- end --", "", "sum;;7"])
CELLS = st.one_of(
    st.integers(0, 99_999).map(str), st.sampled_from(WORDS), st.sampled_from(["", "4.5", "a b"])
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], str]:
    """The lines of a table with a few ragged ones, and their delimiter."""
    delimiter, width = draw(st.sampled_from(DELIMITERS)), draw(st.integers(2, 4))
    mark = draw(st.sampled_from(["", "", '"']))
    lines = [delimiter.join(f"name{n}" for n in range(width))] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 15))):
        size = width if draw(st.integers(0, 9)) else draw(st.integers(1, 6))
        lines.append(delimiter.join(f"{mark}{draw(CELLS)}{mark}" for _ in range(size)))
    return lines, delimiter


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[str], str]:
    """The lines of a single column in whose later values a delimiter stands, and that one."""
    delimiter = draw(st.sampled_from(DELIMITERS))
    sign = delimiter + draw(st.sampled_from(["", " "]))
    plain = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
    rest = draw(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=25))
    return ["town", *plain, *(f"{a}{sign}{b}" for a, b in rest)], delimiter


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], bytes]:
    """The lines of a file, and its bytes."""
    above, below = draw(st.lists(ABOVE, max_size=4)), draw(st.lists(BELOW, max_size=2))
    lines = [*above, *draw(st.one_of(tables(), columns()))[0], *below]
    end = draw(st.sampled_from(["\n", "\r\n", "\r\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return lines, "".join(line + end for line in lines).encode(encoding)


def bare(line: str) -> str:
    """A line without quotes, blanks, and delimiters, which a dialect may read in several ways."""
    return line.translate(str.maketrans("", "", '" \t,;|:'))


def told(table: SourceTable) -> Counter[str]:
    """Every line that reading gave out, but for the heading and for those without a sign."""
    lines = ["".join(cell or "" for cell in row) for row in rows_of(table)]
    for raw in (*(bad.raw for bad in table.malformed), *(line.raw for line in table.above)):
        lines += raw.splitlines()
    return Counter(bare(line) for line in lines if bare(line))


@given(file=files())
@settings(max_examples=400, deadline=None)
def test_every_line_is_in_one_place(file: tuple[list[str], bytes]):
    lines, content = file
    wanted = Counter(bare(line) for line in lines if bare(line))

    with tempfile.TemporaryDirectory() as folder:
        try:
            table = read_bytes(Path(folder), content)
        except UnreadableFileError:
            return
        given_out = told(table)

    assert table.dialect is not None
    assert not given_out - wanted
    # A heading may be without a sign; one with a sign is the only line that is not given out.
    assert (wanted - given_out).total() <= int(table.dialect.has_header)


@given(file=files())
@settings(max_examples=60, deadline=None)
def test_the_gate_gives_out_what_reading_gave(file: tuple[list[str], bytes]):
    _, content = file

    with tempfile.TemporaryDirectory() as folder:
        try:
            table = read_bytes(Path(folder), content)
        except UnreadableFileError:
            return
        types = infer_columns(table, overrides={}, options=ReadOptions(), null_tokens=()).types
        typed = apply_types(table, types)
        judgement = judge(typed, RuleSet("orders", ()), Thresholds())
        parts = split(typed, judgement)
        accepted, quarantined = parts.accepted.collect(), parts.quarantined.collect()

    verdict = judgement.verdict
    assert verdict.lines_above == parts.lines_above == len(table.above)
    assert accepted.height + quarantined.height == table.total_rows + len(table.above)
    shown = quarantined.head(len(table.above))
    assert shown.get_column(RAW).to_list() == [line.raw for line in table.above]
    assert "" not in shown.get_column(REASONS).to_list()


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_single_column_is_not_split_at_signs_of_its_later_values(
    tmp_path: Path, delimiter: str, blank: str, encoding: str
):
    towns = ["Lyon", "Turin", *(f"Bend{delimiter}{blank}OR" for _ in range(40))]

    table = read_bytes(tmp_path, "\n".join(["town", *towns]).encode(encoding))

    assert (table.columns, table.above, table.malformed) == (("town",), (), ())
    assert [row[0] for row in rows_of(table)] == towns
