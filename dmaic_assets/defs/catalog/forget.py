"""Forgets in Dagster's catalog the runs that the ledger has pruned.

What belongs here: removing. Which runs are needed no more, the ledger alone decides.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from dmaic_assets.defs.assets.partitions import RUN
from dmaic_assets.defs.instance.home import home_of
from dmaic_assets.defs.instance.instance import project_instance
from dmaic_assets.defs.jobs.bulk import LEDGER_RUN_TAG
from dmaic_assets.settings.project import Settings

_LOG = "history/runs/index.db"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, or would be: partitions of the grid, and Dagster's runs with their events.

    `size_bytes` is how much smaller the event log became.
    """

    partitions: int = 0
    runs: int = 0
    size_bytes: int = 0


def forget_pruned(settings: Settings, known: Collection[str], *, dry_run: bool) -> Forgotten:
    """Removes the partitions of runs that the ledger has no more, and the Dagster runs of these.

    Args:
        settings: Of the project; one that Dagster never worked in is left alone.
        known: The ids of all runs that the ledger has.
        dry_run: Count only.

    Raises:
        StoreError: Dagster's storage refuses.
    """
    log = home_of(settings) / _LOG
    if not log.is_file():
        return Forgotten()
    before = log.stat().st_size
    with project_instance(settings) as instance:
        found = forget(instance, known, dry_run=dry_run)
    if dry_run or not found.runs:
        return found
    _give_back(log)
    return Forgotten(found.partitions, found.runs, max(0, before - log.stat().st_size))


def forget(instance: dg.DagsterInstance, known: Collection[str], *, dry_run: bool) -> Forgotten:
    """Removes them from an open instance; runs of Dagster that have not ended stay."""
    gone = [key for key in instance.get_dynamic_partitions(RUN) if key not in known]
    runs = [
        run.run_id
        for key in gone
        for run in instance.get_runs(dg.RunsFilter(tags={LEDGER_RUN_TAG: key}))
        if run.is_finished
    ]
    if not dry_run:
        for run_id in runs:
            instance.delete_run(run_id)
        for key in gone:
            instance.delete_dynamic_partition(RUN, key)
    return Forgotten(len(gone), len(runs))


def _give_back(log: Path) -> None:
    # A web server that reads at this moment keeps the space until the next time.
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(log)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
