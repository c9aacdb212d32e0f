"""What every page must keep, asked of a real browser: at two widths, in light and in dark.

    def test_the_fleet_page_can_be_used(auditor: PageAudit, tmp_path: Path) -> None:
        assert auditor.problems(page.as_uri(), "fleet") == []

`auditor` is a fixture of the session: one browser for all pages. A test that takes it carries the
marker `browser`. Screenshots go to test-artifacts/pages/: look at them.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.ui import WebDriverWait

from dmaic_assets_tests.web.chromium import chromium

SHOTS = Path(__file__).parents[2] / "test-artifacts" / "pages"
WIDTHS = (1400, 360)
HEIGHT = 900
WAIT_S = 20.0
# Pixels of a screenshot's height: what is longer nobody looks at.
TALLEST = 8000
# Stops of the Tab key that are tried on one page.
MOST_STOPS = 300
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true; });"
# Each chart is drawn when it comes near the window; a page that scrolls smoothly would pass it by.
DRAW = """
document.documentElement.style.scrollBehavior = "auto";
const boxes = Array.from(document.querySelectorAll(".chart-box"))
  .filter(box => box.checkVisibility());
const missing = boxes.filter(box => !box.querySelector(".main-svg .infolayer"));
if (missing.length) { missing[0].scrollIntoView(); } else { window.scrollTo(0, 0); }
return missing.map(box => box.getAttribute("aria-label"));
"""
WIDER = """
const over = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
if (over <= 0) { return ""; }
const edge = document.documentElement.clientWidth + 1;
const culprits = Array.from(document.body.querySelectorAll("*")).filter(one => {
  if (one.getBoundingClientRect().right <= edge) { return false; }
  for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflowX !== "visible") { return false; }
  }
  return true;
});
const told = culprits.slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(" | ");
return over + " px, because of " + told;
"""
# Texts of charts that stand out of their picture.
CUT_OFF = """
return Array.from(document.querySelectorAll(".chart-box")).flatMap(box => {
  const svg = box.querySelector(".main-svg");
  if (!svg || !box.checkVisibility()) { return []; }
  const frame = svg.getBoundingClientRect();
  return Array.from(box.querySelectorAll("svg text")).filter(text => text.textContent.trim())
    .filter(text => text.checkVisibility())
    .filter(text => {
      const at = text.getBoundingClientRect();
      return at.left < frame.left - 1 || at.right > frame.right + 1 || at.bottom > frame.bottom + 1;
    }).map(text => box.getAttribute("aria-label") + ": " + text.textContent);
});
"""
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(found.violations.flatMap(rule =>
  rule.nodes.slice(0, 3).map(node => rule.id + ": " + node.html.slice(0, 160) + " (" +
    (node.any.concat(node.all, node.none)[0] || {message: rule.help}).message + ")"))
), error => done(["axe: " + error]));
"""
# Marks what the Tab key should reach, and notes what it does reach, and whether that is seen.
STOPS = """
window.auditStops = Array.from(document.querySelectorAll(
  "a[href], button, input, select, textarea, summary, [tabindex], [role=button], .scroll"))
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
  .filter(one => one.type !== "radio" && one.type !== "hidden" && one.id !== "main")
  .filter(one => !one.matches(".scroll") || one.scrollWidth > one.clientWidth);
window.auditReached = new Set();
window.auditUnseen = [];
document.addEventListener("focusin", event => {
  window.auditReached.add(event.target);
  const style = getComputedStyle(event.target);
  if (style.outlineStyle === "none" && style.boxShadow === "none") {
    window.auditUnseen.push(event.target.outerHTML.slice(0, 120));
  }
});
document.activeElement.blur();
window.getSelection().removeAllRanges();
return window.auditStops.length;
"""
REACHED = """
const missed = window.auditStops.filter(one => !window.auditReached.has(one));
return [missed.map(one => one.outerHTML.slice(0, 120)), window.auditUnseen];
"""


@dataclass
class PageAudit:
    """Opens pages and lists what is wrong with them."""

    browser: webdriver.Chrome
    # Seconds for the charts of a page.
    wait_s: float = WAIT_S

    def problems(self, address: str, name: str) -> list[str]:
        """Everything that is wrong with a page, each with the width and the theme it is seen at.

        Args:
            address: Of a file or of a server on this machine.
            name: Of the screenshots.
        """
        found: list[str] = []
        for width in WIDTHS:
            for theme in ("light", "dark"):
                self.show(address, width, theme)
                SHOTS.mkdir(parents=True, exist_ok=True)
                self._shot(SHOTS / f"{name}-{width}-{theme}.png")
                is_first = (width, theme) == (WIDTHS[0], "light")
                # A dark phone has the colours of the one page and the boxes of the other.
                is_last = (width, theme) == (WIDTHS[-1], "dark")
                seen = [*self._looks(with_axe=not is_last), *self._log()]
                if is_first:
                    seen += self._stops()
                found += [f"{width} px, {theme}: {problem}" for problem in dict.fromkeys(seen)]
        return found

    def show(self, address: str, width: int, theme: str) -> None:
        """Opens a page at a width, in `light` or `dark`, and draws its charts."""
        self._log()
        metrics = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self._devtools("Emulation.setDeviceMetricsOverride", metrics)
        self.choose(theme)
        self.browser.get(address)
        self.draw()

    def choose(self, theme: str) -> None:
        """Has the reader's system turn `light` or `dark`."""
        scheme = {"name": "prefers-color-scheme", "value": theme}
        self._devtools("Emulation.setEmulatedMedia", {"features": [scheme]})

    def draw(self) -> None:
        """Waits until all charts that are not folded away are drawn."""
        try:
            WebDriverWait(self.browser, self.wait_s, poll_frequency=0.05).until(
                lambda browser: browser.execute_script(DRAW) == []
            )
        except TimeoutException:
            return

    def _looks(self, *, with_axe: bool) -> Iterator[str]:
        """What is wrong to the eye and to a screen reader, folds open."""
        yield from self._width("as it opens")
        self.browser.execute_script(UNFOLD)
        self.draw()
        yield from (f"never drawn: {one}" for one in self.browser.execute_script(DRAW))
        yield from self._width("unfolded")
        yield from (f"cut off: {one}" for one in self.browser.execute_script(CUT_OFF))
        if with_axe:
            self._devtools("Runtime.evaluate", {"expression": _axe()})
            yield from self.browser.execute_async_script(AXE)

    def _width(self, when: str) -> Iterator[str]:
        if over := self.browser.execute_script(WIDER):
            yield f"wider than the window {when}: {over}"

    def _stops(self) -> Iterator[str]:
        """What the Tab key does not reach, and where nobody sees that it is there."""
        wanted = self.browser.execute_script(STOPS)
        for _ in range(min(wanted + 5, MOST_STOPS)):
            for kind in ("rawKeyDown", "keyUp"):
                key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
                self._devtools("Input.dispatchKeyEvent", {"type": kind, **key})
        missed, unseen = self.browser.execute_script(REACHED)
        if wanted <= MOST_STOPS:
            yield from (f"Tab does not reach {one}" for one in missed)
        yield from (f"no sign of the focus on {one}" for one in unseen)

    def _log(self) -> Iterator[str]:
        """What the console complained of and what was asked of other machines, since last time."""
        console: list[dict[str, Any]] = self.browser.get_log("browser")
        events = [json.loads(e["message"])["message"] for e in self.browser.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if _is_request(e)]
        return iter(
            [f"console: {entry['message']}" for entry in console]
            + [f"asks elsewhere: {url}" for url in asked if not _is_here(url)]
        )

    def _shot(self, path: Path) -> None:
        size = self._devtools("Page.getLayoutMetrics", {})["cssContentSize"]
        # Without the bar at its side, which a picture of the whole page does not have.
        width = self.browser.execute_script("return window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "scale": 1}
        clip["height"] = min(size["height"], TALLEST)
        shot = {"captureBeyondViewport": True, "clip": clip}
        path.write_bytes(base64.b64decode(self._devtools("Page.captureScreenshot", shot)["data"]))

    def _devtools(self, command: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return self.browser.execute_cdp_cmd(command, parameters)


@contextmanager
def page_audit(profile: Path) -> Iterator[PageAudit]:
    """One browser for many pages."""
    with chromium(profile, is_watched=True) as browser:
        yield PageAudit(browser)


def _is_request(event: dict[str, Any]) -> bool:
    return event["method"] == "Network.requestWillBeSent"


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"file", "data", "blob", "chrome"} or parts.hostname in {
        "127.0.0.1",
        "localhost",
    }


@cache
def _axe() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
