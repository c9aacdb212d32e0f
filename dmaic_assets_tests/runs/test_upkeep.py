"""Starting runs and workers put the stores right, and not each of them again."""

import os
import threading

from dmaic_assets.ledger.reconcile import reconciled_at
from dmaic_assets.runs.upkeep import put_right, put_right_if_due
from dmaic_assets.runs.worker import work_until_told
from dmaic_assets_tests.runs.conftest import Project, csv_of


def leave_a_part(project: Project):
    part = project.data / "warehouse" / "x.parquet.part-00ff"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    project.reload(ledger={"stale_part_s": 0.0})
    return part


def test_a_starting_run_puts_right_what_was_left(project: Project):
    part = leave_a_part(project)
    project.drop("1.csv", csv_of(0))

    project.run()

    assert not part.exists()
    assert reconciled_at(project.platform.ledger) is not None


def test_a_starting_worker_puts_right_what_was_left(project: Project):
    part = leave_a_part(project)

    work_until_told(project.platform, threading.Event(), until_idle=True)

    assert not part.exists()


def test_it_is_done_once_for_many_that_start(project: Project):
    assert put_right_if_due(project.platform) is not None

    part = leave_a_part(project)
    assert put_right_if_due(project.platform) is None
    assert part.exists()

    project.reload(ledger={"stale_part_s": 0.0, "reconcile_s": 0.0})
    found = put_right_if_due(project.platform)
    assert found is not None
    assert found.stale_parts == (part,)


def test_a_dry_run_does_not_count_as_done(project: Project):
    put_right(project.platform, dry_run=True)

    assert reconciled_at(project.platform.ledger) is None
