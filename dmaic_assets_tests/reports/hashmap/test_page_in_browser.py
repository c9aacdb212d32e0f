"""The laboratory's page in a real browser: figures are drawn, and steps can be taken."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from dmaic_assets.reports.hashmap.page import hashmap_page
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.reports.hashmap.surveys import EVIL, survey
from dmaic_assets_tests.web.page_audit import PageAudit

pytestmark = pytest.mark.browser
# The page scrolls smoothly: a pointer would miss what still moves.
CLICK = "arguments[0].click()"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("laboratory") / "page.html"
    found = survey(is_masked=False)
    told = hashmap_page(found, "orders: customer", links=NoLinks(), library=Library())
    path.write_text(told, "utf-8")
    return path


def test_the_page_can_be_used_by_everybody(auditor: PageAudit, page: Path) -> None:
    assert auditor.problems(page.as_uri(), "laboratory") == []


def test_steps_are_taken_forth_and_back_and_keys_stay_text(auditor: PageAudit, page: Path) -> None:
    browser = auditor.browser
    browser.get(page.as_uri())
    box = browser.find_element(By.ID, "lesson")
    buttons = {b.text: b for b in box.find_elements(By.TAG_NAME, "button")}
    said = box.find_element(By.CLASS_NAME, "said")
    before = said.text
    for _ in range(2):
        browser.execute_script(CLICK, buttons["Next"])
    assert said.text.startswith("Step 2 of ")
    assert EVIL in said.text
    assert len(box.find_elements(By.CSS_SELECTOR, ".cells .new")) == 1
    browser.execute_script(CLICK, buttons["linear"])
    assert said.text.startswith("Step 2 of ")
    for _ in range(2):
        browser.execute_script(CLICK, buttons["Back"])
    assert said.text == before
    assert not browser.find_elements(By.CSS_SELECTOR, "#lesson img")
