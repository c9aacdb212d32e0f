"""A check's partitions are passed or failed in Dagster, as its newest evaluation says."""

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as Status,
)

from dmaic_assets.defs.catalog.catalogue import publish_outbox
from dmaic_assets.store.ledger.record.catalogue import enqueue_outcomes
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, Desk, csv_of


def shown(desk: Desk, check: str, asset: str = "gate_verdict") -> dict[str | None, Status | None]:
    """What the partitions tab of a check shows: None stands for "missing"."""
    key = dg.AssetCheckKey(dg.AssetKey(asset), check)
    found = desk.instance.event_log_storage.get_asset_check_partition_info([key])
    return {i.partition_key: i.latest_execution_status if i.is_current else None for i in found}


def test_a_bulk_run_shows_what_passed_and_what_failed(history: Desk) -> None:
    history.project.drop("5.csv", csv_of(5000, **BAD_AMOUNTS))
    result = history.bulk()
    assert result is not None

    statuses = shown(history, "gate_is_open")

    assert statuses.pop(f"{result.run_id}|orders") is Status.FAILED
    assert list(statuses.values()) == [Status.SUCCEEDED]
    # A held file has no accepted rows; that none is missing was still looked at.
    assert set(shown(history, "rows_add_up", "accepted_rows").values()) == {Status.SUCCEEDED}


def test_a_cell_that_is_materialized_again_is_looked_at_again(history: Desk) -> None:
    (cell,) = shown(history, "gate_is_open")

    history.materialize(str(cell), "gate_verdict")

    assert len(history.materializations("gate_verdict")) == 2
    assert shown(history, "gate_is_open") == {cell: Status.SUCCEEDED}


def test_what_workers_left_is_shown_the_same(desk: Desk) -> None:
    desk.project.drop("1.csv", csv_of(0))
    platform, request = desk.project.platform, RunRequest(trigger="cli")
    run_id = open_run(platform, desk.project.plan(request), request)
    result = work_run(platform, run_id)
    enqueue_outcomes(platform.ledger, [o for cell in result.cells for o in cell.outcomes])

    publish_outbox(desk.instance, platform)

    assert shown(desk, "passes_thresholds") == {f"{run_id}|orders": Status.SUCCEEDED}
    assert shown(desk, "rows_add_up", "accepted_rows") == {f"{run_id}|orders": Status.SUCCEEDED}
