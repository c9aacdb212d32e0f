"""The overview in a real browser, with no source, one, and a hundred."""

from pathlib import Path

import pytest

from dmaic_assets.reports.overview.page import overview_page
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.overview import read_overview
from dmaic_assets_tests.reports.views.made_ledger import fill
from dmaic_assets_tests.web.page_audit import PageAudit
from dmaic_assets_tests.work.conftest import Project

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("sources", [0, 1, 100])
def test_the_overview_can_be_used_by_everybody(
    auditor: PageAudit, project: Project, tmp_path: Path, sources: int
) -> None:
    fill(project.platform, sources=sources, files=20)
    path = tmp_path / "index.html"
    page = overview_page(read_overview(project.platform), NoLinks(), Library())
    path.write_text(page, "utf-8")

    assert auditor.problems(path.as_uri(), f"overview-{sources}") == []
