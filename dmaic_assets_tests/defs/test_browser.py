"""Dagster's pages behind the guard, in a real browser; screenshots go to test-artifacts/."""

from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets_tests.defs.dev_server import ROOT, DevServer
from dmaic_assets_tests.web.chromium import chromium

pytestmark = pytest.mark.browser
SHOTS = ROOT / "test-artifacts"
WAIT_S = 60


@pytest.fixture(scope="module")
def browser(dev_server: DevServer, tmp_path_factory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        opened.get(dev_server.sign_in)
        yield opened


def see(browser: webdriver.Chrome, text: str) -> None:
    """Waits until the page shows a text."""
    WebDriverWait(browser, WAIT_S).until(
        lambda b: text in b.find_element(By.TAG_NAME, "body").text,
        message=f"{browser.current_url} never showed {text!r}",
    )


def keep(browser: webdriver.Chrome, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    browser.save_screenshot(str(SHOTS / f"{name}.png"))


def first_partition_of(server: DevServer, source: str) -> str:
    """The cell of the run that the server started with; other tests may have added more."""
    query = (
        '{assetOrError(assetKey: {path: ["gate_verdict"]}) {... on Asset {'
        "assetMaterializations(limit: 50) {partition}}}}"
    )
    found = server.graphql(query)["assetOrError"]["assetMaterializations"]
    return min(m["partition"] for m in found if m["partition"].endswith(f"|{source}"))


def problems(browser: webdriver.Chrome) -> list[str]:
    """What the browser complains of, but for what Dagster's own pages always say."""
    return [
        entry["message"]
        for entry in browser.get_log("browser")
        if entry["level"] == "SEVERE" and "apollo" not in entry["message"]
    ]


def test_the_lineage_is_readable(dev_server, browser):
    browser.get(f"{dev_server.base}/dagster/assets/gate_verdict?view=lineage&lineageDepth=5")

    for asset in ("raw_file", "column_types", "rule_set", "gate_verdict", "accepted_rows"):
        see(browser, asset)
    for group in ("intake", "gate", "warehouse", "runs"):
        see(browser, group)

    keep(browser, "lineage")
    assert problems(browser) == []


def test_all_groups_are_in_the_asset_graph(dev_server, browser):
    browser.get(f"{dev_server.base}/dagster/asset-groups")

    for group in ("intake", "gate", "warehouse", "runs"):
        see(browser, group)

    keep(browser, "asset-graph")
    assert problems(browser) == []


def test_a_partition_shows_its_verdict(dev_server, browser):
    key = first_partition_of(dev_server, "orders")
    address = f"{dev_server.base}/dagster/assets/gate_verdict?view=partitions&partition="
    browser.get(address + key.replace("|", "%7C"))

    for text in ("Materialized", "lowest_score", "verdicts", "9.csv", "open the figure"):
        see(browser, text)
    pictures = browser.find_elements(By.CSS_SELECTOR, "img[src^='data:image/svg+xml']")

    keep(browser, "partition")
    assert len(pictures) == 2
    sizes = [browser.execute_script("return arguments[0].naturalWidth", p) for p in pictures]
    assert sizes == [420, 420]
    assert problems(browser) == []


def test_a_figure_opens_in_a_page_that_can_reach_nothing(dev_server, browser):
    key = first_partition_of(dev_server, "orders")
    address = f"{dev_server.base}/dagster/assets/gate_verdict?view=partitions&partition="
    browser.get(address + key.replace("|", "%7C"))
    see(browser, "open the figure")
    link = browser.find_element(By.LINK_TEXT, "open the figure").get_attribute("href")

    browser.get(link)
    WebDriverWait(browser, WAIT_S).until(
        lambda b: b.find_elements(By.CSS_SELECTOR, ".chart-box .main-svg")
    )
    origin = browser.execute_script("return self.origin")

    keep(browser, "figure")
    assert link.startswith(f"{dev_server.base}/artifacts/figure/")
    assert origin == "null"


def test_the_checks_of_the_gate_show_reasons(dev_server, browser):
    browser.get(
        f"{dev_server.base}/dagster/assets/gate_verdict?view=checks&checkDetail=passes_thresholds"
    )

    for text in ("gate_is_open", "passes_thresholds", "schema_as_expected", "held"):
        see(browser, text)

    keep(browser, "checks")
    assert problems(browser) == []


def test_the_address_signs_in_once(dev_server, browser):
    used = next(line for line in dev_server.lines if line.startswith("Open ")).split()[1]
    browser.delete_all_cookies()

    browser.get(used)
    see(browser, "Not signed in")
    keep(browser, "not-signed-in")

    browser.get(dev_server.sign_in)
    see(browser, "DMAIC Assets")
