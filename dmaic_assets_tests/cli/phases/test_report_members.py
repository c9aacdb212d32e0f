"""`dmaic report source`, `file`, `fleet` and `week` on a small project with a held file."""

import csv
import json

import pytest

from dmaic_assets.process.cycle.phases_of_a_run import work_phases
from dmaic_assets_tests.work.conftest import csv_of, make_project


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("members"))
    for number in range(4):
        project.drop(f"{number}.csv", csv_of(100 * number))
    project.run()
    project.drop("bad.csv", csv_of(900, amount=lambda n: "oops" if n < 60 else f"{n}.5"))
    result = project.run()
    work_phases(project.platform, result.run_id, ["orders"], until="control")
    project.platform.close()
    return project.root


def told(call, root, *arguments):
    done = call("report", *arguments, "--json", cwd=root)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_source_is_told_to_people_and_to_programs(root, call):
    shown = call("report", "source", "orders", cwd=root)
    view = told(call, root, "source", "orders")

    assert "5 files: 4 accepted, 0 with rows set apart, 1 held" in shown.out
    assert "amount.type" in shown.out
    assert view["totals"]["held_files"] == 1
    assert view["held"]["files"][0]["line"]["name"] == "bad.csv"
    none = told(call, root, "source", "orders", "--rule", "id.unique")
    assert none["held"]["files"] == []


def test_a_file_is_told_as_text_that_can_be_sent(root, call, tmp_path):
    shown = call("report", "file", "bad.csv", cwd=root)
    written = call("report", "file", "orders/bad.csv", "--into", tmp_path / "r.md", cwd=root)

    assert shown.out.startswith("# bad.csv: held\n")
    assert "dmaic gate release orders/bad.csv --reason TEXT" in shown.out
    assert written.code == 0
    assert (tmp_path / "r.md").read_text() == shown.out


def test_a_page_that_is_sent_stands_alone(root, call, tmp_path):
    done = call("report", "file", "bad.csv", "--into", tmp_path / "r.html", cwd=root)

    page = (tmp_path / "r.html").read_text()
    assert done.code == 0
    assert "The file is held whole" in page
    assert "<script src" not in page


def test_without_phases_the_pages_are_written_and_the_phases_named(tmp_path, call):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0))
    project.run()
    project.platform.close()

    shown = call("report", cwd=tmp_path)
    document = json.loads(call("report", "--json", cwd=tmp_path).out)

    assert shown.code == 0
    assert "dmaic run --phase control" in shown.out
    assert "sources/orders.html" in document["pages"]
    assert (document["run_id"], document["page"], document["written"]) == (None, None, [])
    assert (tmp_path / "data" / "reports" / "sources" / "orders.html").is_file()


def test_failing_rows_are_written_as_csv(root, call, tmp_path):
    path = tmp_path / "rows.csv"
    done = call("report", "file", "bad.csv", "--rule", "amount.type", "--csv", path, cwd=root)

    assert done.code == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    told_rows = {
        v["rule"]: v["rows_failed"] for v in told(call, root, "file", "bad.csv")["violations"]
    }
    assert len(rows) == told_rows["amount.type"] > 0
    assert all("amount.type" in row["_dmaic_rules"].split(";") for row in rows)
    assert rows[0]["amount"] == "oops"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("file", "nobody.csv"), "no file of this project is called so"),
        (("file", "bad.csv", "--into", "report.doc"), "has no ending that is known"),
        (("file", "0.csv", "--csv", "rows.csv"), "no row of this file is set apart"),
        (("source", "order"), "is no source"),
    ],
)
def test_what_cannot_be_told_is_refused_and_writes_nothing(root, call, tmp_path, arguments, says):
    before = sorted(p.name for p in root.iterdir())
    refused = call("report", *arguments, cwd=root)

    assert refused.code == 2
    assert says in refused.err
    assert sorted(p.name for p in root.iterdir()) == before


def test_the_fleet_is_told_with_what_asks_most_first(root, call):
    shown = call("report", "fleet", cwd=root)
    view = told(call, root, "fleet")

    assert "CTQs of 1 source" in shown.out
    assert "dmaic analyze" in shown.out
    assert view["quality"] == {"run_id": "", "lines": []}
    assert {c["source"] for c in view["fleet"]["ctqs"]} == {"orders"}


def test_the_week_is_told_beside_the_one_before(root, call):
    shown = call("report", "week", cwd=root)
    view = told(call, root, "week", "--days", "1")

    assert "7 days before" in shown.out
    assert (view["now"]["files"], view["now"]["held_files"]) == (5, 1)
    assert view["before"]["files"] == 0
    assert call("report", "week", "--days", "0", cwd=root).code == 2


def test_a_project_without_phases_has_a_fleet_that_says_what_to_do(tmp_path, call):
    make_project(tmp_path).platform.close()

    shown = call("report", "fleet", cwd=tmp_path)

    assert shown.code == 0
    assert "dmaic run --phase control" in shown.out


def test_a_project_without_files_is_told_to_bring_some(tmp_path, call):
    make_project(tmp_path).platform.close()

    shown = call("report", cwd=tmp_path)

    assert shown.code == 2
    assert "no file has been judged yet" in shown.err
    assert "data/incoming/<source>/" in shown.err
