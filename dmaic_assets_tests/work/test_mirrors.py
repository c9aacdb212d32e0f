"""What the mirrors of the ledger say of files, and that they come back."""

import json

import pytest

from dmaic_assets.store.warehouse.duckdb import open_database
from dmaic_assets.store.warehouse.layout import database_path
from dmaic_assets.work.kept_back.quality_log import restore_shown_mirrors
from dmaic_assets_tests.work.conftest import Project, csv_of


@pytest.mark.parametrize("name", ["runs.csv", "metrics.parquet", "dq_logs.jsonl"])
def test_a_deleted_mirror_comes_back_without_work(project: Project, name: str) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    folder = project.platform.paths.ledger
    before = (folder / name).read_bytes()
    (folder / name).unlink()

    assert restore_shown_mirrors(project.platform)
    assert (folder / name).read_bytes() == before
    assert not restore_shown_mirrors(project.platform)


def test_mirrors_are_views_after_the_first_run(project: Project) -> None:
    project.drop("a.csv", csv_of(0))

    project.run()

    with open_database(database_path(project.platform.paths)) as connection:
        for name in ("runs", "metrics", "dq_logs"):
            (rows,) = connection.sql(f"SELECT count(*) FROM _dmaic.{name}").fetchall()
            assert rows[0] >= 1


def test_a_project_without_runs_has_no_mirrors(project: Project) -> None:
    assert not restore_shown_mirrors(project.platform)


@pytest.mark.parametrize("text", ["", "id,kind\n1,2,3,4\n5\n", None])
def test_the_quality_log_tells_where_a_held_file_lies(project: Project, text: str | None) -> None:
    for number in range(3):
        project.drop(f"a{number}.csv", csv_of(number * 100))
    project.run()
    project.drop("bad.csv", csv_of(900, amount=lambda _: "many") if text is None else text)

    project.run()

    log = (project.platform.paths.ledger / "dq_logs.jsonl").read_text().splitlines()
    (entry,) = [e for e in map(json.loads, log) if e["file"] == "bad.csv"]
    arrival = project.arrivals()["bad.csv"]
    assert arrival.disposition == "rejected"
    held = project.data / "quarantine" / "orders" / arrival.sha256[:16] / "bad.csv"
    assert entry["lineage"]["source_path"] == str(held)
    assert held.is_file()
    assert entry["lineage"]["modification_time"]
