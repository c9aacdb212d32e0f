"""`dmaic report` and `dmaic timeline` on a project whose phases have run."""

import json

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
