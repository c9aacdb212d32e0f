"""The notebooks of a project: valid, with parameters, and executed for real."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from dmaic_assets.cli.setup.init_command import add_notebooks
from dmaic_assets.reports.project_notebooks.books import project_notebooks
from dmaic_assets_tests.work.conftest import csv_of, make_project

NAMES = ("01-profile.ipynb", "02-ingest.ipynb", "03-monitor.ipynb")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with two judged files and one that nobody has judged, and its notebooks."""
    root = tmp_path_factory.mktemp("shop")
    project = make_project(root)
    for number in range(2):
        project.drop(f"{number}.csv", csv_of(100 * number))
    project.run()
    project.drop("2.csv", csv_of(900))
    project.platform.close()
    add_notebooks(root)
    # Found from below, as when a notebook is executed where it lies.
    before = Path.cwd()
    os.chdir(root / "notebooks")
    yield root
    os.chdir(before)


def executed(shop: Path, name: str, **parameters: object) -> dict[str, Any]:
    """Executes the cells of code of a notebook, and gives what they left behind.

    What papermill does, without the seconds that a kernel of its own takes.
    """
    book = nbformat.read(shop / "notebooks" / name, as_version=4)
    space: dict[str, Any] = {}
    for cell in book.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, f"{name}:{cell.id}", "exec"), space)
            space.update(parameters if "parameters" in cell.metadata.get("tags", ()) else {})
    return space


def test_notebooks_are_valid_and_say_what_can_be_set() -> None:
    books = {name: nbformat.reads(text, as_version=4) for name, text in project_notebooks().items()}

    assert tuple(books) == NAMES
    for book in books.values():
        nbformat.validate(book)
        tagged = [c for c in book.cells if c.metadata.get("tags") == ["parameters"]]
        assert [c.cell_type for c in tagged] == ["code"]
        assert len({cell.id for cell in book.cells}) == len(book.cells)


def test_fifteen_sections_stand_in_their_order() -> None:
    book = nbformat.reads(project_notebooks()["03-monitor.ipynb"], as_version=4)

    headings = [c.source.split()[1] for c in book.cells if c.source.startswith("## ")]
    assert headings == [str(number) for number in range(1, 16)]


def test_profile_judges_nothing_and_ingest_skips_what_is_known(shop: Path) -> None:
    profiled = executed(shop, NAMES[0], SAMPLE_ROWS=50)
    assert profiled["profiles"]["orders"]["file"].endswith("2.csv")
    assert profiled["profiles"]["orders"]["profile"]["sampled_rows"] == 50

    told = executed(shop, NAMES[1], SOURCES=["orders"])
    assert [Path(file["path"]).name for file in told["new"]] == ["2.csv"], "as before 01"
    assert [Path(file["path"]).name for file in told["judged"]] == ["2.csv"]
    assert (len(told["files"]), told["held"]) == (3, [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_monitor_runs_under_papermill_with_parameters(shop: Path, tmp_path: Path) -> None:
    made = papermill.execute_notebook(
        shop / "notebooks" / NAMES[2],
        tmp_path / "made.ipynb",
        parameters={"SOURCES": ["orders"], "SINCE": "7d", "EXPORT": True},
        cwd=str(shop),
        kernel_name="python3",
        progress_bar=False,
    )

    drawn = [
        cell.id
        for cell in made.cells
        for output in cell.get("outputs", ())
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]
    names = ("trend", "kpis", "explorer", "heat", "timeline", "courses")
    assert drawn == [f"monitor-{name}" for name in names]
    report = next(c for c in made.cells if c.id == "monitor-report")
    assert re.search(
        "[23] files, [23] verdicts, 0 held now", report.outputs[0]["data"]["text/plain"]
    )
    assert len(list((shop / "data" / "reports").glob("dq_report_*.json"))) == 1
