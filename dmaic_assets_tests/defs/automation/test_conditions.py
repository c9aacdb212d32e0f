import dagster as dg

from dmaic_assets.defs.assets.partitions import preview_features, tags_of
from dmaic_assets.model import Cell
from dmaic_assets_tests.defs.conftest import csv_of


def requested(desk, cursor=None):
    with preview_features():
        result = dg.evaluate_automation_conditions(
            defs=desk.definitions, instance=desk.instance, cursor=cursor
        )
    return result.get_requested_partitions(dg.AssetKey("run_summary")), result.cursor


def tell(desk, run_id: str, version: str) -> None:
    cell = Cell(run_id, "orders")
    tags = {**tags_of(cell), "dagster/data_version": version}
    desk.instance.report_runless_asset_event(
        dg.AssetMaterialization("gate_verdict", partition=cell.partition_key, tags=tags)
    )


def test_a_finished_bulk_run_asks_for_nothing_more(desk):
    _, cursor = requested(desk)
    desk.project.drop("1.csv", csv_of(0))
    desk.bulk()

    partitions, _ = requested(desk, cursor)

    assert partitions == set()


def test_a_summary_follows_what_came_out_different_and_only_that(desk):
    desk.project.drop("1.csv", csv_of(0))
    run_id = desk.bulk().run_id
    _, cursor = requested(desk)
    known = desk.materializations("gate_verdict")[0].tags["dagster/data_version"]

    tell(desk, run_id, known)
    same, cursor = requested(desk, cursor)
    tell(desk, run_id, "another version")
    different, _ = requested(desk, cursor)

    assert same == set()
    assert different == {run_id}


def test_a_held_source_does_not_block_the_summary_of_its_run(desk):
    desk.project.drop("1.csv", b"\x00\x01\x02" * 500, source="broken")
    run_id = desk.bulk().run_id
    assert desk.materializations("accepted_rows") == []
    _, cursor = requested(desk)

    cell = Cell(run_id, "broken")
    desk.instance.report_runless_asset_event(
        dg.AssetMaterialization(
            "gate_verdict",
            partition=cell.partition_key,
            tags={**tags_of(cell), "dagster/data_version": "another version"},
        )
    )
    partitions, _ = requested(desk, cursor)

    assert partitions == {run_id}
