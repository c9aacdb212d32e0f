"""Pages of sources, files, fleet and runs in a real browser: both widths, light and dark."""

from pathlib import Path

import pytest

from dmaic_assets.process.cycle.pages import plan_pages, write_pages
from dmaic_assets.reports.page.links import FileLinks, source_file
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.source.page import source_page
from dmaic_assets.reports.views.source.view import read_source
from dmaic_assets_tests.reports.fleet.test_fleet_page import many, page
from dmaic_assets_tests.reports.source.wide import wide
from dmaic_assets_tests.web.page_audit import PageAudit
from dmaic_assets_tests.work.conftest import Project

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(hostile: Project) -> Path:
    write_pages(hostile.platform, plan_pages(hostile.platform))
    return hostile.data / "reports"


@pytest.mark.parametrize("name", ["sources/people", "sources/declared", "fleet", "runs"])
def test_the_pages_of_a_hostile_project_can_be_used(
    auditor: PageAudit, folder: Path, name: str
) -> None:
    assert auditor.problems((folder / f"{name}.html").as_uri(), name.replace("/", "-")) == []


def test_the_reports_of_held_and_split_files_can_be_used(auditor: PageAudit, folder: Path) -> None:
    reports = sorted((folder / "sources" / "people").glob("*.html"))

    assert len(reports) == 2
    for number, path in enumerate(reports):
        assert auditor.problems(path.as_uri(), f"file-{number}") == []


def test_a_source_of_two_hundred_columns_can_be_used(
    auditor: PageAudit, hostile: Project, folder: Path
) -> None:
    at = source_file("wide")
    links = FileLinks(at, frozenset())
    view = wide(read_source(hostile.platform, "people"))
    (folder / at).write_text(source_page(view, links, Library(links.scripts())))

    assert auditor.problems((folder / at).as_uri(), "sources-wide") == []


def test_a_fleet_of_a_hundred_sources_can_be_used(auditor: PageAudit, folder: Path) -> None:
    text = page(many(100)).replace("/artifacts/assets/", "../artifacts/assets/")
    (folder / "many.html").write_text(text)

    assert auditor.problems((folder / "many.html").as_uri(), "fleet-many") == []
