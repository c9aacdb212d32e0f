"""`dmaic report` and `dmaic timeline` on a project whose phases have run."""

import json
from pathlib import Path

import pytest

from dmaic_assets.process.cycle.phases_of_a_run import work_phases
from dmaic_assets_tests.work.conftest import csv_of, make_project


@pytest.fixture
def worked(tmp_path):
    project = make_project(tmp_path)
    for number in range(2):
        project.drop(f"{number}.csv", csv_of(100 * number))
    result = project.run()
    work_phases(project.platform, result.run_id, ["orders"], until="measure")
    project.platform.close()
    return tmp_path, result.run_id


def test_report_writes_what_is_missing_once_and_tells_the_headline(worked, call):
    root, run_id = worked

    first = call("report", "--json", cwd=root)
    second = call("report", "--json", cwd=root)

    told = json.loads(first.out)
    assert (first.code, second.code) == (0, 0)
    assert told["run_id"] == run_id
    assert "dmaic.html" in told["written"]
    assert (root / "data" / "reports" / "dmaic.html").is_file()
    assert [s["source"] for s in told["sources"]] == ["orders"]
    assert json.loads(second.out)["written"] == []


def test_report_for_people_is_a_line_per_source_and_the_page(worked, call):
    root, run_id = worked

    shown = call("report", cwd=root)

    assert shown.code == 0
    assert "orders" in shown.out
    assert run_id in shown.out
    assert "dmaic.html" in shown.out


def test_without_phases_there_is_nothing_to_report(tmp_path, call):
    make_project(tmp_path).platform.close()

    refused = call("report", cwd=tmp_path)

    assert refused.code == 2
    assert "dmaic run" in refused.err


def test_the_timeline_is_printed_and_written(worked, call):
    root, run_id = worked

    shown = call("timeline", cwd=root)
    document = json.loads(call("timeline", "--json", cwd=root).out)

    assert shown.out == (root / "data" / "reports" / "timeline.txt").read_text()
    assert shown.out.split()[1] == "->"
    assert run_id in shown.out
    assert [run["run_id"] for run in document] == [run_id]


def test_execute_runs_the_notebooks_of_a_run_with_values(worked, call):
    root, run_id = worked

    ran = call("report", "--execute", "--run", run_id, "-h", cwd=root)
    assert "--parameter NAME=VALUE" in ran.out
    ran = call(
        *("report", "--execute", "--run", "latest", "--parameter", "METRIC=dpmo", "--json"),
        cwd=root,
    )

    assert (ran.code, ran.json["run_id"]) == (0, run_id)
    assert [book["status"] for book in ran.json["notebooks"]] == ["done", "done"]
    for book in ran.json["notebooks"]:
        text = Path(book["path"]).read_text(encoding="utf-8")
        assert "dpmo per run" in text
        assert Path(book["path"]).name == book["notebook"].replace(".ipynb", ".executed.ipynb")


def test_what_execute_cannot_do_is_refused(worked, call):
    for arguments, words in (
        (("--parameter", "METRIC=dpmo"), "Add --execute."),
        (("--execute", "--parameter", "METRIC"), "is not NAME=VALUE"),
        (("--execute", "--parameter", "OTHER=1"), "is no parameter of run-"),
        (("--run", "nobody"), "no such run"),
        (("--execute", "--timeout", "0"), "--timeout"),
    ):
        refused = call("report", *arguments, cwd=worked[0])

        assert refused.code == 2
        assert words in refused.err
