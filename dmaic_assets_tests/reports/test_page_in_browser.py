"""The DMAIC page in a real browser: every figure is drawn, and nothing is cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets.reports.page.dmaic_page import dmaic_page, inlined_library
from dmaic_assets_tests.reports.facts_of_two import orders, returns
from dmaic_assets_tests.web.chromium import chromium

pytestmark = pytest.mark.browser
WAIT_S = 15
DRAWN = """
document.querySelectorAll(".figure").forEach(box => box.scrollIntoView());
return [document.querySelectorAll(".figure").length,
        document.querySelectorAll(".figure .main-svg .infolayer").length]
"""
CUT_OFF = """
return Array.from(document.querySelectorAll(".figure")).flatMap(box => {
  const frame = box.querySelector(".main-svg").getBoundingClientRect();
  return Array.from(box.querySelectorAll("svg text"))
    .filter(text => text.textContent.trim())
    .filter(text => {
      const at = text.getBoundingClientRect();
      return at.left < frame.left - 1 || at.right > frame.right + 1 || at.bottom > frame.bottom + 1;
    }).map(text => box.getAttribute("aria-label") + ": " + text.textContent);
})
"""
WIDER = "return document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    folder = tmp_path_factory.mktemp("page")
    path: Path = folder / "dmaic.html"
    path.write_text(dmaic_page([orders(), returns()], library=inlined_library()), "utf-8")
    with chromium(folder / "profile") as browser:
        browser.get(path.as_uri())
        WebDriverWait(browser, WAIT_S).until(
            lambda b: len(set(b.execute_script(DRAWN))) == 1, message="a figure was never drawn"
        )
        yield browser


def test_every_figure_is_drawn_without_a_complaint(page: webdriver.Chrome) -> None:
    boxes, drawn = page.execute_script(DRAWN)

    assert boxes == drawn > 0
    assert [entry["message"] for entry in page.get_log("browser")] == []


@pytest.mark.parametrize("width", [1280, 420])
def test_no_label_is_cut_off_and_the_page_is_never_wider_than_the_window(
    page: webdriver.Chrome, width: int
) -> None:
    page.set_window_size(width, 900)

    try:
        WebDriverWait(page, WAIT_S).until(
            lambda b: b.execute_script(CUT_OFF) == [] and b.execute_script(WIDER) <= 0
        )
    except TimeoutException:
        pytest.fail(
            f"{page.execute_script(WIDER)} px too wide; cut: {page.execute_script(CUT_OFF)}"
        )
