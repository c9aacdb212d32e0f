"""Files whose content is not what their name says: named, refused whole, and texts are not."""

import gzip
import io
import pickle
import random
import tarfile
import zipfile
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets_tests.table.reading_support import read_bytes, rows_of

CSV = b"id,name,price\n" + b"".join(b"%d,n%d,%d.5\n" % (i, i, i) for i in range(200))
BINARY = "is binary content of an unknown format"


def drawn(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def zipped() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("orders.csv", CSV)
    return into.getvalue()


def tarred() -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        info = tarfile.TarInfo("orders.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    return into.getvalue()


def parquet() -> bytes:
    into = io.BytesIO()
    pl.DataFrame({"id": [1, 2]}).write_parquet(into)
    return into.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "culprit", "fix"),
    [
        ("a.csv", drawn(4096), BINARY, "Fetch the file again"),
        ("a.csv", b"\n".join(drawn(50, seed) for seed in range(24)), BINARY, "Fetch"),
        ("a.csv.gz", drawn(4096), BINARY, "Fetch"),
        ("a.csv.gz", gzip.compress(drawn(4096)), BINARY, "Fetch"),
        ("a.jsonl", drawn(4096), BINARY, "Fetch"),
        ("a.csv", pickle.dumps({"a": [*range(250)]}), BINARY, "Fetch"),
        ("a.csv", parquet(), "is a Parquet file", "end in .parquet"),
        ("a.csv.gz", gzip.compress(parquet()), "is a Parquet file", "end in .parquet"),
        ("a.csv.gz", gzip.compress(gzip.compress(CSV)), "is gzip within gzip", "once"),
        ("a.csv.gz", gzip.compress(zipped()), "is a ZIP archive or an Excel", "Export"),
        ("a.csv", tarred(), "is a tar archive", "Unpack it"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + drawn(900), "is a PNG picture", "Fetch the data"),
        ("a.csv", b'<?xml version="1.0"?>\n<a>1</a>\n', "is an XML document", "Export"),
        ("a.csv", b'[{"a":1,"b":2},\n{"a":2,"b":3}]\n', "is a JSON document", "jq -c"),
        ("a.csv", b'{\n "a": 1\n}\n', "is a JSON document", "jq -c"),
        ("a.csv", b'{"a":1,"b":2}\n' * 9, "is JSON lines", "end in .jsonl"),
        ("a.jsonl", CSV, "not JSON", "ends in .csv"),
        ("a.parquet", CSV, "is no Parquet file but text", ".csv, say, or .jsonl"),
        ("a.parquet", zipped(), "is no Parquet file but a ZIP archive", "Deliver Parquet"),
        ("a.parquet", gzip.compress(CSV), "is no Parquet file but gzip", "Deliver Parquet"),
        ("a.parquet", drawn(4096), "no Parquet file but binary content", "Fetch"),
        ("a.parquet", parquet()[:-9], "not a whole Parquet file", "Fetch the file again"),
        ("a.csv", b"\0" * 600 + CSV, "column 1: a NUL byte", "were not written"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_named(
    tmp_path: Path, name: str, content: bytes, culprit: str, fix: str
):
    with pytest.raises(UnreadableFileError, match=culprit) as caught:
        read_bytes(tmp_path, content, name=name)

    assert fix in caught.value.fix


@pytest.mark.parametrize("seed", range(40))
def test_bytes_at_random_are_no_table_in_any_seed(tmp_path: Path, seed: int):
    with pytest.raises(UnreadableFileError):
        read_bytes(tmp_path, drawn(3000, seed))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"PAR1,PAR2\n1,2\n3,4\n", 2),
        (b"ORC,BZh\n1,2\n3,4\n", 2),
        ("BZh,Größe\n1,2\n3,4\n".encode(), 2),
        (CSV.replace(b"n3", b"\x1b[0m\x1f3"), 200),
        (CSV.decode().encode("utf-16-le"), 200),
        (gzip.compress(CSV), 200),
        (b'a\tb\n{"k":1}\t2\n{"k":2}\t3\n', 2),
    ],
)
def test_a_text_that_looks_a_little_like_it_is_read(tmp_path: Path, content: bytes, rows: int):
    assert len(rows_of(read_bytes(tmp_path, content))) == rows


def test_signs_of_control_may_part_fields_that_hold_lists(tmp_path: Path):
    lines = b"".join(b"%d\x01a\x02b\x01k\x03v\n" % i for i in range(50))

    table = read_bytes(tmp_path, b"id\x01items\x01map\n" + lines, delimiter="\x01")

    assert table.columns == ("id", "items", "map")
    assert table.row_count == 50


def test_a_stretch_that_was_overwritten_costs_its_rows_and_not_the_file(tmp_path: Path):
    lines = b"id,name,price\n" + b"".join(b"%d,n%d,%d.5\n" % (i, i, i) for i in range(4000))

    table = read_bytes(tmp_path, lines[:20_000] + drawn(4096) + lines[24_096:])

    assert table.row_count > 3_000
    assert table.malformed
