"""Starting runs and workers put the stores right, and not each of them again."""

import os
import threading

from dmaic_assets.store.ledger.effects.reconcile import reconciled_at
from dmaic_assets.store.ledger.tasks.leases import claim, worker_name
from dmaic_assets.store.ledger.tasks.tasks import live_tasks
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets.work.run.upkeep import put_right, put_right_if_due
from dmaic_assets.work.run.worker import work_until_told
from dmaic_assets_tests.store.ledger.effects.test_effects import dead_owner
from dmaic_assets_tests.work.conftest import Project, csv_of


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


def test_nobody_waits_for_the_lease_of_a_process_that_has_ended(project: Project):
    put_right_if_due(project.platform)
    project.drop("1.csv", csv_of(0))
    open_run(project.platform, project.plan(), RunRequest())
    assert claim(project.platform.ledger, dead_owner(), kinds=("intake",))

    put_right_if_due(project.platform)

    assert live_tasks(project.platform.ledger) == []
    assert project.run() is not None
    assert project.arrivals()["1.csv"].disposition == "accepted"


def test_a_living_process_and_other_machines_keep_their_leases(project: Project):
    project.drop("1.csv", csv_of(0))
    project.drop("2.csv", csv_of(0), source="items")
    open_run(project.platform, project.plan(), RunRequest())
    owners = {worker_name(), f"elsewhere:{dead_owner().split(':')[1]}:0"}
    for owner in owners:
        assert claim(project.platform.ledger, owner, kinds=("intake",))

    put_right_if_due(project.platform)

    assert {task.owner for task in live_tasks(project.platform.ledger)} == owners
