"""The page of a morning: what waits comes first, with its command and the way to its rows."""

import subprocess
import sys

import pytest

from dmaic_assets.reports.overview.page import headline, overview_page
from dmaic_assets.reports.overview.publish import publish_overview
from dmaic_assets.reports.overview.sparkline import sparkline
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.overview import read_overview
from dmaic_assets_tests.reports.hostile import FORMULA, TAG
from dmaic_assets_tests.reports.views.made_ledger import fill
from dmaic_assets_tests.work.conftest import Project


def page_of(project: Project) -> str:
    return overview_page(read_overview(project.platform), ServedLinks(), Library("/scripts/"))


def test_an_empty_project_is_told_what_to_do(project: Project) -> None:
    page = page_of(project)

    assert "There is no source yet." in page
    assert "dmaic run-all" in page
    assert headline(read_overview(project.platform)) == "No file was judged yet."


def test_what_is_held_leads_to_its_file_and_has_its_command(project: Project) -> None:
    fill(project.platform, sources=1, files=20)

    page = page_of(project)

    assert "2 files held, 1 file split in 1 source" in page
    command = "dmaic gate release --rule price.distribution --all source_000 --reason TEXT"
    assert f"<code>{command}</code>" in page
    (group,) = [g for g in read_overview(project.platform).held.groups if g.held]
    assert f'href="/sources/source_000/files/{group.files[0].sha256[:16]}"' in page
    assert page.index("What to do first") < page.index("How does each source stand?")


def test_a_hundred_sources_fit_a_page_without_plotly(project: Project) -> None:
    fill(project.platform, sources=100, files=10)

    page = page_of(project)

    assert len(page) < 300_000
    assert "plotly" not in page
    assert "94 more" in page


def test_nothing_that_people_or_files_wrote_is_markup_and_persons_are_kept_back(
    hostile: Project,
) -> None:
    page = page_of(hostile)

    assert TAG not in page
    assert FORMULA not in page
    assert "secret@example.com" not in page
    assert "held &amp; 7.csv" in page


def test_the_file_leads_only_to_pages_that_are_there(hostile: Project) -> None:
    paths = hostile.platform.paths
    path = publish_overview(paths, read_overview(hostile.platform))

    text = path.read_text("utf-8")
    assert path == paths.reports / "index.html"
    assert 'href="dmaic.html"' in text
    assert "monitor.html" not in text
    assert 'src="../artifacts/assets/page-' in text


@pytest.mark.parametrize(
    ("values", "points"),
    [
        ((1.0, 2.0), ""),
        ((1.0, 1.0, 1.0), "0.0,8.0 36.0,8.0 72.0,8.0"),
        ((0.0, 1.0, 0.5), "0.0,15.0 36.0,1.0 72.0,8.0"),
    ],
)
def test_a_course_is_a_line_that_fills_its_height(values: tuple[float, ...], points: str) -> None:
    drawn = sparkline(values)

    assert (f'points="{points}"' in drawn) if points else (drawn == "")


def test_reading_and_making_it_loads_no_library_of_analyses() -> None:
    code = (
        "import sys, dmaic_assets.reports.overview.publish, dmaic_assets.reports.views.runs;"
        "print({'scipy', 'polars', 'dagster', 'plotly'} & set(sys.modules))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"
