"""A lost ledger: what lies in quarantine is found again, named, and can be released."""

import json
from pathlib import Path

import pytest

from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets.work.run.upkeep import put_right
from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.conftest import Project, csv_of


@pytest.fixture
def lost(project: Project) -> Project:
    """A project with three accepted files, one set apart in part and one held, without ledger."""
    for day in range(1, 4):
        project.drop(f"{day}.csv", csv_of(1_000 * day))
        project.run()
    # By its name it would come before all others, and nothing would be known to judge it by.
    project.drop("0.csv", csv_of(4_000, amount=lambda n: "oops" if n % 2 else "12.5"))
    project.drop("5.csv", csv_of(5_000, amount=lambda n: "oops" if n < 3 else f"{10 + n}.5"))
    project.run()
    assert [project.arrivals()[n].disposition for n in ("0.csv", "5.csv")] == [
        "rejected",
        "quarantine",
    ]
    project.platform.close()
    for path in (project.data / "ledger").glob("ledger.sqlite*"):
        path.unlink()
    project.platform = open_platform(load_settings(project.root, environment={}))
    return project


def test_the_rebuild_finds_the_held_file_and_judges_it_last(lost: Project) -> None:
    lost.run()

    found = lost.arrivals()
    assert found["0.csv"].disposition == "rejected"
    assert found["0.csv"].sequence == max(a.sequence for a in found.values())
    assert found["5.csv"].quarantined == 3
    assert held_in(lost).is_file()
    assert lost.plan().is_empty
    assert lost.accepted_ids() == sorted(
        [*range(1_000, 1_100), *range(2_000, 2_100), *range(3_000, 3_100), *range(5_003, 5_100)]
    )


def test_status_names_it_before_and_after_and_a_release_works(lost: Project) -> None:
    before = json.loads(dmaic_here("status", "--json", cwd=lost.root).out)
    dmaic_here("run-all", cwd=lost.root)
    after = json.loads(dmaic_here("status", "--json", cwd=lost.root).out)
    released = dmaic_here("gate", "release", "0.csv", "--reason", "agreed", cwd=lost.root)

    assert "0.csv" in json.dumps(before["plan"])
    assert [s["reject"] for s in after["sources"]] == [1]
    assert released.code == 0, released.err
    assert (lost.data / "incoming" / "orders" / "0.csv").is_file()
    assert 4_000 in lost.accepted_ids()


def test_the_reconciler_leaves_a_held_file_to_the_next_run(lost: Project) -> None:
    held = held_in(lost)
    first = lost.drop("9.csv", csv_of(9_000), source="items")
    dmaic_here("ingest", str(first), cwd=lost.root)
    lost.reload(ledger={"stale_part_s": 0.0})

    put_right(lost.platform)

    assert held.is_file()


def test_a_reason_that_does_not_fit_its_folder_is_no_held_file(lost: Project) -> None:
    held = held_in(lost)
    held.write_text("changed since\n")

    lost.run()

    assert "0.csv" not in lost.arrivals()


def test_archived_files_are_found_again_with_their_rows(project: Project) -> None:
    project.reload(runs={"landing": "archive"})
    for day in (2, 1):
        # The same name each day: the archive keeps them apart by run.
        project.drop("day.csv", csv_of(1_000 * day))
        project.run()
    originals = sorted((project.data / "archive").rglob("day.csv"))
    project.platform.close()
    for path in (project.data / "ledger").glob("ledger.sqlite*"):
        path.unlink()
    project.platform = open_platform(load_settings(project.root, environment={}))
    project.reload(runs={"landing": "archive"}, ledger={"stale_part_s": 0.0})
    rows = project.accepted_ids()
    # Another source comes first: that the ledger knows it must not make the rows nobody's.
    first = project.drop("9.csv", csv_of(9_000), source="items")
    project.run(RunRequest(files=(first,)))
    put_right(project.platform)

    project.run()
    put_right(project.platform)

    assert len(originals) == 2
    assert sorted((project.data / "archive").rglob("day.csv")) == originals
    history = arrivals(project.platform.ledger, ["orders"])
    assert [(a.path, a.disposition) for a in history] == [(str(p), "accepted") for p in originals]
    assert project.accepted_ids() == rows
    assert project.plan().is_empty
    assert project.plan().removed == ()


def held_in(project: Project) -> Path:
    (held,) = (project.data / "quarantine" / "orders").glob("*/0.csv")
    return held
