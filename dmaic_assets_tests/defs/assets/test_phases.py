"""The phases as assets: one phase of one run and source at a time, as the UI materializes it."""

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from dmaic_assets.defs.jobs.launch import execute_dmaic
from dmaic_assets.model import PHASES
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.store.ledger.record.runs import list_phases
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.defs.conftest import FEW_BAD_AMOUNTS, Desk, csv_of
from dmaic_assets_tests.work.conftest import make_project


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory):
    """Two sources with a few bad amounts, taken through all phases by the job."""
    project = make_project(tmp_path_factory.mktemp("phase_assets"))
    for number in range(3):
        project.drop(f"{number}.csv", csv_of(1000 * number))
        project.drop(f"{number}.csv", csv_of(1000 * number, rows=60), source="returns")
    project.run()
    project.drop("bad.csv", csv_of(9000, **FEW_BAD_AMOUNTS))
    with dg.DagsterInstance.ephemeral() as instance:
        execute_dmaic(project.platform, RunRequest(), until="control", instance=instance)
        yield Desk(project, instance)
    project.platform.close()


@pytest.fixture(scope="module")
def cell(module_desk: Desk) -> str:
    keys = {m.partition for m in module_desk.materializations("control")}
    return next(key for key in keys if key.endswith("|orders"))


def recorded(desk: Desk, run_id: str) -> dict[str, tuple]:
    ledger = desk.project.platform.ledger
    return {
        p.phase: (p.seq, p.status, p.inputs_hash, p.outputs_hash, p.metrics["all"])
        for p in list_phases(ledger, run_id)
    }


def totals(desk: Desk, run_id: str) -> dict[tuple[str, str], float | None]:
    found = list_metrics(desk.project.platform.ledger, run_id=run_id, source="")
    return {(m.phase, m.metric): m.value for m in found if m.phase in (*PHASES, "run")}


def test_nothing_that_the_phases_made_is_stale(module_desk: Desk, cell: str) -> None:
    graph = module_desk.definitions.resolve_asset_graph()
    context = LoadingContextForTest(module_desk.instance)
    resolver = CachingStaleStatusResolver(module_desk.instance, graph, loading_context=context)

    made = {**dict.fromkeys(PHASES, cell), "dmaic_report": cell.split("|")[0]}
    for asset, partition in made.items():
        causes = resolver.get_stale_causes(dg.AssetKey(asset), partition)
        assert resolver.get_status(dg.AssetKey(asset), partition) == StaleStatus.FRESH, causes


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_of_one_source_is_known_and_leaves_the_other_sources_recorded(
    module_desk: Desk, cell: str, phase: str
) -> None:
    run_id = cell.split("|")[0]
    before, totals_before = recorded(module_desk, run_id), totals(module_desk, run_id)
    first = module_desk.materializations(phase, cell)[0]

    result = module_desk.materialize(cell, phase)

    again = module_desk.materializations(phase, cell)[0]
    assert result.success
    assert again.metadata["memoized"].value is True
    assert again.metadata["computed_in_run"].value == run_id
    assert again.tags["dagster/data_version"] == first.tags["dagster/data_version"]
    assert recorded(module_desk, run_id) == before
    assert totals(module_desk, run_id) == totals_before
    assert {e.partition for e in result.get_asset_check_evaluations()} <= {cell}


def test_every_phase_reached_the_catalog_with_both_sources(module_desk: Desk, cell: str) -> None:
    run_id = cell.split("|")[0]

    for phase in PHASES:
        found = {m.partition for m in module_desk.materializations(phase)}
        assert found == {f"{run_id}|orders", f"{run_id}|returns"}


def test_the_report_of_the_same_inputs_is_byte_identical(module_desk: Desk, cell: str) -> None:
    run_id = cell.split("|")[0]
    folder = module_desk.project.platform.paths.reports
    module_desk.materialize(run_id, "dmaic_report")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert before

    result = module_desk.materialize(run_id, "dmaic_report")

    assert result.success
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_every_phase_says_its_gate_in_a_line_with_the_sigma_level_and_its_page(
    module_desk: Desk, cell: str
) -> None:
    gates = {
        "define": "has_ctqs",
        "measure": "ctqs_within_limits",
        "analyze": "defects_explained",
        "improve": "no_request_waits",
        "control": "no_open_alarm",
    }
    for phase, gate in gates.items():
        (event,) = module_desk.materializations(phase, cell)[-1:]
        _, severity, said = module_desk.checks(gate, phase)[cell]
        assert said in event.metadata["state"].value
        assert severity in ("WARN", "ERROR")
        assert event.metadata["page"].value.endswith("(/sources/orders/phases)")
        assert ("sigma_level" in event.metadata) == (phase != "define")
    assert "picture" in module_desk.materializations("measure", cell)[-1].metadata
    assert module_desk.checks("has_ctqs", "define")[cell][0]
