"""What files, columns and values are called never acts as markup in the reports of the phases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from dmaic_assets.process.cycle.publish import publish
from dmaic_assets_tests.process.conftest import configure
from dmaic_assets_tests.process.shop import cycle
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

TAG = "<img src=x onerror=alert(1)>"
COLUMN = "kind*of <b>thing</b>"
_LINKS = {"../sources/orders.html", "../fleet.html"}
_ALLOWED = {"text", "text_special", "softbreak", "code_inline"}


def _hostile(project: Project) -> None:
    values = ("<b>north</b>", "[south](http://x.example)", "east | west", "`west`")
    kinds: dict[str, Callable[[int], object]] = {COLUMN: lambda n: values[n % 4]}
    for day in range(1, 6):
        project.drop(f"{day} <i>.csv", csv_of(1000 * day, rows=200, **kinds))
        project.run()
    bad: dict[str, Callable[[int], object]] = {
        COLUMN: lambda n: TAG if n < 30 else values[n % 4],
        "amount": lambda n: TAG if n < 20 else f"{10 + (n * 37) % 100}.5",
    }
    project.drop("bad <i>.csv", csv_of(9000, rows=200, **bad))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("hostile"))
    configure(made.root, "recursion: {max_iterations: 2}\n")
    made.reload()
    _hostile(made)
    result = cycle(made)
    publish(made.platform, result.run_id)
    made.platform.close()
    return made.data / "reports"


def test_no_report_has_markup_from_files(reports: Path) -> None:
    texts = {p.name: p.read_text() for p in sorted(reports.rglob("*.md"))}

    assert {"analysis.md", "improve.md", "measure.md", "summary.md"} <= set(texts)
    assert any("img src=x" in text for text in texts.values())
    for name, text in texts.items():
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
        children = [c for t in tokens for c in t.children or []]
        # The plan's links are ours: to the page of its source, and to that of all sources.
        links = {str(c.attrs["href"]) for c in children if c.type == "link_open"}
        assert links <= (_LINKS if name == "control_plan.md" else set()), name
        assert {c.type for c in children} - {"link_open", "link_close"} <= _ALLOWED, name
        assert not [t.content for t in tokens if t.type == "html_block"], name
