"""What was stored is still there: noticed when it is not, made again or told."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.work.conftest import Project, csv_of


def split_file(project: Project) -> Path:
    """A file of which one row is set apart; gives the quarantine folder."""
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("b.csv", csv_of(1000, amount=lambda n: "soon" if n == 3 else f"{n}.5"))
    project.run()
    (rows,) = (project.data / "quarantine").rglob("rows.parquet")
    return rows.parent


def held_file(project: Project) -> Path:
    """A file that is held whole; gives where it lies."""
    project.drop("a.csv", csv_of(0))
    project.drop("bad.csv", b"")
    project.run()
    (held,) = (project.data / "quarantine").rglob("bad.csv")
    return held


def test_deleted_quarantined_rows_are_written_again(project: Project) -> None:
    folder = split_file(project)
    before = (folder / "rows.parquet").read_bytes()
    (folder / "rows.parquet").unlink()

    plan = project.plan()
    project.run()

    (work,) = plan.work
    assert work.file.path.name == "b.csv"
    assert "gone or changed" in work.reasons["quarantine"]
    assert (folder / "rows.parquet").read_bytes() == before
    assert project.plan().is_empty


def test_changed_quarantined_rows_are_written_again(project: Project) -> None:
    folder = split_file(project)
    before = (folder / "rows.parquet").read_bytes()
    (folder / "rows.parquet").write_bytes(before[:-1] + b"x")

    project.run()

    assert (folder / "rows.parquet").read_bytes() == before


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("{}")])
@pytest.mark.parametrize("part", [split_file, lambda project: held_file(project).parent])
def test_a_deleted_or_changed_reason_is_told_again(
    project: Project, part: Callable[[Project], Path], spoil: Callable[[Path], object]
) -> None:
    reason = part(project) / "reason.json"
    before = json.loads(reason.read_text())
    spoil(reason)

    project.run()

    after = json.loads(reason.read_text())
    assert after["verdict"] == before["verdict"]
    assert after["reasons"] == before["reasons"]
    assert project.plan().is_empty


def test_a_deleted_held_file_is_told_once_and_forgotten(project: Project) -> None:
    held_file(project).unlink()

    plan = project.plan()
    project.run()

    assert [(a.name, a.disposition) for a in plan.removed] == [("bad.csv", "rejected")]
    assert project.arrivals()["bad.csv"].disposition == "removed"
    assert project.plan().is_empty


def test_a_deleted_held_file_whose_bytes_came_again_is_held_again(project: Project) -> None:
    held = held_file(project)
    held.unlink()
    project.drop("bad.csv", b"")

    plan = project.plan()
    project.run()

    assert "gone or changed" in plan.work[0].reasons["quarantine"]
    assert held.read_bytes() == b""
    assert not (project.data / "incoming" / "orders" / "bad.csv").exists()
    assert project.plan().is_empty


def test_a_held_copy_of_a_file_elsewhere_is_made_again(project: Project) -> None:
    (project.root / "elsewhere").mkdir()
    (project.root / "elsewhere" / "bad.csv").write_bytes(b"")
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - name: far\n    glob: elsewhere/*.csv\n"
    )
    project.reload()
    project.run()
    (held,) = (project.data / "quarantine" / "far").rglob("bad.csv")
    held.unlink()

    project.run()

    assert held.read_bytes() == b""
    assert project.plan().is_empty
    assert project.plan().duplicates == ()


def test_a_held_file_that_was_edited_where_it_lies_is_told_with_the_way_back(
    project: Project,
) -> None:
    held = held_file(project)
    held.write_text(csv_of(500))

    for _ in range(2):
        plan = project.plan()
        project.run()
        (problem,) = plan.problems
        assert problem.path == held
        assert "changed" in problem.reason
        assert "incoming/orders" in problem.fix

    held.rename(project.data / "incoming" / "orders" / "bad.csv")
    project.run()

    assert project.accepted_ids() == [*range(100), *range(500, 600)]
    assert project.plan().problems == ()
    assert project.plan().is_empty


def test_a_copy_of_a_held_file_is_a_duplicate_of_it(project: Project) -> None:
    held = held_file(project)
    copy = project.drop("again.csv", b"")

    plan = project.plan()
    forced = project.run(RunRequest(force=True))

    (duplicate,) = plan.duplicates
    assert duplicate.file.path == copy
    assert duplicate.original == held
    assert duplicate.decision == "reject"
    assert plan.is_empty
    assert forced is not None
    assert held.is_file()
    assert copy.is_file()


def test_a_copy_that_sorts_first_is_the_duplicate_all_the_same(project: Project) -> None:
    project.drop("b.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(0))

    plan = project.plan()

    assert [(d.file.path.name, d.original.name) for d in plan.duplicates] == [("a.csv", "b.csv")]
    assert plan.is_empty


def test_a_copy_of_an_archived_file_is_a_duplicate_and_stays_where_it_is(
    project: Project,
) -> None:
    project.reload(runs={"landing": "archive"})
    project.drop("a.csv", csv_of(0))
    project.run()
    (archived,) = (project.data / "archive").rglob("a.csv")
    copy = project.drop("a.csv", csv_of(0))

    plan = project.plan()
    project.run(RunRequest(force=True))

    assert [(d.file.path, d.original) for d in plan.duplicates] == [(copy, archived)]
    assert list((project.data / "archive").rglob("a.csv")) == [archived]
    assert copy.is_file()


def test_rows_that_cannot_be_made_again_are_told_until_they_can(project: Project) -> None:
    path = project.drop("a.csv", csv_of(0))
    project.run()
    path.unlink()
    project.run()
    (rows,) = (project.data / "warehouse" / "accepted").rglob("*.parquet")
    rows.unlink()

    plan = project.plan()
    (problem,) = plan.problems
    project.drop("a.csv", csv_of(0))
    project.run()

    assert problem.path == rows
    assert "a.csv" in problem.fix
    assert project.accepted_ids() == list(range(100))
    assert project.plan().problems == ()


def test_a_rejected_replacement_is_no_removal_of_what_it_meant_to_replace(
    project: Project,
) -> None:
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - name: orders\n    on_removed: withdraw\n"
    )
    project.reload()
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", b"")
    project.run()

    assert project.plan().is_empty
    assert project.accepted_ids() == list(range(100))


def test_both_parts_of_a_replaced_file_are_withdrawn(project: Project) -> None:
    folder = split_file(project)
    project.drop("b.csv", csv_of(2000))

    project.run()

    assert project.accepted_ids() == [*range(100), *range(2000, 2100)]
    assert not folder.exists()
    withdrawn = project.data / "archive" / "withdrawn" / "orders"
    assert sorted(p.name.partition(".")[2] for p in withdrawn.iterdir()) == [
        "parquet",
        "quarantine.parquet",
        "reason.json",
    ]
    assert pl.read_parquet(withdrawn / f"{folder.name}.quarantine.parquet").height == 1


def test_a_released_file_leaves_what_took_its_place_alone(project: Project) -> None:
    rules = project.root / "config" / "rules" / "orders.yaml"
    few = (
        "source: orders\nrules:\n"
        "  - {id: few, kind: row_count, parameters: {max: %d}, severity: critical}\n"
    )
    rules.write_text(few % 50)
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(500, rows=40))
    project.run()
    rules.write_text(few % 500)

    project.run()

    assert project.accepted_ids() == [*range(100), *range(500, 540)]
    names = sorted(p.name for p in (project.data / "incoming" / "orders").iterdir())
    assert names[1] == "a.csv"
    assert len(names) == 2
    assert project.plan().is_empty
