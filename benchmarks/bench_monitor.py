"""The monitor over a long log: read, rendered, and drawn in a browser.

`python -m benchmarks.bench_monitor [--json]`. 3,000 rules of 100 sources, 100,000 verdicts. Reading
and rendering are measured in this process, as a server does that renders the page for a visitor;
what is drawn, in Chromium, from the beginning of the navigation. Without Chromium that part is left
out.
"""

import gc
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made_log import LogSize, fill_ledger
from benchmarks.measure import Figure, arguments, report, report_json
from benchmarks.projects import empty_project
from dmaic_assets.reports.monitor.page import monitor_page
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.run.platform import Platform, platform_of

SIZE, QUICK = LogSize(), LogSize(checks=3_000, verdicts=10_000, runs=100)
# Goals of issue 16: seconds of reading and rendering, and of drawing; megabytes of the page.
RENDERED_S, DRAWN_S, PAGE_MB = 2.0, 2.0, 2.0
# Draws every chart, as a reader does who scrolls through the page, and tells when the first screen
# and the last chart were there, in milliseconds since the navigation began.
DRAW = """
const done = arguments[arguments.length - 1];
const boxes = Array.from(document.querySelectorAll(".chart-box"));
document.documentElement.style.scrollBehavior = "auto";
let first = 0;
(function next() {
  const missing = boxes.filter(box => !box.querySelector(".main-svg .infolayer"));
  const seen = missing.filter(box => box.getBoundingClientRect().top < innerHeight);
  if (!first && !seen.length) { first = performance.now(); }
  if (!missing.length) { done([first, performance.now()]); return; }
  if (first) { missing[0].scrollIntoView(); }
  requestAnimationFrame(next);
})();
"""


def rendered(platform: Platform, page: Path, repeats: int) -> list[Figure]:
    """Reads and renders, and tells what the fastest took: what is slower, others were."""
    best: tuple[float, ...] = (float("inf"),) * 3
    for _ in range(repeats):
        begun, cpu = time.perf_counter(), time.process_time()
        view = read_monitor(platform)
        read = time.perf_counter()
        html = monitor_page(view, NoLinks(), Library())
        ended = time.perf_counter()
        best = min(best, (ended - begun, read - begun, time.process_time() - cpu))
        page.write_text(html, "utf-8")
    whole, read_s, cpu_s = best
    return [
        Figure("read: elapsed", "s", read_s, RENDERED_S),
        Figure("read and rendered: elapsed", "s", whole, RENDERED_S),
        Figure("read and rendered: cpu", "s", cpu_s, RENDERED_S),
        Figure("the page", "MB", page.stat().st_size / 1e6, PAGE_MB),
    ]


def drawn(page: Path, profile: Path, repeats: int) -> list[Figure]:
    """Opens the page in Chromium; nothing where there is none."""
    if not shutil.which("chromedriver"):
        print("no Chromium here: what is drawn is not measured", file=sys.stderr)
        return []
    from dmaic_assets_tests.web.chromium import chromium

    best = (float("inf"), float("inf"))
    with chromium(profile) as browser:
        browser.set_script_timeout(60)
        for _ in range(repeats):
            browser.get(page.as_uri())
            first_ms, last_ms = browser.execute_async_script(DRAW)
            best = min(best, (last_ms / 1000, first_ms / 1000))
    return [
        Figure("drawn, first screen: elapsed", "s", best[1], DRAWN_S),
        Figure("drawn, every chart: elapsed", "s", best[0], DRAWN_S),
    ]


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    # As the command line has it: looking for circular garbage among 100,000 verdicts takes .2 s.
    gc.set_threshold(100_000)
    size = QUICK if args.quick else SIZE
    with tempfile.TemporaryDirectory(prefix="bench-monitor-") as name:
        folder = Path(name)
        project = empty_project(folder / "project")
        with platform_of(load_settings(project)) as platform:
            fill_ledger(platform.ledger, size)
            figures = rendered(platform, folder / "monitor.html", args.repeats)
        figures += drawn(folder / "monitor.html", folder / "profile", args.repeats)
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
