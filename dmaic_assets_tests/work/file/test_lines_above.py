"""Lines above a table, through a whole run: in quarantine with a reason, and looked after there."""

import json
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.gate.split import ABOVE_RULE, RAW, REASONS, RULES
from dmaic_assets.store.ledger.effects.leftovers import unrecorded_outputs
from dmaic_assets.table.text_table import ROW
from dmaic_assets_tests.work.conftest import Project, csv_of

NOTES = ["# Orders of shop 4, week 12", "# made by: till"]


def commented(project: Project, **columns: object) -> Path:
    """A file of a hundred good rows below two comments; gives its quarantine folder."""
    project.drop("a.csv", "\n".join([*NOTES, csv_of(0, **columns)]))  # type: ignore[arg-type]
    project.run()
    (rows,) = (project.data / "quarantine").rglob("rows.parquet")
    return rows.parent


def test_lines_above_the_table_of_an_accepted_file_are_in_quarantine(project: Project) -> None:
    folder = commented(project)

    kept = pl.read_parquet(folder / "rows.parquet")

    assert kept.get_column(RAW).to_list() == NOTES
    assert kept.get_column(RULES).to_list() == [ABOVE_RULE] * 2
    assert kept.get_column(REASONS).to_list() == [
        f"line {n}: a comment above the table, which starts in line 3" for n in (1, 2)
    ]
    assert kept.get_column(ROW).to_list() == [None, None]
    assert project.accepted_ids() == list(range(100))
    assert project.arrivals()["a.csv"].disposition == "accepted"
    reason = json.loads((folder / "reason.json").read_text(encoding="utf-8"))
    verdict = reason["verdict"]
    assert (verdict["lines_above"], verdict["accepted"], verdict["quarantined"]) == (2, 100, 0)
    assert project.plan().is_empty


def test_they_stand_before_the_rows_set_apart(project: Project) -> None:
    folder = commented(project, amount=lambda n: "soon" if n == 3 else f"{n}.5")

    kept = pl.read_parquet(folder / "rows.parquet")

    assert kept.get_column(RAW).to_list() == [*NOTES, None]
    assert kept.get_column(ROW).to_list() == [None, None, 3]
    assert project.accepted_ids() == [n for n in range(100) if n != 3]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"x")])
def test_lost_lines_are_written_again(project: Project, spoil: object) -> None:
    folder = commented(project)
    before = (folder / "rows.parquet").read_bytes()
    spoil(folder / "rows.parquet")  # type: ignore[operator]

    project.run()

    assert (folder / "rows.parquet").read_bytes() == before


def test_the_reconciler_leaves_them_where_they_are(project: Project) -> None:
    commented(project)

    assert unrecorded_outputs(project.platform.ledger, project.platform.paths, -60.0) == []


def test_a_column_of_text_with_commas_arrives_whole(project: Project) -> None:
    towns = ["Lyon", "Turin", *(f"Bend, OR {n}" for n in range(40))]
    project.drop("towns.csv", "\n".join(["town", *towns]) + "\n", source="towns")

    project.run()

    (rows,) = (project.data / "warehouse" / "accepted" / "towns").glob("*.parquet")
    assert pl.read_parquet(rows).get_column("town").to_list() == towns
    assert not list((project.data / "quarantine").rglob("rows.parquet"))
