"""The reports of a run on a small project: what is written, when, and that notebooks work."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dmaic_assets.process.cycle.phases_of_a_run import CycleResult, work_phases
from dmaic_assets.process.cycle.publish import Published, publish
from dmaic_assets.process.cycle.run_facts import newest_dmaic_run
from dmaic_assets.store.artifacts import list_artifacts
from dmaic_assets.store.keys import sha256_file
from dmaic_assets.store.ledger.record.runs import get_run, list_phases
from dmaic_assets.work.run.platform import Platform
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = make_project(tmp_path_factory.mktemp("reports"))
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(100 * number))
    made.drop("4.csv", csv_of(400, amount=lambda n: "many" if n % 20 == 0 else f"{n}.5"))
    yield made
    made.platform.close()


@pytest.fixture(scope="module")
def worked(project: Project) -> CycleResult:
    result = project.run()
    assert result is not None
    return work_phases(project.platform, result.run_id, ["orders"], until="analyze")


@pytest.fixture(scope="module")
def published(project: Project, worked: CycleResult) -> Published:
    return publish(project.platform, worked.run_id)


def reports(platform: Platform) -> Path:
    return platform.paths.reports


def test_every_report_is_written_and_recorded_with_its_hash(project, published):
    platform = project.platform

    recorded = {
        ref.path: ref.sha256
        for _, _, ref in list_artifacts(platform.ledger, published.run_id, phase="report")
    }

    names = {path.removeprefix("reports/") for path in recorded}
    run = published.run_id
    assert names == {
        "dmaic.html",
        "summary.md",
        "timeline.txt",
        "timeline.md",
        "dmaic/orders.html",
        f"json/summary-{run}.json",
        "notebooks/000-template.ipynb",
        *(f"notebooks/run-{run}-{phase}.ipynb" for phase in ("define", "measure", "analyze")),
    }
    for path, digest in recorded.items():
        assert sha256_file(platform.paths.data / path) == digest


def test_publishing_again_writes_nothing(project, published):
    assert publish(project.platform, published.run_id).written == ()


def test_what_was_deleted_or_changed_comes_back(project, published):
    page = reports(project.platform) / "dmaic.html"
    before = page.read_bytes()
    page.unlink()
    (reports(project.platform) / "timeline.txt").write_text("nothing\n")

    again = publish(project.platform, published.run_id)

    assert set(again.written) == {"dmaic.html", "timeline.txt"}
    assert page.read_bytes() == before


def test_each_source_has_a_page_that_leads_back_and_loads_what_is_there(project, published):
    page = reports(project.platform) / "dmaic" / "orders.html"
    told = page.read_text()

    assert 'href="dmaic/orders.html"' in (reports(project.platform) / "dmaic.html").read_text()
    assert 'href="../dmaic.html"' in told
    scripts = re.findall(r'src="([^"]+)"', told)
    assert len(scripts) == 2
    assert all((page.parent / script).resolve().is_file() for script in scripts)


def test_pages_name_others_that_stand_beside_them(project, published):
    fleet = reports(project.platform) / "fleet.html"
    fleet.write_text("")

    again = publish(project.platform, published.run_id)
    fleet.unlink()

    assert set(again.written) == {"dmaic.html", "dmaic/orders.html"}
    assert 'href="../fleet.html"' in (reports(project.platform) / "dmaic/orders.html").read_text()
    assert set(publish(project.platform, published.run_id).written) == set(again.written)


def test_a_later_run_over_the_same_phases_has_the_same_page(project, published, worked):
    page = (reports(project.platform) / "dmaic.html").read_bytes()
    project.drop("1.csv", csv_of(0), source="returns")
    later = project.run()
    assert later is not None
    cycle = work_phases(project.platform, later.run_id, ["orders"], until="analyze")

    again = publish(project.platform, cycle.run_id)

    assert cycle.computed == 0
    assert (reports(project.platform) / "dmaic.html").read_bytes() == page
    assert again.sources == published.sources
    assert newest_dmaic_run(project.platform) == later.run_id


def test_the_summary_has_the_figures_of_the_ledger(project, published):
    path = reports(project.platform) / "json" / f"summary-{published.run_id}.json"

    summary = json.loads(path.read_text())

    assert set(summary) == {"run_id", "per_phase", "totals", "cumulative", "deltas"}
    assert summary["run_id"] == published.run_id
    phases = list_phases(project.platform.ledger, published.run_id)
    assert set(summary["per_phase"]) == {p.phase for p in phases}
    for phase in phases:
        told = summary["per_phase"][phase.phase]
        assert told["outputs_hash"] == phase.outputs_hash
        assert told["sources"] == phase.metrics["sources"]
    assert summary["totals"]["defects"] == published.sources[0].key.defects


def test_notebooks_are_valid_and_say_what_the_ledger_says(project, published):
    folder = reports(project.platform) / "notebooks"
    run = get_run(project.platform.ledger, published.run_id)

    for phase in list_phases(project.platform.ledger, published.run_id):
        book = nbformat.read(folder / f"run-{run.run_id}-{phase.phase}.ipynb", as_version=4)
        nbformat.validate(book)
        assert book.metadata["dmaic"] == {
            "run_id": run.run_id,
            "phase": phase.phase,
            "inputs_hash": phase.inputs_hash,
            "config_hash": run.config_hash,
        }
        ids = [cell["id"] for cell in book.cells]
        assert len(set(ids)) == len(ids)
        assert ids[0] == f"{phase.phase}-title"
    nbformat.validate(nbformat.read(folder / "000-template.ipynb", as_version=4))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["run-{run_id}-measure.ipynb", "000-template.ipynb"])
def test_a_notebook_runs_where_it_lies(project, published, name):
    folder = reports(project.platform) / "notebooks"
    book = nbformat.read(folder / name.format(run_id=published.run_id), as_version=4)

    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()

    shown = {cell["id"].split("-", 1)[1]: cell.get("outputs", []) for cell in book.cells}
    assert "sigma" in shown["metrics"][0]["data"]["text/plain"]
    assert "orders" in shown["warehouse"][0]["data"]["text/plain"]
    figures = [o for o in shown["figure"] if "application/vnd.plotly.v1+json" in o.get("data", {})]
    assert len(figures) == 1


def test_an_edited_template_is_not_written_over_and_a_deleted_one_comes_back(
    project: Project, worked: CycleResult, published: Published
) -> None:
    template = reports(project.platform) / "notebooks" / "000-template.ipynb"
    before = template.read_bytes()
    template.write_text("mine")

    publish(project.platform, worked.run_id)
    kept = template.read_text()
    template.unlink()
    publish(project.platform, worked.run_id)

    assert kept == "mine"
    assert template.read_bytes() == before
    assert "notebooks/000-template.ipynb" in published.written
