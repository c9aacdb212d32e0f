"""The audit of pages finds what it is for: each law is broken once, and told."""

from pathlib import Path

import pytest

from dmaic_assets_tests.web.page_audit import PageAudit

pytestmark = pytest.mark.browser
GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Good</title>
<link rel="icon" href="data:,"></head>
<body><main><h1>Good</h1><p>A <a href="#there">link</a>.</p><p id="there">There.</p></main>
</body></html>"""


def problems_of(auditor: PageAudit, folder: Path, more: str) -> str:
    path = folder / "page.html"
    path.write_text(GOOD.replace("</main>", f"{more}</main>"), "utf-8")
    quick = PageAudit(auditor.browser, wait_s=0.1)
    return "\n".join(quick.problems(path.as_uri(), "audited"))


def test_a_good_page_has_no_problem(auditor: PageAudit, tmp_path: Path) -> None:
    assert problems_of(auditor, tmp_path, "") == ""


def test_every_law_that_a_page_breaks_is_told(auditor: PageAudit, tmp_path: Path) -> None:
    told = problems_of(
        auditor,
        tmp_path,
        """<p style="width:500px">Wide.</p>
        <details><summary>More</summary><p style="width:2000px">Wide in a fold.</p></details>
        <p style="color:#ccc;background:#fff">Pale.</p>
        <button tabindex="-1">Out of reach</button>
        <button style="outline:none">Unseen</button>
        <img src="http://127.0.0.2:9/spy.png">
        <div class="chart-box" aria-label="a chart"></div>
        <script>console.error("a complaint")</script>""",
    )

    for law in (
        "360 px, dark: wider than the window as it opens: ",
        "1400 px, light: wider than the window unfolded: ",
        "1400 px, light: color-contrast: ",
        "360 px, light: image-alt: ",
        'Tab does not reach <button tabindex="-1">Out of reach</button>',
        'no sign of the focus on <button style="outline:none">Unseen</button>',
        "asks elsewhere: http://127.0.0.2:9/spy.png",
        "never drawn: a chart",
        "a complaint",
    ):
        assert law in told, told
    assert "1400 px, light: wider than the window as it opens" not in told
