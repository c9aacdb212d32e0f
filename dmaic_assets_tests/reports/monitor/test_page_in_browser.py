"""The monitor in a real browser: all can use it, its charts lead to files, and it opens at once."""

import json
from pathlib import Path

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets.reports.monitor.page import write_monitor
from dmaic_assets.reports.page.links import FileLinks
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets_tests.reports.views.hand_log import HandLog, hand_log, seven_lines
from dmaic_assets_tests.web.page_audit import PageAudit

pytestmark = pytest.mark.browser
WAIT_S = 20.0
SHOWN = """
return Array.from(document.querySelectorAll("#explorer tbody tr")).filter(row => !row.hidden &&
  row.dataset.source).map(row => row.cells[0].textContent)
"""
HEAT_CELL = """
const plot = document.querySelector("#heat .chart-box").target;
const at = plot.querySelector(".nsewdrag").getBoundingClientRect();
const columns = plot.data[0].x.length, rows = plot.data[0].y.length;
return [at.left + at.width * (arguments[0] + .5) / columns,
        at.top + at.height * (arguments[1] + .5) / rows];
"""
HOVER = "return Array.from(document.querySelectorAll('.hoverlayer text')).map(t => t.textContent)"
SEGMENT = """
const plot = document.querySelector("#explorer .chart-box").target;
const slice = Array.from(plot.querySelectorAll("g.slice")).find(one =>
  one.__data__ && one.__data__.data.data.id === arguments[0]);
const path = slice.querySelector("path"), box = path.getBoundingClientRect();
for (let x = box.left + 2; x < box.right; x += 3) {
  for (let y = box.top + 2; y < box.bottom; y += 3) {
    if (document.elementFromPoint(x, y) === path) { return [x, y]; }
  }
}
return null;
"""


def written(folder: Path, log: HandLog) -> Path:
    path = folder / "monitor.html"
    write_monitor(path, read_monitor(log.platform), FileLinks(path.name, frozenset({path.name})))
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("monitor")
    with hand_log(folder / "project") as log:
        seven_lines(log)
        return written(folder, log)


def point(auditor: PageAudit, at: list[float], *, is_click: bool) -> None:
    kinds = ("mouseMoved", "mousePressed", "mouseReleased") if is_click else ("mouseMoved",)
    for kind in kinds:
        event = {"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1}
        event["button"] = "none" if kind == "mouseMoved" else "left"
        auditor.browser.execute_cdp_cmd("Input.dispatchMouseEvent", event)


def test_the_page_can_be_used_by_everybody(auditor: PageAudit, page: Path) -> None:
    assert auditor.problems(page.as_uri(), "monitor-2") == []


def test_a_page_without_a_file_says_what_to_do(auditor: PageAudit, tmp_path: Path) -> None:
    with hand_log(tmp_path / "project") as log:
        path = written(tmp_path, log)

    assert auditor.problems(path.as_uri(), "monitor-0") == []


def test_a_cell_of_the_heat_map_tells_its_files_and_leads_to_them(
    auditor: PageAudit, page: Path
) -> None:
    auditor.show(page.as_uri(), 1400, "light")
    browser = auditor.browser
    assert browser.execute_script(SHOWN) == ["f.csv", "e.csv", "d.csv", "b.csv"]
    browser.execute_script("document.querySelector('#heat').scrollIntoView()")

    # The fourth column is returns.state, the third kind in_set.
    at = browser.execute_script(HEAT_CELL, 2, 3)
    point(auditor, at, is_click=False)
    WebDriverWait(browser, WAIT_S).until(
        lambda b: any("returns.state" in text for text in b.execute_script(HOVER))
    )
    assert any("1 files, 40 rows" in text for text in browser.execute_script(HOVER))
    point(auditor, at, is_click=True)

    WebDriverWait(browser, WAIT_S).until(lambda b: b.execute_script(SHOWN) == ["d.csv"])
    assert browser.execute_script("return document.querySelector('[name=cell]').value") == "3.2"


def test_the_sunburst_drills_down_and_leads_to_files(auditor: PageAudit, page: Path) -> None:
    auditor.show(page.as_uri(), 1400, "light")
    browser = auditor.browser
    browser.execute_script("document.querySelector('#explorer').scrollIntoView()")

    point(auditor, browser.execute_script(SEGMENT, "all/returns"), is_click=True)

    WebDriverWait(browser, WAIT_S).until(lambda b: b.execute_script(SHOWN) == ["e.csv", "d.csv"])
    browser.execute_script("document.querySelector('#explorer').scrollIntoView()")
    WebDriverWait(browser, WAIT_S).until(
        lambda b: b.execute_script(SEGMENT, "all/returns/reject/below 70"),
        message="the sunburst did not open the source",
    )


def test_the_list_is_narrowed_without_a_mouse_and_shown_again(
    auditor: PageAudit, page: Path
) -> None:
    auditor.show(page.as_uri(), 1400, "light")
    browser = auditor.browser

    browser.find_element("css selector", "#files-behind [name=outcome]").send_keys("split")
    assert browser.execute_script(SHOWN) == ["b.csv"]
    told = browser.find_element("css selector", "#files-behind output").text
    assert told == "1 of 4 listed files"
    browser.find_element("css selector", "#files-behind [name=all]").click()
    assert len(browser.execute_script(SHOWN)) == 4


def test_the_export_is_saved_from_the_page(auditor: PageAudit, page: Path, tmp_path: Path) -> None:
    auditor.show(page.as_uri(), 1400, "light")
    auditor.browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )

    auditor.browser.find_element("id", "save-report").click()

    WebDriverWait(auditor.browser, WAIT_S).until(lambda _: list(tmp_path.glob("dq_report_*.json")))
    (saved,) = tmp_path.glob("dq_report_*.json")
    assert json.loads(saved.read_text("utf-8"))["board"]["files"] == 6
