"""What Dagster runs are at work now, and which only seem to be.

What belongs here: reading Dagster's run records. A run whose process was killed stays "started" for
ever in Dagster; it is ended here, so that it neither blocks the sensors nor misleads people.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any, cast

import dagster as dg
from dagster import DagsterRunStatus

from dmaic_assets.defs.jobs.batches import Claims
from dmaic_assets.defs.jobs.bulk import WORKER_TAG
from dmaic_assets.defs.jobs.main import EVERYTHING, INGEST, PROFILE

_BUSY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
_AT_WORK = frozenset(
    {DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING, DagsterRunStatus.STARTING}
)
_SERVER_TAG = ".dagster/grpc_info"


def claims_of(instance: dg.DagsterInstance) -> Claims:
    """Tells what the bulk runs at work now, or queued, look at; dead ones are ended first."""
    busy: list[dg.DagsterRun] = []
    for job in (INGEST, EVERYTHING, PROFILE):
        busy += instance.get_runs(dg.RunsFilter(job_name=job, statuses=_BUSY))
    configs = [_config(run) for run in busy if not _end_if_dead(instance, run)]
    return Claims(
        is_everything=any(_is_everything(config) for config in configs),
        sources=frozenset(s for config in configs for s in _sources(config)),
        files=frozenset(str(f) for config in configs for f in config.get("files", ())),
    )


def is_job_at_work(instance: dg.DagsterInstance, job: str) -> bool:
    """Tells whether a run of a job is at work or queued; a dead one is ended, and is not."""
    busy = instance.get_runs(dg.RunsFilter(job_name=job, statuses=_BUSY))
    return any(not _end_if_dead(instance, run) for run in busy)


def end_abandoned(instance: dg.DagsterInstance, *, server: str) -> int:
    """Ends runs whose process cannot be there any more, and tells how many.

    Args:
        instance: Dagster's.
        server: The socket of the code server that launches runs now. Runs that another server
            launched ended with it.
    """
    ended = 0
    for run in instance.get_runs(dg.RunsFilter(statuses=list(_AT_WORK))):
        launched_by = run.tags.get(_SERVER_TAG)
        is_orphan = launched_by is not None and server not in launched_by
        if is_orphan and WORKER_TAG not in run.tags:
            instance.report_run_failed(run, "Its code server ended before it did.")
            ended += 1
        else:
            ended += _end_if_dead(instance, run)
    return ended


def is_alive(worker: str) -> bool:
    """Tells whether a worker's process may be there; of another machine nothing is known."""
    host, _, pid = worker.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


def _end_if_dead(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    worker = run.tags.get(WORKER_TAG)
    if worker is None or run.status not in _AT_WORK or is_alive(worker):
        return False
    instance.report_run_failed(run, f"Its process {worker} is gone.")
    return True


def _config(run: dg.DagsterRun) -> Mapping[str, Any]:  # pyright: ignore[reportExplicitAny] - run config
    ops = cast("dict[str, dict[str, Any]]", run.run_config.get("ops", {}))  # pyright: ignore[reportExplicitAny] - run config
    return next((dict(op.get("config", {})) for op in ops.values()), {})


def _is_everything(config: Mapping[str, Any]) -> bool:  # pyright: ignore[reportExplicitAny] - run config
    return not any(config.get(name) for name in ("files", "sources", "cells"))


def _sources(config: Mapping[str, Any]) -> Sequence[str]:  # pyright: ignore[reportExplicitAny] - run config
    cells = [str(cell).rpartition("|")[2] for cell in config.get("cells", ())]
    return [*(str(source) for source in config.get("sources", ())), *cells]
