"""Routes of the API about runs and what they measured, and what the pipeline does now."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.views.runs import run_entry
from dmaic_assets.store.ledger.record.metrics import MetricRecord, list_metrics
from dmaic_assets.store.ledger.record.run_tags import tags_by_run
from dmaic_assets.store.ledger.record.runs import RunRecord, get_run, list_phases, list_runs
from dmaic_assets.store.ledger.tasks.tasks import count_states, live_tasks
from dmaic_assets.web.api.envelope import (
    PAGE,
    Cursor,
    Limit,
    NotThereError,
    Told,
    of_list,
    read_cursor,
)
from dmaic_assets.web.api.reading import Reader, add_get
from dmaic_assets.web.api.sources import OneSource, RunId
from dmaic_assets.web.live.progress import read_progress
from dmaic_assets.work.run.platform import Platform

# Leases that are told: those that end first.
_LEASES = 50
OneRun = Annotated[str, Path(max_length=80, description="Id of a run.")]
Phase = Annotated[str | None, Query(max_length=80, description="Only of this phase or asset.")]


@dataclass(frozen=True, slots=True)
class RunDocument:
    """One run and what it came to; times in UTC, `elapsed_s` is null while it runs."""

    run_id: str
    kind: str
    status: str
    why: str | None
    started_at: str
    finished_at: str | None
    elapsed_s: float | None
    files: int
    accepted: int
    split: int
    held: int
    errors: int
    rows: int
    rows_accepted: int
    rows_quarantined: int
    score: float | None
    parent: str | None
    branch_of: str | None
    recursion_id: str | None
    iteration: int | None
    tags: tuple[str, ...]


class RunRoutes:
    """Answers them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def add_to(self, router: APIRouter) -> None:
        """Adds the routes."""
        add_get(router, "/runs", self.runs, list[RunDocument])
        add_get(router, "/runs/{run_id}", self.run, dict[str, Any])
        add_get(router, "/metrics", self.metrics, list[MetricRecord])
        add_get(router, "/pipeline", self.pipeline, dict[str, Any])

    def runs(self, request: Request, limit: Limit = PAGE, cursor: Cursor = None) -> Response:
        """Runs, the newest first."""

        def told(platform: Platform) -> Told:
            start = read_cursor(cursor) or 0
            found = list_runs(platform.ledger, start + limit + 1)
            tags = tags_by_run(platform.ledger)
            documents = [_run_document(r, tags.get(r.run_id, ())) for r in found]
            return of_list(documents, limit, cursor)

        return self._reader.answer(request, told)

    def run(self, request: Request, run_id: OneRun) -> Response:
        """One run with its phases, its tasks by state, and what it measured as a whole."""

        def told(platform: Platform) -> Told:
            ledger = platform.ledger
            try:
                record = get_run(ledger, run_id)
            except BadInputError as error:
                raise NotThereError(error.subject, error.culprit, "GET /api/v1/runs") from error
            metrics = list_metrics(ledger, run_id=run_id, source="")
            return Told(
                {
                    "run": _run_document(record, tags_by_run(ledger).get(run_id, ())),
                    "phases": list_phases(ledger, run_id),
                    "tasks": count_states(ledger, run_id),
                    "metrics": {f"{m.phase}.{m.metric}": m.value for m in metrics},
                }
            )

        return self._reader.answer(request, told)

    def metrics(
        self,
        request: Request,
        run: RunId = None,
        source: OneSource = None,
        phase: Phase = None,
        limit: Limit = PAGE,
        cursor: Cursor = None,
    ) -> Response:
        """What runs measured: one number a run, phase, source and name, the oldest run first."""

        def told(platform: Platform) -> Told:
            found = list_metrics(platform.ledger, run_id=run, phase=phase, source=source)
            return of_list(found, limit, cursor)

        return self._reader.answer(request, told)

    def pipeline(self, request: Request) -> Response:
        """What is done now: running runs with their progress, tasks by state, and leases."""

        def told(platform: Platform) -> Told:
            ledger = platform.ledger
            leases = [
                {
                    "task_id": task.task_id,
                    "file": task.file,
                    "state": task.state,
                    "owner": task.owner,
                    "lease_until": task.lease_until,
                }
                for task in live_tasks(ledger)[:_LEASES]
            ]
            running = read_progress(ledger)
            tasks = count_states(ledger)
            return Told({"running": running, "tasks": tasks, "leases": leases})

        return self._reader.answer(request, told)


def _run_document(record: RunRecord, tags: tuple[str, ...]) -> RunDocument:
    counts = record.counts
    return RunDocument(
        run_id=record.run_id,
        kind=record.kind,
        status=record.status,
        why=run_entry(record, tags).why,
        started_at=record.started_at.isoformat(),
        finished_at=record.finished_at.isoformat() if record.finished_at else None,
        elapsed_s=record.elapsed_s,
        files=counts.files,
        accepted=counts.accept,
        split=counts.quarantine,
        held=counts.reject,
        errors=counts.errors,
        rows=counts.rows,
        rows_accepted=counts.rows_accepted,
        rows_quarantined=counts.rows_quarantined,
        score=counts.score,
        parent=record.parent,
        branch_of=record.branch_of,
        recursion_id=record.recursion_id,
        iteration=record.iteration,
        tags=tags,
    )
