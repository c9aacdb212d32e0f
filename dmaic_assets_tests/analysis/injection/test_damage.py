"""Each kind of damage changes exactly what its record says, at the rate asked for."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
import yaml

from dmaic_assets.analysis.injection.clean import clean_tables
from dmaic_assets.analysis.injection.damage import cells_as_text, damage_tables, rates_of
from dmaic_assets.analysis.injection.places import KINDS, PLACES
from dmaic_assets.analysis.injection.truth import Fault
from dmaic_assets.analysis.injection.write import write_data_set
from dmaic_assets.errors import BadInputError


@pytest.fixture(scope="module")
def clean() -> Mapping[str, pl.DataFrame]:
    return clean_tables(5)


def texts(frame: pl.DataFrame) -> dict[str, list[str | None]]:
    return {column.name: cells_as_text(column).to_list() for column in frame}


def undone(tables: Mapping[str, pl.DataFrame], faults: tuple[Fault, ...]) -> dict[str, object]:
    """The tables as text with all that is recorded taken back, from the last fault to the first."""
    found = {name: texts(frame) for name, frame in tables.items()}
    for fault in reversed(faults):
        table = found[fault.table]
        if "name" in fault.before:
            back = dict(zip(fault.after["name"], fault.before["name"], strict=True))
            found[fault.table] = {str(back.get(n, n)): cells for n, cells in table.items()}
        elif "row" in fault.before:
            for cells in table.values():
                copies = [cells.pop() for _ in fault.rows][::-1]
                assert copies == [cells[int(str(row))] for row in fault.before["row"]]
        else:
            for name in fault.columns:
                before = cells_as_text(pl.Series(fault.before[name])).to_list()
                for row, old in zip(fault.rows, before, strict=True):
                    assert table[name][row] != old
                    table[name][row] = old
    return dict(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_changes_exactly_what_is_recorded(
    kind: str, clean: Mapping[str, pl.DataFrame]
) -> None:
    tables, faults = damage_tables(clean, {kind: 0.1}, 11)

    assert [fault.kind for fault in faults] == [kind]
    expected = {name: texts(frame) for name, frame in clean.items()}
    assert texts(tables[faults[0].table]) != expected[faults[0].table]
    assert undone(tables, faults) == expected


@pytest.mark.parametrize("seed", range(4))
def test_all_kinds_together_leave_each_other_alone(
    seed: int, clean: Mapping[str, pl.DataFrame]
) -> None:
    tables, faults = damage_tables(clean, rates_of("high"), seed)

    assert [fault.kind for fault in faults] == list(KINDS)
    assert undone(tables, faults) == {name: texts(frame) for name, frame in clean.items()}


def test_every_place_of_a_kind_can_be_damaged(clean: Mapping[str, pl.DataFrame]) -> None:
    drawn = {
        (kind, f.table, f.columns)
        for seed in range(24)
        for kind in PLACES
        for f in damage_tables(clean, {kind: 0.01}, seed)[1]
    }

    assert drawn == {(k, p.table, p.columns) for k, places in PLACES.items() for p in places}


def test_the_rate_is_a_share_of_the_rows_in_question(clean: Mapping[str, pl.DataFrame]) -> None:
    (fault,) = damage_tables(clean, {"formula_drift": 0.2}, 0)[1]
    (drift,) = damage_tables(clean, {"temporal_drift": 0.1}, 0)[1]

    assert len(fault.rows) == round(0.2 * clean["order_lines"].height)
    rows = clean[drift.table].height
    assert drift.rows == tuple(range(rows - len(drift.rows), rows))


def test_kinds_break_what_they_are_called_for(clean: Mapping[str, pl.DataFrame]) -> None:
    sides, _ = damage_tables(clean, {"mutual_exclusivity": 0.1}, 0)
    books, _ = damage_tables(clean, {"trial_balance": 0.1}, 0)

    def gap(tables: Mapping[str, pl.DataFrame]) -> float:
        entries = tables["journal_lines"].group_by("entry_id").agg(pl.col("debit", "credit").sum())
        return float(str((entries["debit"] - entries["credit"]).abs().max()))

    assert gap(sides) < 0.005 < gap(books)
    both = sides["journal_lines"].filter((pl.col("debit") > 0) & (pl.col("credit") > 0))
    assert both.height > 1000


def written(folder: Path, seed: int, suffix: str = "csv") -> dict[str, bytes]:
    tables, faults = damage_tables(clean_tables(seed), rates_of("low"), seed)
    write_data_set(folder, tables, faults, seed=seed, scale="small", suffix=suffix)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    first = written(tmp_path / "a", 2, suffix)

    assert first == written(tmp_path / "b", 2, suffix)
    assert len(first) == 12
    assert first != written(tmp_path / "c", 3, suffix)


def test_the_manifest_is_yaml_with_every_cell(tmp_path: Path) -> None:
    tables, faults = damage_tables(clean_tables(0), rates_of("low"), 0)
    write_data_set(tmp_path, tables, faults, seed=0, scale="small", suffix="csv")

    truth = yaml.safe_load((tmp_path / "ground_truth.yaml").read_text("utf-8"))
    nulls = next(f for f in truth["faults"] if f["kind"] == "nulls")
    cells = pl.read_csv(tmp_path / nulls["file"], infer_schema=False)[nulls["columns"][0]]
    assert (truth["seed"], len(truth["tables"]), len(truth["faults"])) == (0, 10, len(KINDS))
    assert cells.gather(nulls["rows"]).null_count() == len(nulls["rows"]) > 0
    assert None not in nulls["before"][nulls["columns"][0]]


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")

    with pytest.raises(BadInputError, match="is not empty"):
        write_data_set(tmp_path, {}, (), seed=0, scale="small", suffix="csv")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
