"""Promoted changes in the main job: applied before the gate, with every raw value kept."""

import json
from collections.abc import Mapping
from dataclasses import replace

import duckdb
import polars as pl
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.changes import Change, retired
from dmaic_assets.improve.changes_file import save_changes
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind
from dmaic_assets.store.ledger.effects.reconcile import reconcile
from dmaic_assets.work.file.repaired import TOO_LARGE
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import totals_of
from dmaic_assets.work.state.skipped_changes import Skip, skips_now, skips_of
from dmaic_assets_tests.work.conftest import Project, csv_of


def change_of(
    kind: RepairKind, *columns: str, parameters: Mapping[str, Json] | None = None
) -> Change:
    repair = Repair(f"{'_'.join(columns) or 'rows'}.{kind}", kind, columns, parameters or {})
    return Change(repair, 1, "orders", "2026-01-01T00:00:00+00:00", "no harm")


STRIP = change_of("number_format", "amount", parameters={"style": "1,234.5", "units": ["min"]})
TRIM = change_of("trim", "kind")
DEDUPE = change_of("dedupe")


def promote(project: Project, *changes: Change) -> None:
    path = changes_path(project.platform.settings, "orders")
    path.parent.mkdir(exist_ok=True)
    save_changes(changes, path, source="orders")


def with_units(first: int, rows: int = 100) -> str:
    return csv_of(first, rows, amount=lambda n: f"{10 + (n * 37) % 100}.5 min")


def repairs(project: Project) -> pl.DataFrame:
    folder = project.data / "warehouse" / "repairs" / "orders"
    paths = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    return pl.concat([pl.read_parquet(p) for p in paths]) if paths else pl.DataFrame()


def held(project: Project) -> list[str]:
    return sorted(p.name for p in (project.data / "quarantine").rglob("*.csv"))


def history(project: Project) -> None:
    for number in range(4):
        project.drop(f"day{number}.csv", csv_of(number * 1000))
    project.run()


def test_a_held_file_is_released_by_a_change_and_held_again_without_it(project: Project) -> None:
    history(project)
    project.drop("units.csv", with_units(9000))
    project.run()
    assert held(project) == ["units.csv"]

    promote(project, STRIP)
    plan = project.plan()
    why = next(f for f in plan.work if f.file.path.name == "units.csv").reasons
    project.run()

    assert why["raw_file"] == "repair amount.number_format@1 was promoted"
    assert held(project) == []
    assert not any((project.data / "quarantine").rglob("*.json"))
    assert project.arrivals()["units.csv"].disposition == "accepted"
    assert len(project.accepted_ids()) == 500
    cells = repairs(project)
    assert cells.height == 100
    assert cells["row"].to_list() == list(range(100))
    assert cells.row(0, named=True) == {
        "source": "orders",
        "file": project.arrivals()["units.csv"].sha256[:16],
        "row": 0,
        "column": "amount",
        "raw": "10.5 min",
        "repaired": "10.5",
        "change": "amount.number_format@1",
    }
    assert project.plan().is_empty

    promote(project, retired(STRIP, reason="no"))
    plan = project.plan()
    why = next(f for f in plan.work if f.file.path.name == "units.csv").reasons
    project.run()

    assert why["quarantine"] == (
        "an earlier state is back: repair amount.number_format@1 was retired"
    )
    assert held(project) == ["units.csv"]
    assert len(project.accepted_ids()) == 400
    assert repairs(project).is_empty()
    assert project.plan().is_empty


def test_a_verdict_says_how_many_cells_which_change_repaired(project: Project) -> None:
    promote(project, STRIP)
    project.drop("units.csv", with_units(0))

    result = project.run()

    assert result is not None
    (verdict,) = result.cells[0].verdicts
    assert "100 cells repaired by change amount.number_format@1" in verdict.notes
    assert (verdict.rows, verdict.accepted) == (100, 100)


def test_a_change_that_touches_nothing_of_a_file_computes_no_verdict(project: Project) -> None:
    history(project)

    promote(project, TRIM)
    result = project.run()

    assert result is not None
    computed = {o.asset: o.metadata["files_computed"] for o in result.cells[0].outcomes}
    assert computed["raw_file"] == 4
    assert computed["column_types"] == computed["profile"] == computed["gate_verdict"] == 0
    assert computed["accepted_rows"] == 0
    assert repairs(project).is_empty()
    assert project.plan().is_empty


def test_going_back_to_an_earlier_set_of_changes_computes_no_verdict(project: Project) -> None:
    project.drop("a.csv", csv_of(0, kind=lambda n: " north" if n % 9 == 0 else "south"))
    project.run()
    promote(project, TRIM)
    project.run()
    assert repairs(project).height == 12
    promote(project, retired(TRIM, reason="no"))

    result = project.run()

    assert result is not None
    computed = {o.asset: o.metadata["files_computed"] for o in result.cells[0].outcomes}
    assert computed["raw_file"] == computed["gate_verdict"] == 0
    assert repairs(project).is_empty()
    assert pl.read_parquet(project.data / "warehouse/accepted/orders/*.parquet")["kind"][0] == (
        " north"
    )


def test_rows_dropped_as_copies_are_in_quarantine_and_nowhere_else(project: Project) -> None:
    lines = csv_of(0, rows=10).splitlines()
    project.drop("a.csv", "\n".join([*lines, lines[4], lines[1]]) + "\n")
    promote(project, DEDUPE)

    project.run()

    assert project.accepted_ids() == list(range(10))
    (rows,) = (project.data / "quarantine").rglob("rows.parquet")
    apart = pl.read_parquet(rows)
    assert apart["id"].to_list() == ["3", "0"]
    assert apart["_dmaic_row"].to_list() == [10, 11]
    assert apart["_dmaic_reasons"].to_list() == [
        "dropped by change rows.dedupe@1 (copy of row 3)",
        "dropped by change rows.dedupe@1 (copy of row 0)",
    ]
    reason = json.loads(rows.with_name("reason.json").read_text())
    assert "2 rows dropped by a change, as copies of others" in reason["reasons"]
    assert project.plan().is_empty


def test_damaged_raw_values_are_written_again(project: Project) -> None:
    promote(project, STRIP)
    project.drop("units.csv", with_units(0))
    project.run()
    before = repairs(project)
    (path,) = (project.data / "warehouse" / "repairs").rglob("*.parquet")
    path.unlink()

    (work,) = project.plan().work
    project.run()

    assert "is gone or changed" in work.reasons["accepted_rows"]
    assert repairs(project).equals(before)
    assert project.plan().is_empty


def test_raw_values_leave_the_warehouse_with_the_rows_that_they_belong_to(
    project: Project,
) -> None:
    promote(project, STRIP)
    project.drop("units.csv", with_units(0))
    project.run()
    project.drop("units.csv", with_units(5000))

    project.run()

    assert project.accepted_ids() == list(range(5000, 5100))
    assert repairs(project)["file"].unique().to_list() == [
        project.arrivals()["units.csv"].sha256[:16]
    ]
    withdrawn = (project.data / "archive" / "withdrawn").rglob("*.repairs.parquet")
    assert len(list(withdrawn)) == 1


def test_a_branch_keeps_raw_values_of_its_own(project: Project) -> None:
    project.drop("units.csv", with_units(0))
    project.run()
    promote(project, STRIP)

    project.run(RunRequest(on_conflict="branch", force=True))

    assert repairs(project).is_empty()
    (path,) = (project.data / "branches").rglob("warehouse/repairs/orders/*.parquet")
    assert pl.read_parquet(path).height == 100


def test_reconciling_sets_raw_values_apart_that_nothing_belongs_to(project: Project) -> None:
    promote(project, STRIP)
    project.drop("units.csv", with_units(0))
    project.run()
    (path,) = (project.data / "warehouse" / "repairs").rglob("*.parquet")
    stray = path.with_name("0123456789abcdef.parquet")
    stray.write_bytes(path.read_bytes())

    found = reconcile(project.platform.ledger, project.platform.paths, stale_s=-1.0, dry_run=True)

    assert found.unrecorded_files == (stray,)


def test_the_warehouse_has_a_view_of_repaired_cells(project: Project) -> None:
    promote(project, STRIP)
    project.drop("units.csv", with_units(0))
    project.run()

    with duckdb.connect(str(project.data / "warehouse" / "warehouse.duckdb"), read_only=True) as c:
        found = c.execute('SELECT count(*), min(raw) FROM "_dmaic".repaired_cells').fetchone()

    assert found == (100, "10.5 min")


def test_a_bad_change_file_is_refused_with_file_key_and_fix(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    path = changes_path(project.platform.settings, "orders")
    path.parent.mkdir()
    path.write_text("source: orders\nchanges:\n- id: a.trim\n  kind: trimm\n  columns: [a]\n")

    with pytest.raises(BadInputError) as refused:
        project.plan()

    assert "orders.yaml" in str(refused.value)
    assert "kind" in str(refused.value)


def test_a_large_file_is_repaired_in_slices_to_the_same_rows(project: Project) -> None:
    promote(project, STRIP, DEDUPE)
    project.reload(intake={"in_memory_bytes": 1_000_000})
    project.drop("units.csv", with_units(0, rows=30_000))

    result = project.run()

    assert result is not None
    (verdict,) = result.cells[0].verdicts
    (skip,) = skips_of(result.cells)
    assert (skip.change, skip.why) == ("rows.dedupe@1", TOO_LARGE)
    assert f"not applied: change rows.dedupe@1: {TOO_LARGE}" in verdict.notes
    assert project.accepted_ids() == list(range(30_000))
    cells = repairs(project)
    assert cells["row"].to_list() == list(range(30_000))
    assert (cells["raw"] == cells["repaired"] + " min").all()
    assert not list(project.platform.paths.staging.glob("*-typed-*"))


def test_a_change_that_cannot_be_applied_is_told_in_verdict_facts_totals_and_status(
    project: Project,
) -> None:
    project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(100).replace("amount", "sum"))
    project.run()
    promote(project, STRIP, TRIM)

    result = project.run()

    told = Skip("orders", "amount.number_format@1", "there is no column amount", ("b.csv",))
    assert result is not None
    notes = {f.path.name: v.notes for c in result.cells for f, v in zip(c.files, c.verdicts)}  # noqa: B905 - built together
    assert [n for n in notes["b.csv"] if n.startswith("not applied")] == [
        "not applied: change amount.number_format@1: there is no column amount"
    ]
    assert not [n for n in notes["a.csv"] if n.startswith("not applied")]
    raw = next(o for o in result.cells[0].outcomes if o.asset == "raw_file")
    assert raw.metadata["skipped_changes"] == [
        {"file": "b.csv", "change": told.change, "why": told.why}
    ]
    assert totals_of(result)["changes_skipped"] == 1
    assert skips_of(result.cells) == skips_now(project.platform, ["orders", "returns"]) == (told,)
    assert told.words == (
        "change amount.number_format@1 was not applied to orders/b.csv: there is no column amount"
    )
    assert project.plan().is_empty


def test_a_skip_is_gone_once_its_change_is_retired(project: Project) -> None:
    promote(project, STRIP)
    project.drop("b.csv", csv_of(100).replace("amount", "sum"))
    project.run()
    assert len(skips_now(project.platform, ["orders"])) == 1

    promote(project, retired(STRIP, reason="the column is gone"))
    project.run()

    assert skips_now(project.platform, ["orders"]) == ()


def test_a_second_version_of_a_change_is_named_in_the_log(project: Project) -> None:
    project.drop("units.csv", with_units(0))
    promote(project, retired(STRIP, reason="replaced"), replace(STRIP, version=2))

    project.run()

    assert repairs(project)["change"].unique().to_list() == ["amount.number_format@2"]
