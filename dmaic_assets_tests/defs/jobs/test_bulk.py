import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from dmaic_assets.definitions import definitions_of
from dmaic_assets.defs.jobs.bulk import BulkWatch
from dmaic_assets.defs.jobs.config import CHAIN_KEYS, config_of, request_of, request_schema
from dmaic_assets.defs.jobs.main import op_name
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Cell
from dmaic_assets.work.assets.registry import PROFILE_ASSETS, WORK_ORDER
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, FEW_BAD_AMOUNTS, csv_of


def test_every_asset_of_every_cell_reaches_the_catalog(desk):
    desk.project.drop("1.csv", csv_of(0))
    desk.project.drop("1.csv", csv_of(0), source="returns")

    result = desk.bulk()

    partitions = {f"{result.run_id}|orders", f"{result.run_id}|returns"}
    for asset in WORK_ORDER:
        assert {m.partition for m in desk.materializations(asset)} == partitions, asset
    for asset in ("run_summary", "monitor"):
        assert [m.partition for m in desk.materializations(asset)] == [result.run_id]
    assert desk.instance.get_dynamic_partitions("run") == [result.run_id]
    assert sorted(desk.instance.get_dynamic_partitions("source")) == ["orders", "returns"]


def test_an_event_carries_versions_partition_and_facts(desk):
    desk.project.drop("1.csv", csv_of(0))

    result = desk.bulk()

    (event,) = desk.materializations("accepted_rows")
    assert event.tags["dagster/partition/run"] == result.run_id
    assert event.tags["dagster/partition/source"] == "orders"
    assert len(event.tags["dagster/data_version"]) == 64
    assert event.tags["dagster/code_version"]
    assert event.metadata["dagster/row_count"].value == 100
    assert event.metadata["memoized"].value is False
    assert event.metadata["computed_in_run"].value == result.run_id
    columns = event.metadata["dagster/column_schema"].value.columns
    assert [c.name for c in columns] == ["id", "kind", "amount"]


def test_nothing_that_a_bulk_run_made_is_stale(history):
    partition = history.materializations("gate_verdict")[0].partition
    graph = history.definitions.resolve_asset_graph()
    context = LoadingContextForTest(history.instance)
    resolver = CachingStaleStatusResolver(history.instance, graph, loading_context=context)

    for asset in WORK_ORDER:
        causes = resolver.get_stale_causes(dg.AssetKey(asset), partition)
        assert resolver.get_status(dg.AssetKey(asset), partition) == StaleStatus.FRESH, causes
    run_id = partition.split("|")[0]
    for asset in ("run_summary", "monitor"):
        assert resolver.get_status(dg.AssetKey(asset), run_id) == StaleStatus.FRESH


def test_a_second_look_executes_no_step(history):
    before = len(history.instance.get_runs())

    assert history.bulk() is None
    assert len(history.instance.get_runs()) == before


def test_what_a_changed_threshold_leaves_alone_is_said_to_be_known(history):
    first = history.materializations("profile")[0]
    thresholds = history.project.root / "config" / "thresholds.yaml"
    thresholds.write_text(thresholds.read_text().replace("overall: 85", "overall: 90"))
    history.project.reload()

    run_id = history.bulk().run_id

    profile = history.materializations("profile", f"{run_id}|orders")[0]
    verdict = history.materializations("gate_verdict", f"{run_id}|orders")[0]
    assert profile.metadata["memoized"].value is True
    assert profile.metadata["computed_in_run"].value == first.partition.split("|")[0]
    assert profile.tags["dagster/data_version"] == first.tags["dagster/data_version"]
    assert verdict.metadata["memoized"].value is False


def test_a_held_file_fails_checks_but_not_the_run(history):
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))

    result = history.bulk()

    cell = f"{result.run_id}|orders"
    (run,) = [r for r in history.instance.get_runs() if r.tags.get("dmaic/run") == result.run_id]
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert history.checks("gate_is_open")[cell][:2] == (False, "ERROR")
    assert history.checks("passes_thresholds")[cell][:2] == (False, "ERROR")
    assert history.materializations("accepted_rows", cell) == []
    assert len(history.materializations("quarantine", cell)) == 1
    assert result.held == 1


def test_rows_in_quarantine_warn(history):
    history.project.drop("5.csv", csv_of(5000, **FEW_BAD_AMOUNTS))

    result = history.bulk()

    cell = f"{result.run_id}|orders"
    passed, severity, description = history.checks("passes_thresholds")[cell]
    assert (passed, severity) == (False, "WARN")
    assert description.startswith("3 rows in quarantine, from 1 of 1 files: ")
    assert history.checks("gate_is_open")[cell][0]
    assert history.checks("rows_add_up", "accepted_rows")[cell][0]
    assert len(history.materializations("accepted_rows", cell)) == 1


def test_one_held_file_keeps_no_other_file_of_its_source_out(history):
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    history.project.drop("6.csv", csv_of(6000))

    result = history.bulk()

    cell = f"{result.run_id}|orders"
    assert history.checks("gate_is_open")[cell][0]
    assert history.checks("passes_thresholds")[cell][:2] == (False, "ERROR")
    (event,) = history.materializations("accepted_rows", cell)
    assert event.metadata["dagster/row_count"].value == 500


def test_zero_violations_is_reported_too(desk):
    desk.project.drop("1.csv", csv_of(0))

    result = desk.bulk()

    cell = f"{result.run_id}|orders"
    names = ("gate_is_open", "passes_thresholds", "schema_as_expected")
    assert {name: desk.checks(name)[cell][0] for name in names} == dict.fromkeys(names, True)
    assert desk.checks("rows_add_up", "accepted_rows")[cell][0]


def test_an_unreadable_file_stops_no_other(desk):
    desk.project.drop("1.csv", b"\x00\x01\x02" * 500, source="broken")
    desk.project.drop("1.csv", csv_of(0))

    result = desk.bulk()

    assert not desk.checks("gate_is_open")[f"{result.run_id}|broken"][0]
    assert len(desk.materializations("accepted_rows", f"{result.run_id}|orders")) == 1


def test_the_caller_is_told_of_every_file(desk):
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_bulk

    for name in ("1.csv", "2.csv"):
        desk.project.drop(name, csv_of(int(name[0]) * 1000))
    seen = []

    execute_bulk(
        desk.project.platform,
        RunRequest(),
        desk.project.plan(),
        instance=desk.instance,
        watch=BulkWatch(on_progress=lambda told: seen.append((told.done, told.total, told.name))),
    )

    assert seen == [(1, 2, "1.csv"), (2, 2, "2.csv")]


@pytest.mark.parametrize(
    ("request_", "job"),
    [
        (RunRequest(), "everything_job"),
        (RunRequest(sources=("orders",)), "ingest_job"),
        (RunRequest(assets=PROFILE_ASSETS), "profile_job"),
    ],
)
def test_the_job_is_named_after_what_was_asked(desk, request_, job):
    desk.project.drop("1.csv", csv_of(0))

    desk.bulk(request_)

    assert [run.job_name for run in desk.instance.get_runs()] == [job]


def test_profiling_judges_and_stores_nothing(desk):
    desk.project.drop("1.csv", csv_of(0))

    desk.bulk(RunRequest(assets=PROFILE_ASSETS))

    assert len(desk.materializations("profile")) == 1
    assert desk.materializations("gate_verdict") == []
    assert desk.materializations("accepted_rows") == []
    assert desk.checks("gate_is_open") == {}
    assert not (desk.project.data / "warehouse" / "accepted").exists()


def test_a_job_that_is_launched_without_configuration_finds_its_work_itself(desk):
    desk.project.drop("1.csv", csv_of(0))
    job = desk.definitions.resolve_job_def("everything_job")

    def launch() -> dg.ExecuteInProcessResult:
        return job.execute_in_process(
            instance=desk.instance,
            resources={"platform": desk.project.platform, "watch": BulkWatch()},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )

    first, second = launch(), launch()

    assert first.success
    assert second.success
    assert len(desk.materializations("gate_verdict")) == 1
    assert any("nothing has changed" in log for log in logs_of(desk, second))


def test_a_job_takes_a_request_as_configuration(desk):
    desk.project.drop("1.csv", csv_of(0))
    desk.project.drop("1.csv", csv_of(0), source="returns")
    job = desk.definitions.resolve_job_def("ingest_job")
    config = config_of(RunRequest(sources=("returns",), threshold=100.0))

    job.execute_in_process(
        instance=desk.instance,
        resources={"platform": desk.project.platform},
        run_config={
            "ops": {op_name("ingest_job"): {"config": config}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )

    (event,) = desk.materializations("gate_verdict")
    assert event.partition.endswith("|returns")


def test_a_run_that_broke_says_why_and_what_to_do(desk, monkeypatch):
    from dmaic_assets.defs.jobs.launch import execute_bulk
    from dmaic_assets.errors import InvariantError
    from dmaic_assets.work.run import bulk

    desk.project.drop("1.csv", csv_of(0))
    plan = desk.project.plan()

    def broken(*_args, **_options):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(bulk, "work_run", broken)

    with pytest.raises(InvariantError) as caught:
        execute_bulk(desk.project.platform, RunRequest(), plan, instance=desk.instance)

    assert "the disk is on fire" in str(caught.value)
    assert "Run again" in caught.value.fix


@pytest.mark.parametrize(
    "request_",
    [
        RunRequest(trigger="sensor"),
        RunRequest(sources=("a", "b"), trigger="ui"),
        RunRequest(force=True, on_conflict="overwrite", threshold=95.0, workers=3, trigger="cli"),
        RunRequest(on_conflict="branch", trigger="schedule"),
    ],
)
def test_a_request_survives_the_way_through_a_run_config(request_):
    config = config_of(request_)

    assert request_of(config, request_.assets) == request_
    assert set(config) <= set(request_schema())


def test_a_job_of_phases_can_be_asked_for_all_that_a_request_says():
    schema = request_schema(without=frozenset())

    assert set(RunRequest.model_fields) - {"assets"} == set(schema) - {"run_id", "cells"}
    assert set(request_schema()) == set(schema) - CHAIN_KEYS
    assert schema["trigger"].default_value == "ui"


def test_an_open_run_is_worked_on_in_the_manner_that_was_asked_for():
    config = config_of(RunRequest(workers=3, threshold=95.0), run_id="R", cells=(Cell("R", "a"),))

    assert request_of(config, WORK_ORDER).workers == 3


def test_a_configuration_of_the_last_version_is_read():
    config = {
        "run_id": "",
        "cells": [],
        "sources": ["orders"],
        "files": [],
        "force": False,
        "on_conflict": "skip",
        "threshold": None,
        "workers": None,
        "trigger": "cli",
        "until": "control",
        "parent": "",
        "recursion": "",
    }

    assert request_of(config, WORK_ORDER) == RunRequest(sources=("orders",))


def test_a_run_with_an_id_names_its_cells():
    config = config_of(RunRequest(), run_id="R", cells=(Cell("R", "a"), Cell("R", "b")))

    assert config == {"trigger": "cli", "run_id": "R", "cells": ["R|a", "R|b"]}


@pytest.mark.parametrize(
    "values", [{"on_conflict": "sometimes"}, {"threshold": 101.0}, {"trigger": "moon"}]
)
def test_a_wrong_configuration_is_refused_before_anything_runs(values):
    with pytest.raises(BadInputError):
        request_of(values, WORK_ORDER)


def logs_of(desk, result: dg.ExecuteInProcessResult) -> list[str]:
    return [entry.user_message for entry in desk.instance.all_logs(result.run_id)]


def test_the_definitions_of_a_project_name_three_bulk_jobs(project):
    names = {job.name for job in definitions_of(project.platform.settings).resolve_all_job_defs()}

    assert {"profile_job", "ingest_job", "everything_job"} <= names
