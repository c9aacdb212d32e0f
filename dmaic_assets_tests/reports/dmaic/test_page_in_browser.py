"""The DMAIC pages in a real browser: every chart is drawn, nothing is cut off, all can use them."""

from dataclasses import replace
from pathlib import Path

import pytest

from dmaic_assets.reports.dmaic.page import dmaic_page, phases_page, whole_page
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.phase_values.made import analyze_value, causes_of
from dmaic_assets_tests.reports.facts_of_two import CAUSE, orders, returns
from dmaic_assets_tests.web.page_audit import HEIGHT, PageAudit

pytestmark = pytest.mark.browser
# Screens of a source's page whose details are folded.
SCREENS = 5


def written(folder: Path, page: str) -> str:
    path = folder / "page.html"
    path.write_text(page, "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("count", [0, 1, 100])
def test_the_overview_can_be_used_by_everybody(
    auditor: PageAudit, tmp_path: Path, count: int
) -> None:
    sources = [replace(returns(), source=f"source {number}") for number in range(count - 1)]
    sources += [orders()] * bool(count)
    page = dmaic_page(sources, ServedLinks(), Library())

    assert auditor.problems(written(tmp_path, page), f"dmaic-{count}") == []


def test_the_page_of_a_source_can_be_used_and_fits_on_five_screens(
    auditor: PageAudit, tmp_path: Path
) -> None:
    named = (("file", "departures-2013-<02>-w3.csv"), ("carrier", "a carrier of a long name"))
    entry = causes_of("amount.validity", causes=(CAUSE, replace(CAUSE, group=named)))
    facts = orders()
    values = {**facts.values, "analyze": analyze_value(causes=(entry,))}
    page = phases_page(replace(facts, values=values), ServedLinks(), Library())
    address = written(tmp_path, page)

    assert auditor.problems(address, "phases") == []
    auditor.show(address, 1400, "light")
    height = auditor.browser.execute_script("return document.documentElement.scrollHeight")
    assert height <= SCREENS * HEIGHT


def test_a_link_into_a_fold_opens_it(auditor: PageAudit, tmp_path: Path) -> None:
    address = written(tmp_path, whole_page([orders(), returns()], Library()))

    auditor.show(f"{address}#source-orders", 1400, "light")

    is_open = "return document.getElementById('source-orders').open"
    assert auditor.browser.execute_script(is_open)
