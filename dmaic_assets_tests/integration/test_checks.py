"""Learnt checks and gated assets in real Dagster runs, on a history of six days."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.integration.checks import learnt_checks
from dmaic_assets.integration.gated import gated_asset
from dmaic_assets_tests.integration.orders import ROWS, few_wrong, lost_countries, orders

DAYS = dg.StaticPartitionsDefinition([f"2026-03-{day:02}" for day in range(1, 29)])
MADE = {"2026-03-08": lost_countries, "2026-03-09": few_wrong}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(
    instance: dg.DagsterInstance,
    assets: Sequence[dg.AssetsDefinition | dg.AssetChecksDefinition],
    partition: str | None,
    folder: Path,
) -> tuple[dg.ExecuteInProcessResult, list[str], Mapping[str, dg.AssetCheckEvaluation]]:
    """One run: its result, the assets that it materialized, and what checks said."""
    result = dg.materialize(
        assets,
        instance=instance,
        partition_key=partition,
        resources={"io_manager": dg.FilesystemIOManager(base_dir=str(folder))},
        raise_on_error=False,
    )
    made = [
        event.step_materialization_data.materialization.asset_key.to_user_string()
        for event in result.all_events
        if event.event_type_value == "ASSET_MATERIALIZATION"
    ]
    checks = {e.check_name: e for e in result.get_asset_check_evaluations()}
    return result, made, checks


def day_of(key: str) -> pl.DataFrame:
    return MADE.get(key, orders)(int(key[-2:]))


def test_a_held_partition_stops_what_depends_on_it_and_the_check_says_why(
    instance: dg.DagsterInstance, home: Path, tmp_path: Path
) -> None:
    @dg.asset(name="orders", partitions_def=DAYS)
    def made(context: dg.AssetExecutionContext) -> pl.DataFrame:
        return day_of(context.partition_key)

    @dg.asset(partitions_def=DAYS)
    def report(orders: pl.DataFrame) -> int:
        return orders.height

    assets = [made, learnt_checks(made, home=home), report]

    held, stored, checks = run(instance, assets, "2026-03-08", tmp_path)
    passed, all_stored, _ = run(instance, assets, "2026-03-10", tmp_path)

    gate = checks["gate_is_open"]
    assert (held.success, stored) == (False, ["orders"])
    assert (gate.passed, gate.severity, gate.partition) == (
        False,
        dg.AssetCheckSeverity.ERROR,
        "2026-03-08",
    )
    assert gate.description is not None
    assert gate.description.startswith("held: expected ")
    table = gate.metadata["violations"]
    assert isinstance(table, dg.TableMetadataValue)
    first = table.records[0].data
    assert set(first) >= {"expected", "seen", "rows", "likely cause", "example"}
    assert str(gate.metadata["score_picture"].value).startswith("![")
    assert (passed.success, all_stored) == (True, ["orders", "report"])


def test_an_asset_that_stores_its_table_itself_is_loaded_by_the_caller(
    instance: dg.DagsterInstance, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "orders.parquet"

    @dg.asset(name="orders")
    def made() -> None:
        few_wrong(9).write_parquet(path)

    checks = learnt_checks(made, home=home, load=lambda _: path, blocking=False)

    result, _, found = run(instance, [made, checks], None, tmp_path)

    rows = found["every_row_passes"]
    assert (result.success, found["gate_is_open"].passed) == (True, True)
    assert (rows.passed, rows.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert str(rows.description).startswith(f"3 of {ROWS} rows set apart: expected country")


def test_a_gated_asset_stores_accepted_rows_and_keeps_the_last_good_table(
    instance: dg.DagsterInstance, home: Path, tmp_path: Path
) -> None:
    tables = iter([few_wrong(8), lost_countries(9)])

    @dg.asset
    def upstream() -> int:
        return 1

    @gated_asset(home=home, key_prefix="shop", table="orders")
    def orders_of_the_day(context: dg.AssetExecutionContext, upstream: int) -> pl.DataFrame:
        """Orders of the day."""
        assert (context.has_partition_key, upstream) == (False, 1)
        return next(tables)

    assets = [upstream, orders_of_the_day]
    keys = ["upstream", "shop/orders_of_the_day_quarantine", "shop/orders_of_the_day"]

    good, stored, _ = run(instance, assets, None, tmp_path)
    held, then, checks = run(instance, assets, None, tmp_path)

    assert (good.success, stored) == (True, keys)
    assert (held.success, then, checks["gate_is_open"].passed) == (False, keys[:2], False)
    resources = {"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    stored_now = dg.Definitions(assets=assets, resources=resources).load_asset_value(
        ["shop", "orders_of_the_day"], instance=instance
    )
    assert isinstance(stored_now, pl.DataFrame)
    assert stored_now.height == ROWS - 3
    assert orders_of_the_day.descriptions_by_key[dg.AssetKey(["shop", "orders_of_the_day"])] == (
        "Orders of the day."
    )


def test_a_gate_stands_on_one_asset(home: Path) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def both() -> Iterator[dg.MaterializeResult]:
        yield from ()

    with pytest.raises(BadInputError, match="has several keys"):
        learnt_checks(both, home=home)

    named = learnt_checks("a", home=home)
    assert {key.asset_key for key in named.check_keys} == {dg.AssetKey("a")}
