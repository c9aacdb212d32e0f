"""The DMAIC page in a real browser: every chart is drawn, nothing is cut off, all can use it."""

from pathlib import Path

import pytest
from dmaic_assets.reports.page.dmaic_page import dmaic_page

from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.reports.facts_of_two import orders, returns
from dmaic_assets_tests.web.page_audit import PageAudit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("count", [0, 2])
def test_the_page_can_be_used_by_everybody(auditor: PageAudit, tmp_path: Path, count: int) -> None:
    path = tmp_path / "dmaic.html"
    page = dmaic_page([orders(), returns()][:count], NoLinks(), Library())
    path.write_text(page, "utf-8")

    assert auditor.problems(path.as_uri(), f"dmaic-{count}") == []
