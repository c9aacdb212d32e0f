"""Commands on a project: one run through Dagster, then everything that can be asked about it."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets_tests.cli.samples import ROWS, orders, write_csv, write_days
from dmaic_assets_tests.cli.shell import Finished, clean_environment, dmaic, dmaic_here

Call = Callable[..., Finished]
DAYS = range(1, 7)
BAD = "orders-2026-11-07.csv"


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """A project with six days of orders and a broken seventh, and its first run."""
    project = tmp_path_factory.mktemp("shop")
    make_project(project)
    landed = project / "data" / "incoming" / "orders"
    write_days(landed, DAYS)
    write_csv(landed / BAD, [{**row, "amount": "n/a"} for row in orders(7)])
    return project, dmaic("run-all", "--json", cwd=project)


@pytest.fixture
def shop(first_run: tuple[Path, Finished]) -> Path:
    return first_run[0]


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file but the database, which remembers hashes of files that it saw."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in (folder / "data").rglob("*")
        if path.is_file() and not path.name.startswith("ledger.sqlite")
    }


def test_a_run_judges_every_file_and_ends_with_4_when_one_is_held(
    first_run: tuple[Path, Finished],
) -> None:
    _, ran = first_run

    assert (ran.code, ran.err) == (4, "")
    document = ran.json
    verdicts = {Path(f["path"]).name: f["verdict"] for f in document["files"]}
    assert verdicts.pop(BAD) == "reject"
    assert set(verdicts.values()) <= {"accept", "quarantine"}
    assert document["held"] == 1
    assert document["totals"]["files"] == 7
    assert document["totals"]["rows"] == 7 * ROWS
    assert document["errors"] == []


def test_a_run_leaves_a_summary_file(first_run: tuple[Path, Finished]) -> None:
    project, ran = first_run

    summary = json.loads(
        (project / f"data/artifacts/json/summary-{ran.json['run_id']}.json").read_text("utf-8")
    )

    assert set(summary) == {"run_id", "per_phase", "totals"}
    assert summary["per_phase"]["gate_verdict"]["files_computed"] == 7
    assert summary["totals"] == ran.json["totals"]


def test_a_second_run_has_nothing_to_do_and_the_same_exit_code(shop: Path) -> None:
    script = (
        "import sys; from dmaic_assets.cli.main import main; code = main(['run-all', '--json']);"
        "sys.exit(9 if 'dagster' in sys.modules else code)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=shop,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    again = Finished(ran.returncode, ran.stdout, ran.stderr)
    assert (again.code, again.err) == (4, ""), "9 means that Dagster was imported"
    assert again.json["is_null_run"]
    assert again.json["run_id"] is None
    assert (again.json["held"], len(again.json["files"])) == (1, 7)


def test_exit_zero_is_for_those_who_read_the_document(shop: Path, call: Call) -> None:
    assert call("run-all", "--exit-zero", cwd=shop).code == 0
    assert call("ingest", "--source", "orders", "--exit-zero", cwd=shop).code == 0


def test_a_dry_run_tells_what_would_be_done_and_changes_nothing(shop: Path, call: Call) -> None:
    before = snapshot(shop)

    forced = call("run-all", "--force", "--dry-run", "--json", cwd=shop)
    planned = call("plan", cwd=shop)

    assert (forced.code, planned.code) == (0, 0)
    assert forced.json["sources_with_work"] == ["orders"]
    assert planned.out.startswith("Nothing to do: 7 files of 1 source, all known.")
    assert snapshot(shop) == before


def test_why_names_the_reason_for_every_asset(shop: Path, call: Call) -> None:
    known = call("why", "orders", cwd=shop)
    write_csv(shop / "data" / "incoming" / "returns" / "a.csv", orders(1)[:10])
    new = call("why", "returns", "--json", cwd=shop)
    (shop / "data" / "incoming" / "returns" / "a.csv").unlink()
    (shop / "data" / "incoming" / "returns").rmdir()

    assert "known from run" in known.out
    assert new.json["files"][0]["reasons"]["gate_verdict"]


def test_known_profiles_are_shown_without_being_computed_again(shop: Path, call: Call) -> None:
    files = sorted((shop / "data" / "incoming" / "orders").iterdir())[:2]

    one = call("profile", str(files[0]), cwd=shop)
    both = call("profile", *map(str, files), "--json", cwd=shop)
    every = call("profile", "--source", "orders", cwd=shop)

    assert one.out.startswith(f"{files[0].name}  csv, utf-8, comma; 300 rows x 5 columns")
    assert [Path(p["file"]).name for p in both.json["profiles"]] == [f.name for f in files]
    assert both.json["is_null_run"]
    assert every.out.count("orders-2026-11-") == 7


def test_status_tells_how_every_source_stands(shop: Path, call: Call) -> None:
    ran = call("status", "--json", cwd=shop)

    (source,) = ran.json["sources"]
    assert (source["source"], source["files"], source["reject"]) == ("orders", 7, 1)
    assert source["accepted"] + source["quarantined"] == source["rows"]
    assert ran.json["last_run"]["status"] == "succeeded"
    assert ran.json["plan"]["is_empty"]
    assert (source["freshness"]["expected"], source["freshness"]["basis"]) == ("every day", "times")
    assert source["freshness"]["overdue_since"] is None


def test_an_overdue_source_is_told_by_status_and_sources(shop: Path, call: Call) -> None:
    database = shop / "data" / "ledger" / "ledger.sqlite"
    config = shop / "config" / "sources.yaml"
    text = config.read_text()
    config.write_text("sources:\n  - {name: orders, schedule: hourly}\n")
    with sqlite3.connect(database) as ledger:
        before = ledger.execute("SELECT sha256, first_seen_us FROM arrivals").fetchall()
        ledger.execute("UPDATE arrivals SET first_seen_us = first_seen_us - 7200000000")

    told = call("status", cwd=shop)
    listed = call("sources", cwd=shop)
    document = call("status", "--json", cwd=shop).json["sources"][0]["freshness"]

    assert "late   orders: a file is overdue since " in told.out
    assert "files come every hour (declared in config/sources.yaml)" in told.out
    assert "overdue since " in listed.out
    assert document["overdue_since"] == document["late_after"]
    assert 0 < document["overdue_s"] < 3_600
    config.write_text(text)
    with sqlite3.connect(database) as ledger:
        sql = "UPDATE arrivals SET first_seen_us = ? WHERE sha256 = ?"
        ledger.executemany(sql, [(us, sha256) for sha256, us in before])


def test_status_for_people_fits_a_glance(shop: Path, call: Call) -> None:
    ran = call("status", cwd=shop)

    assert "1 reject" in ran.out
    assert "last run: " in ran.out
    assert "Nothing to do" in ran.out


def test_sources_are_listed_with_their_settings(shop: Path, call: Call) -> None:
    ran = call("sources", "--json", cwd=shop)

    assert [s["source"] for s in ran.json] == ["orders"]
    assert ran.json[0]["criticality"] == "medium"
    assert "incoming/orders" in call("sources", cwd=shop).out


def test_a_run_is_shown_by_its_id_the_beginning_of_it_or_as_latest(shop: Path, call: Call) -> None:
    (run,) = call("runs", "--json", cwd=shop).json

    shown = [
        call("show", n, "--json", cwd=shop) for n in (run["run_id"], run["run_id"][:8], "latest")
    ]

    assert [s.code for s in shown] == [0, 0, 0]
    assert {s.json["run_id"] for s in shown} == {run["run_id"]}
    held = [f for f in shown[0].json["files"] if f["verdict"] == "reject"]
    assert [Path(f["file"]).name for f in held] == [BAD]
    assert any(v["is_broken"] for v in held[0]["violations"])


def test_what_a_run_shows_to_people_names_the_broken_rule(shop: Path, call: Call) -> None:
    ran = call("show", "latest", cwd=shop)

    assert f"reject  {BAD}" in ran.out
    assert "broken)" in ran.out
    assert "amount" in ran.out


def test_an_unknown_run_is_refused(shop: Path, call: Call) -> None:
    ran = call("show", "20010101T000000Z__x", "--json", cwd=shop)

    assert (ran.code, ran.error["hint"]) == (2, "List the runs: dmaic runs")


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("ingest", "--source", "nowhere"), "no such source"),
        (("ingest", "nowhere.csv"), "no such file"),
        (("run-all", "--on-conflict", "overwrite"), "overwrite without force"),
        (("run-all", "--threshold", "101"), "101"),
        (("run", "--phase", "no_such_asset"), "no_such_asset"),
        (("graph", "--mermaid", "--json"), "--mermaid and --json"),
        (("profile", "data/incoming/orders/orders-2026-11-01.csv", "--sample", "9"), "outside"),
        (("job", "show", "123456"), "no such task"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_happens(
    shop: Path, call: Call, arguments: tuple[str, ...], culprit: str
) -> None:
    before = snapshot(shop)

    ran = call(*arguments, "--json", cwd=shop)

    assert (ran.code, ran.out) == (2, "")
    assert culprit in ran.error["detail"]
    assert snapshot(shop) == before


def test_tasks_of_the_run_are_done_and_can_be_looked_at(shop: Path, call: Call) -> None:
    states = call("job", "status", "--json", cwd=shop).json
    task = call("job", "show", "1", "--json", cwd=shop).json

    assert states["states"]["DONE"] == 7
    assert states["failed"] == []
    assert task["state"] == "DONE"
    assert task["history"][0]["kind"] == "task_planned"
    assert call("job", "leases", cwd=shop).out == "Nobody works on anything.\n"
    assert "DONE" in call("job", "status", cwd=shop).out
    newest = call("job", "status", "--last", "2", "--json", cwd=shop).json["newest"]
    assert [task["task_id"] for task in newest] == [7, 6]
    assert newest[0]["file"] in call("job", "status", "--last", "1", cwd=shop).out
    assert "task_planned" in call("job", "show", "1", cwd=shop).out


def test_a_task_that_is_done_stays_done(shop: Path, call: Call) -> None:
    ran = call("job", "retry", "1", "--json", cwd=shop)

    assert ran.code == 3
    assert "DONE" in ran.error["detail"]


def test_nothing_is_left_to_put_right(shop: Path, call: Call) -> None:
    ran = call("job", "reconcile", "--dry-run", "--json", cwd=shop)

    assert (ran.code, ran.json["is_clean"]) == (0, True)
    assert "nothing to put right" in call("job", "reconcile", cwd=shop).out


def test_the_work_is_counted_and_held_against_its_targets(shop: Path, call: Call) -> None:
    stats = call("job", "stats", "--json", cwd=shop)
    levels = call("job", "slo", "--json", "--exit-zero", cwd=shop)

    assert stats.json["events"]["task_planned"] == 7
    assert {level["name"] for level in levels.json} >= {"completion_rate", "time_p50"}
    assert "completion rate" in call("job", "slo", "--exit-zero", cwd=shop).out


def test_pruning_keeps_what_is_young(shop: Path, call: Call) -> None:
    ran = call("ledger", "prune", "--dry-run", "--json", cwd=shop)

    assert (ran.code, ran.json["rows"], ran.json["files"]) == (0, {}, 0)


def test_the_space_of_removed_rows_is_given_back(shop: Path, call: Call) -> None:
    call("ledger", "prune", "--days", "0", cwd=shop)
    ran = call("ledger", "vacuum", "--json", cwd=shop)

    assert (ran.code, ran.json) == (0, {"ledger_bytes_freed": 0})
    assert call("ledger", "vacuum", cwd=shop).out == "There was nothing to give back.\n"


def test_a_worker_with_nothing_to_do_ends_when_idle(shop: Path, call: Call) -> None:
    ran = call("worker", "--until-idle", "--json", cwd=shop)

    assert (ran.code, ran.json) == (0, {"tasks": 0})


def test_another_project_is_reached_by_option_and_variable(shop: Path, tmp_path: Path) -> None:
    option = dmaic_here("runs", "--project", str(shop), "--json", cwd=tmp_path)
    variable = dmaic_here("runs", "--json", cwd=tmp_path, environment={"DMAIC_PROJECT": str(shop)})

    assert (option.code, variable.code) == (0, 0)
    assert option.json == variable.json


def test_the_graph_is_that_of_the_definitions(shop: Path) -> None:
    ran = dmaic_here("graph", "--json", cwd=shop)

    assert ran.code == 0, ran.err
    nodes = {node["asset"]: node for node in ran.json}
    assert nodes["raw_file"]["needs"] == []
    assert "gate_verdict" in nodes["accepted_rows"]["needs"]
    assert all(node["group"] and node["description"] for node in ran.json)


def test_judging_again_never_loses_a_held_file(tmp_path: Path) -> None:
    make_project(tmp_path)
    landed = tmp_path / "data" / "incoming" / "orders"
    write_days(landed, range(1, 4))
    bad = write_csv(landed / BAD, [{**row, "amount": "n/a"} for row in orders(7)])
    content = bad.read_bytes()
    dmaic_here("run-all", cwd=tmp_path)

    ran = dmaic_here("run-all", "--force", "--json", cwd=tmp_path)

    held = [path for path in (tmp_path / "data").rglob(BAD) if path.is_file()]
    assert (ran.code, ran.json["held"]) == (4, 1)
    assert [path.read_bytes() for path in held] == [content]


def test_a_new_file_costs_one_file_and_can_be_taken_up_to_its_profile(tmp_path: Path) -> None:
    make_project(tmp_path)
    (file,) = write_days(tmp_path / "data" / "incoming" / "orders", range(1, 2))

    ran = dmaic_here("profile", str(file), "--json", cwd=tmp_path)

    assert ran.code == 0, ran.err
    assert ran.json["files"][0]["verdict"] is None
    (profile,) = ran.json["profiles"]
    assert (profile["rows"], len(profile["profile"]["columns"])) == (ROWS, 5)
    assert file.exists()
    assert not list((tmp_path / "data" / "warehouse").rglob("*.parquet"))


def test_a_disk_that_refuses_is_reported_and_made_good_by_the_next_run(tmp_path: Path) -> None:
    make_project(tmp_path)
    write_days(tmp_path / "data" / "incoming" / "orders", range(1, 2))
    with (tmp_path / "config" / "dmaic.yaml").open("a", encoding="utf-8") as config:
        config.write("ledger: {max_attempts: 1}\n")
    accepted = tmp_path / "data" / "warehouse" / "accepted" / "orders"
    accepted.parent.mkdir(parents=True)
    accepted.write_text("a file where a folder should be", encoding="utf-8")

    refused = dmaic_here("run-all", "--json", cwd=tmp_path)
    shown = dmaic_here("show", "latest", "--json", cwd=tmp_path)
    accepted.unlink()
    healed = dmaic_here("run-all", "--json", cwd=tmp_path)

    assert (refused.code, refused.error["error"]) == (5, "IO")
    assert "Traceback" not in refused.err
    assert len(refused.json["errors"]) == 1
    assert [task["file"] for task in shown.json["failed"]] == ["orders/orders-2026-11-01.csv"]
    assert (healed.code, healed.json["totals"]["accept"]) == (0, 1)
