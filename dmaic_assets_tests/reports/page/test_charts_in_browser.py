"""Our build of plotly.js draws every trace that pages use, under a policy that forbids the rest."""

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.palette import BLUE, HEAT
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets_tests.web.page_audit import PageAudit

pytestmark = pytest.mark.browser
NAMES, NUMBERS = ["a", "b<b>c</b>", "c"], [3, 1, 2]
TRACES: dict[str, dict[str, Any]] = {
    "scatter": {"x": NAMES, "y": NUMBERS, "marker": {"color": BLUE}, "error_y": {"array": NUMBERS}},
    "bar": {"x": NAMES, "y": NUMBERS, "marker": {"color": BLUE}},
    "pie": {"labels": NAMES, "values": NUMBERS},
    "heatmap": {"x": NAMES, "y": NAMES, "z": [NUMBERS] * 3, "colorscale": [*HEAT]},
    "sunburst": {"labels": ["all", *NAMES], "parents": ["", *["all"] * 3], "values": [6, *NUMBERS]},
    "indicator": {"mode": "gauge+number+delta", "value": 3, "delta": {"reference": 2}},
    "box": {"y": NUMBERS, "name": "box"},
    "histogram": {"x": NUMBERS},
}
# Numbers around a gauge need room.
LAYOUT: dict[str, Any] = {"height": 240, "margin": {"l": 32, "r": 32, "b": 32}}
# What each trace leaves in its picture.
MARKS = {
    "scatter": ".scatterlayer .points path",
    "bar": ".barlayer .point path",
    "pie": ".pielayer .slice path",
    "heatmap": ".heatmaplayer image",
    "sunburst": ".sunburstlayer path.surface",
    "indicator": ".indicatorlayer .angular path",
    "box": ".boxlayer path.box",
    "histogram": ".barlayer .point path",
}
COLOUR = "return getComputedStyle(document.querySelector('.barlayer .point path')).fill"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    charts = [
        Chart(f"How does {name} look?", [{"type": name, **trace}], LAYOUT, f"a {name}")
        for name, trace in TRACES.items()
    ]
    path = tmp_path_factory.mktemp("charts") / "charts.html"
    shell = Page("Charts", NoLinks(), Library())
    content = charts[0].html()
    for chart in charts[1:]:
        content += chart.html()
    path.write_text(page_html("figure.html.j2", shell, chart=content), "utf-8")
    return path


def test_every_trace_is_drawn_without_a_complaint(auditor: PageAudit, page: Path) -> None:
    assert auditor.problems(page.as_uri(), "charts") == []
    missing = [
        name
        for name, marks in MARKS.items()
        if not auditor.browser.execute_script(
            "return document.querySelector(arguments[0])",
            f".chart-box[aria-label='a {name}'] {marks}",
        )
    ]
    assert missing == []


def test_a_name_from_data_is_text_in_a_picture(auditor: PageAudit, page: Path) -> None:
    auditor.show(page.as_uri(), 1400, "light")
    labels = auditor.browser.execute_script(
        "return Array.from(document.querySelectorAll('.xtick text')).map(one => one.textContent)"
    )
    assert "b<b>c</b>" in labels


def test_charts_follow_the_readers_light_and_dark(auditor: PageAudit, page: Path) -> None:
    auditor.show(page.as_uri(), 1400, "dark")

    for theme, colour in (("light", "rgb(0, 114, 178)"), ("dark", "rgb(86, 168, 224)")):
        auditor.choose(theme)
        WebDriverWait(auditor.browser, auditor.wait_s).until(
            lambda browser, wanted=colour: browser.execute_script(COLOUR) == wanted
        )
