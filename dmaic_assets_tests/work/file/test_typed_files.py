"""Typed files through a project: what is stored is what was judged, a refusal names its column."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dmaic_assets_tests.work.conftest import Project

OPEN_ENDED = [datetime(2024, 1, 1), datetime(9999, 12, 31), datetime(1, 1, 1), None] * 25


def _drop(project: Project, table: pa.Table, **how) -> Path:
    made = project.root / "made.parquet"
    pq.write_table(table, made, **how)
    return project.drop("prices.parquet", made.read_bytes(), source="prices")


def _stored(project: Project) -> Path:
    (path,) = (project.data / "warehouse" / "accepted" / "prices").glob("*.parquet")
    return path


def _viewed(project: Project) -> list:
    with duckdb.connect(str(project.data / "warehouse" / "warehouse.duckdb")) as connection:
        rows = connection.execute("SELECT valid_until FROM prices ORDER BY id").fetchall()
    return [value for (value,) in rows]


def test_a_column_that_is_kept_as_another_type_is_stored_as_that_type(project: Project):
    stamps = pa.array(OPEN_ENDED, pa.timestamp("us"))
    table = pa.table({"id": range(100), "valid_until": stamps})
    _drop(project, table, use_deprecated_int96_timestamps=True, store_schema=False)

    project.run()

    stored = pq.ParquetFile(_stored(project))
    assert [column.physical_type for column in stored.schema] == ["INT64", "INT64"]
    assert stored.read()["valid_until"].to_pylist() == OPEN_ENDED
    assert _viewed(project) == OPEN_ENDED


def test_a_file_of_plain_types_is_stored_byte_for_byte(project: Project):
    path = _drop(project, pa.table({"id": range(100), "valid_until": OPEN_ENDED}))
    content = path.read_bytes()

    project.run()

    assert _stored(project).read_bytes() == content
    assert _viewed(project) == OPEN_ENDED


def test_a_file_with_a_type_of_no_place_is_held_with_column_and_type(project: Project):
    with duckdb.connect() as connection:
        made = str(project.root / "made.parquet")
        query = "SELECT i AS id, INTERVAL 1 MONTH AS term FROM range(5) t(i)"
        connection.execute(f"COPY ({query}) TO '{made}' (FORMAT parquet)")
    project.drop("prices.parquet", Path(made).read_bytes(), source="prices")

    project.run()

    (reason,) = (project.data / "quarantine" / "prices").rglob("reason.json")
    told = " ".join(json.loads(reason.read_text())["reasons"])
    assert "the column 'term' is of type interval" in told
    assert "cut" not in told
