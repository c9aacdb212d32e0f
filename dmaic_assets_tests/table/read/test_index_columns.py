"""Columns that only count rows: kept with a note, or left out where a person says so."""

from pathlib import Path

import pytest

from dmaic_assets.errors import DmaicError
from dmaic_assets.settings.project import load_settings
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

ROWS = [("Oslo", "4"), ("Kiel", "17"), ("Riga", "23"), ("Ulm", "5")]


def indexed(name: str, first: int = 0, delimiter: str = ",") -> str:
    lines = [(name, "port", "load"), *((f"{first + n}", *row) for n, row in enumerate(ROWS))]
    return "\n".join(delimiter.join(line) for line in lines) + "\n"


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "unnamed:3", "Unnamed: 0.1", '""'])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), ("\t", "utf-8-sig"), (";", "utf-16")]
)
def test_a_column_that_only_counts_rows_is_dropped_on_request(
    tmp_path: Path, name: str, first: int, delimiter: str, encoding: str
):
    content = indexed(name, first, delimiter).encode(encoding)

    kept = read_bytes(tmp_path, content)
    dropped = read_bytes(tmp_path, content, index_columns="drop")

    assert len(kept.columns) == 3
    assert any("read.index_columns: drop" in note for note in kept.notes)
    assert (dropped.columns, rows_of(dropped)) == (("port", "load"), ROWS)
    assert any("counts the rows; it was left out" in note for note in dropped.notes)
    assert not any("kept" in note for note in dropped.notes)


@pytest.mark.parametrize(
    "content",
    [
        indexed("Unnamed: 0").replace("2,Riga", "7,Riga"),
        indexed("").replace("3,Ulm", ",Ulm"),
        indexed("").replace("1,Kiel", "01,Kiel"),
        indexed("", first=5),
        indexed("id"),
    ],
)
def test_one_that_says_more_is_kept(tmp_path: Path, content: str):
    table = read_bytes(tmp_path, content.encode(), index_columns="drop")

    assert len(table.columns) == 3
    assert [row[1:] for row in rows_of(table)] == ROWS


def test_malformed_rows_are_counted_and_stay_where_they_are(tmp_path: Path):
    content = indexed("").replace("1,Kiel,17", "1,Kiel")

    table = read_bytes(tmp_path, content.encode(), index_columns="drop")

    assert rows_of(table) == [ROWS[0], *ROWS[2:]]
    assert [bad.raw for bad in table.malformed] == ["1,Kiel"]


def test_several_of_them_go_together(tmp_path: Path):
    content = "Unnamed: 0.1,Unnamed: 0,port\n0,0,Oslo\n1,1,Kiel\n2,2,Riga\n"

    assert read_bytes(tmp_path, content.encode(), index_columns="drop").columns == ("port",)


def test_a_heading_one_name_short_is_such_a_column(tmp_path: Path):
    content = b"port,load\n1,Oslo,4\n2,Kiel,17\n3,Riga,23\n"

    assert read_bytes(tmp_path, content, index_columns="drop").columns == ("port", "load")


def test_the_only_column_and_numbered_ones_stay(tmp_path: Path):
    only = read_bytes(tmp_path, b"Unnamed: 0\n0\n1\n2\n", index_columns="drop")
    numbered = read_bytes(tmp_path, b"0,4.5\n1,5.5\n2,6.5\n", index_columns="drop")

    assert only.columns == ("Unnamed: 0",)
    assert numbered.columns == ("column_1", "column_2")


def test_staged_files_are_asked_too(tmp_path: Path):
    for _ in range(2):
        table = read_bytes(tmp_path, indexed("").encode(), in_memory_bytes=0, index_columns="drop")

        assert (table.columns, rows_of(table)) == (("port", "load"), ROWS)


def test_another_word_is_refused_with_its_place(tmp_path: Path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("project: ports\n", encoding="utf-8")
    (tmp_path / "config" / "sources.yaml").write_text(
        "sources:\n  - name: ports\n    read: {index_columns: perhaps}\n", encoding="utf-8"
    )

    with pytest.raises(DmaicError, match="index_columns"):
        load_settings(tmp_path, environment={}, overrides={})
