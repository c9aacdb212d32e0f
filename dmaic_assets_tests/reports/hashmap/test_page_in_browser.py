"""The laboratory's page in a real browser: figures are drawn, and steps can be taken."""

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets.reports.hashmap.page import hashmap_page
from dmaic_assets.reports.page.dmaic_page import inlined_library
from dmaic_assets_tests.reports.hashmap.surveys import EVIL, survey
from dmaic_assets_tests.reports.test_page_in_browser import CUT_OFF, DRAWN, WAIT_S, WIDER
from dmaic_assets_tests.web.chromium import chromium

pytestmark = pytest.mark.browser
# The page scrolls smoothly: a pointer would miss what still moves.
CLICK = "arguments[0].click()"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    folder = tmp_path_factory.mktemp("laboratory")
    path = folder / "page.html"
    told = hashmap_page(survey(is_masked=False), "orders: customer", library=inlined_library())
    path.write_text(told, "utf-8")
    with chromium(folder / "profile") as browser:
        browser.get(path.as_uri())
        WebDriverWait(browser, WAIT_S).until(
            lambda b: len(set(b.execute_script(DRAWN))) == 1, message="a figure was never drawn"
        )
        yield browser


@pytest.mark.parametrize("width", [1280, 420])
def test_nothing_is_cut_off_and_nothing_complained_of(page, width):
    page.set_window_size(width, 900)
    WebDriverWait(page, WAIT_S).until(
        lambda b: b.execute_script(CUT_OFF) == [] and b.execute_script(WIDER) <= 0
    )
    assert [entry["message"] for entry in page.get_log("browser")] == []


def test_steps_are_taken_forth_and_back_and_keys_stay_text(page):
    box = page.find_element(By.ID, "lesson")
    buttons = {b.text: b for b in box.find_elements(By.TAG_NAME, "button")}
    said = box.find_element(By.CLASS_NAME, "said")
    before = said.text
    for _ in range(2):
        page.execute_script(CLICK, buttons["Next"])
    assert said.text.startswith("Step 2 of ")
    assert EVIL in said.text
    assert len(box.find_elements(By.CSS_SELECTOR, ".cells .new")) == 1
    page.execute_script(CLICK, buttons["linear"])
    assert said.text.startswith("Step 2 of ")
    for _ in range(2):
        page.execute_script(CLICK, buttons["Back"])
    assert said.text == before
    assert not page.find_elements(By.CSS_SELECTOR, "#lesson img")
