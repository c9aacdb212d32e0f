"""The report of a DMAIC run in Dagster: written by the job, linked behind the guard, rebuilt."""

import re

import pytest

from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.launch import execute_dmaic
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.defs.conftest import csv_of


@pytest.fixture
def worked(desk):
    for number in range(3):
        desk.project.drop(f"{number}.csv", csv_of(100 * number))
    watch = BulkWatch()
    execute_dmaic(
        desk.project.platform,
        RunRequest(),
        until="measure",
        watch=watch,
        instance=desk.instance,
    )
    return desk


def test_the_job_writes_the_reports_and_links_the_page(worked):
    (event,) = worked.materializations("dmaic_report")

    reports = worked.project.platform.paths.reports
    assert "orders" in (reports / "dmaic.html").read_text()
    assert "What needs a person?" in (reports / "dmaic" / "orders.html").read_text()
    assert (reports / "timeline.txt").read_text().count("\n") == 1
    link = re.search(r"\(/(artifacts/[^)]+\.html)\)", event.metadata["page"].value)
    assert link is not None
    page = (worked.project.data / link[1]).read_text()
    assert 'href="#source-orders"' in page
    assert len(page) < 1_000_000
    (library,) = re.findall(r'<script src="\.\./\.\./([^"]+)"', page)
    assert (worked.project.platform.paths.artifacts / library).is_file()
    (row,) = event.metadata["sources"].records
    assert row.data["source"] == "orders"


def test_the_asset_writes_a_deleted_page_again(worked):
    reports = worked.project.platform.paths.reports
    (event,) = worked.materializations("dmaic_report")
    (reports / "dmaic.html").unlink()
    (reports / "dmaic" / "orders.html").unlink()

    outcome = worked.materialize(event.partition, "dmaic_report")

    assert outcome.success
    assert len(worked.materializations("dmaic_report")) == 2
    assert "orders" in (reports / "dmaic.html").read_text()
    assert (reports / "dmaic" / "orders.html").is_file()
