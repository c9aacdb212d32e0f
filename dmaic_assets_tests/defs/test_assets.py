"""Each asset group in process, one cell at a time, as the UI materializes it."""

import shlex

import dagster as dg
import pytest

from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, csv_of

INTAKE = ("raw_file", "column_types", "profile")
GATE = ("rule_set", "gate_verdict", "quarantine")


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    return [e.step_key for e in result.all_events if e.event_type_value == "STEP_FAILURE"]


def skipped(result: dg.ExecuteInProcessResult) -> list[str]:
    return [e.step_key for e in result.all_events if e.event_type_value == "STEP_SKIPPED"]


def refusal(result: dg.ExecuteInProcessResult) -> str:
    assert not result.success
    failure = next(e for e in result.all_events if e.event_type_value == "STEP_FAILURE")
    return failure.step_failure_data.user_failure_data.description


def made(result: dg.ExecuteInProcessResult) -> list[str]:
    events = result.get_asset_materialization_events()
    return sorted(e.materialization.asset_key.to_user_string() for e in events)


@pytest.fixture
def cell(history) -> str:
    return history.materializations("gate_verdict")[0].partition


@pytest.fixture
def closed_cell(history) -> str:
    """A cell whose only file is held."""
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    return f"{history.bulk().run_id}|orders"


@pytest.mark.parametrize("assets", [INTAKE, GATE, ("accepted_rows",)])
def test_a_group_is_emitted_again_with_the_known_versions(history, cell, assets):
    known = {a: history.materializations(a, cell)[0].tags["dagster/data_version"] for a in assets}

    result = history.materialize(cell, *assets)

    assert result.success
    assert made(result) == sorted(assets)
    for asset in assets:
        newest = history.materializations(asset, cell)[0]
        assert newest.tags["dagster/data_version"] == known[asset]
        assert newest.metadata["memoized"].value is True
        assert newest.metadata["files_computed"].value == 0


def test_an_old_cell_takes_no_files_in_that_arrived_later(history, cell):
    history.project.drop("5.csv", csv_of(5000))
    history.bulk()
    told = history.materializations("accepted_rows", cell)[0]

    history.materialize(cell, "profile", "accepted_rows")

    again, first = history.materializations("accepted_rows", cell)
    assert again.tags["dagster/data_version"] == told.tags["dagster/data_version"]
    assert again.metadata["dagster/row_count"] == first.metadata["dagster/row_count"]
    assert history.materializations("profile", cell)[0].metadata["files"].value == 4


def test_no_partition_is_refused_in_a_line(history):
    assert refusal(history.materialize(None, "raw_file")).startswith(
        "a step works one partition, and no partition was asked for."
    )


@pytest.mark.parametrize("asset", ["gate_verdict", "define", "run_summary"])
def test_a_range_is_refused_in_a_line(history, cell, asset):
    key = cell if asset != "run_summary" else cell.split("|")[0]
    ends = dict.fromkeys((f"dagster/asset_partition_range_{end}" for end in ("start", "end")), key)

    result = history.materialize(None, asset, tags=ends)

    assert refusal(result).startswith("a step works one partition, and a range of partitions")


def test_the_whole_cell_runs_in_one_go(history, cell):
    result = history.materialize(cell, *WORK_ORDER)

    assert result.success
    assert made(result) == sorted(WORK_ORDER)
    checked = {e.check_name for e in result.get_asset_check_evaluations()}
    assert checked == {"gate_is_open", "passes_thresholds", "schema_as_expected", "rows_add_up"}
    assert {e.partition for e in result.get_asset_check_evaluations()} == {cell}


def test_the_blocking_check_stops_the_warehouse_and_not_the_quarantine(history, closed_cell):
    result = history.materialize(closed_cell, *WORK_ORDER)

    assert not result.success
    assert failures(result) == ["gate_checks"]
    assert made(result) == sorted(set(WORK_ORDER) - {"accepted_rows"})


def test_ingest_alone_after_a_failed_gate_writes_nothing_and_says_why(history, closed_cell):
    folder = history.project.data / "warehouse" / "accepted" / "orders"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    result = history.materialize(closed_cell, "accepted_rows")

    assert not result.success
    assert failures(result) == ["accepted_rows"]
    assert made(result) == []
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    (failure,) = [e for e in result.all_events if e.is_step_failure]
    told = failure.step_failure_data.user_failure_data.description
    assert "the gate is closed, nothing was written" in told
    released = dmaic_here(*shlex.split(told.partition("dmaic ")[2]), cwd=history.project.root)
    assert (released.code, released.err) == (0, "")
    assert "5.csv" in released.out
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.check_name, evaluation.passed) == ("rows_add_up", True)


def test_good_files_of_a_mixed_cell_are_stored_though_one_is_held(history):
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    history.project.drop("6.csv", csv_of(6000))
    cell = f"{history.bulk().run_id}|orders"

    result = history.materialize(cell, *WORK_ORDER)

    assert result.success
    assert made(result) == sorted(WORK_ORDER)
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert checks["gate_is_open"]
    assert not checks["passes_thresholds"]


def test_checks_can_be_asked_alone(history, closed_cell):
    checks = dg.AssetSelection.checks_for_assets("gate_verdict")
    wanted = dg.define_asset_job("look", selection=checks)
    definitions = dg.Definitions.merge(history.definitions, dg.Definitions(jobs=[wanted]))

    result = definitions.resolve_job_def("look").execute_in_process(
        instance=history.instance,
        tags={"dagster/partition": closed_cell},
        raise_on_error=False,
    )

    found = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert found["gate_is_open"] is False
    assert made(result) == []


def test_a_refusal_is_a_failure_with_its_fix(history, cell):
    history.instance.add_dynamic_partitions("source", ["nowhere"])

    result = history.materialize(f"{cell.split('|')[0]}|nowhere", "profile")

    text = refusal(result)
    assert "this run has no such source" in text
    assert "Make a run first" in text


def test_a_run_is_summed_up_the_same_by_hand_and_by_the_bulk_job(history, cell):
    run_id = cell.split("|")[0]
    (told,) = history.materializations("run_summary", run_id)

    result = history.materialize(run_id, "run_summary")

    assert result.success
    newest = history.materializations("run_summary", run_id)[0]
    assert newest.tags["dagster/data_version"] == told.tags["dagster/data_version"]
    assert newest.metadata["dagster/row_count"].value == 400
    (line,) = newest.metadata["sources"].records
    assert line.data["source"] == "orders"
    assert (line.data["files"], line.data["accepted"]) == (4, 400)


def test_a_run_tells_how_all_files_stand_and_the_page_is_written_by_hand(history, cell):
    run_id = cell.split("|")[0]
    (told,) = history.materializations("monitor", run_id)
    page = history.project.root / "data" / "reports" / "monitor.html"
    assert not page.exists(), "a run writes no page"

    result = history.materialize(run_id, "monitor")

    assert result.success
    newest = history.materializations("monitor", run_id)[0]
    assert "/monitor" in told.metadata["monitor"].value
    assert told.metadata["standing"].value.startswith("![")
    assert newest.metadata["files"].value == newest.metadata["files_passed"].value > 0
    assert newest.metadata["alerts_high"].value == 0
    assert "/artifacts/figure/" in newest.metadata["page"].value
    assert "How do things stand?" in page.read_text("utf-8")
