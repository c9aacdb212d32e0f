"""The runs, newest first, and one run with its files, the rules that they broke, and its outputs.

What belongs here: reading them from the ledger, one statement for each kind of thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from dmaic_assets.model import Decision, Json, Severity, Violation
from dmaic_assets.reports.views.held import read_held
from dmaic_assets.store.artifacts import list_artifacts
from dmaic_assets.store.codec import from_json, mapping
from dmaic_assets.store.ledger.record.run_files import JudgedInRun, files_of_run
from dmaic_assets.store.ledger.record.run_tags import tags_by_run
from dmaic_assets.store.ledger.record.runs import (
    PhaseStatus,
    RunRecord,
    RunStatus,
    RunTotals,
    get_run,
    list_phases,
    list_runs,
)
from dmaic_assets.store.ledger.record.scores import score_of_file
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import STOPPED
from dmaic_assets.work.state.hold_answers import Answer
from dmaic_assets.work.state.hold_groups import Group, groups_of

_GONE = "its process is gone; the next run takes up what it left"
_SETTLED = Answer("Nothing is left to do: none of its files is held any more", None, 0)


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run. `elapsed_s` and `finished_at` are None while it runs; `sigma` without phases.

    `totals` is empty until it is finished; `why` tells why it ended before its work was done, None
    where it did not. `parent` is the run before it in a recursion, in which
    it has the place `iteration`, counted from 1. `tags` are its names, for which it stays.
    """

    run_id: str
    kind: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    elapsed_s: float | None
    git_sha: str
    parent: str | None
    branch_of: str | None
    recursion_id: str | None
    iteration: int | None
    totals: Mapping[str, Json]
    sigma: float | None
    why: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def counts(self) -> RunTotals:
        """Files, verdicts and rows; 0 while it runs."""
        return from_json(RunTotals, {**self.totals})


@dataclass(frozen=True, slots=True)
class RunsView:
    """Runs, newest first; `is_all` tells that no older one was left out."""

    runs: tuple[RunEntry, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file that a run judged.

    `broken` names the rules that it broke, the severest first; of a file that was accepted without
    some rows, also those that set them apart.
    """

    source: str
    name: str
    sha256: str
    decision: Decision
    score: float | None
    rows: int
    accepted: int
    quarantined: int
    judged_at: datetime
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that a run could not work on, what stopped it, and the number of its task."""

    task_id: int
    file: str
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class RunPhase:
    """One phase of a run; `elapsed_s` is None while it works."""

    phase: str
    status: PhaseStatus
    elapsed_s: float | None


@dataclass(frozen=True, slots=True)
class RunArtifact:
    """An output that a run recorded; `path` starts at the data folder."""

    phase: str
    source: str
    kind: str
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with all that it did.

    `groups` are its files that were not accepted whole, as it judged them, with the commands that
    answer them now.
    """

    run: RunEntry
    files: tuple[RunFile, ...]
    groups: tuple[Group, ...]
    failed: tuple[FailedFile, ...]
    phases: tuple[RunPhase, ...]
    artifacts: tuple[RunArtifact, ...]

    @property
    def odd_files(self) -> tuple[RunFile, ...]:
        """The files that were not accepted whole."""
        return tuple(file for file in self.files if file.decision != "accept")


def read_runs(platform: Platform, *, limit: int | None = None) -> RunsView:
    """Reads the newest runs, or all of them."""
    found = list_runs(platform.ledger, None if limit is None else limit + 1)
    shown = found if limit is None else found[:limit]
    tags = tags_by_run(platform.ledger)
    entries = tuple(run_entry(run, tags.get(run.run_id, ())) for run in shown)
    return RunsView(entries, is_all=len(shown) == len(found))


def read_run(platform: Platform, run_id: str) -> RunView:
    """Reads one run.

    Raises:
        BadInputError: There is no such run.
    """
    ledger = platform.ledger
    run = run_entry(get_run(ledger, run_id), tags_by_run(ledger).get(run_id, ()))
    files = files_of_run(ledger, run_id)
    failed = list_tasks(ledger, run_id=run_id, states=("FAILED",))
    return RunView(
        run=run,
        files=tuple(_file(file) for file in files),
        groups=_groups(platform, files),
        failed=tuple(
            FailedFile(task.task_id, task.file, task.attempts, task.why_failed) for task in failed
        ),
        phases=tuple(
            RunPhase(p.phase, p.status, _elapsed_s(p.started_at, p.finished_at))
            for p in list_phases(ledger, run_id)
        ),
        artifacts=tuple(
            RunArtifact(phase, source, ref.kind, ref.path, ref.sha256, ref.size_bytes)
            for phase, source, ref in list_artifacts(ledger, run_id)
        ),
    )


def run_entry(run: RunRecord, tags: Sequence[str]) -> RunEntry:
    """Takes a run as the ledger has it, with its names."""
    sigma = mapping(run.totals.get("dmaic")).get("sigma")
    return RunEntry(
        run_id=run.run_id,
        kind=run.kind,
        status=run.status,
        started_at=run.started_at,
        finished_at=run.finished_at,
        elapsed_s=run.elapsed_s,
        git_sha=run.git_sha,
        parent=run.parent,
        branch_of=run.branch_of,
        recursion_id=run.recursion_id,
        iteration=run.iteration,
        totals=run.totals,
        sigma=float(sigma) if isinstance(sigma, int | float) else None,
        why=_why(run),
        tags=tuple(tags),
    )


def _why(run: RunRecord) -> str | None:
    stopped = run.totals.get(STOPPED)
    if stopped is not None:
        return str(stopped)
    return _GONE if run.status == "interrupted" and not run.totals else None


def _file(file: JudgedInRun) -> RunFile:
    violations = file.verdict.violations if file.verdict else ()
    return RunFile(
        source=file.source,
        name=PurePath(file.path).name,
        sha256=file.sha256,
        decision=file.decision,
        score=score_of_file(file.score, file.rows),
        rows=file.rows,
        accepted=file.accepted,
        quarantined=file.quarantined,
        judged_at=file.judged_at,
        broken=tuple(v.rule for v in violations if v.is_broken or _sets_apart(file, v)),
    )


def _sets_apart(file: JudgedInRun, violation: Violation) -> bool:
    is_heavy = violation.severity != "low"
    return file.decision == "quarantine" and violation.scope == "row" and is_heavy


def _groups(platform: Platform, files: Sequence[JudgedInRun]) -> tuple[Group, ...]:
    names = [PurePath(file.path).name for file in files if file.verdict is not None]
    verdicts = [file.verdict for file in files if file.verdict is not None]
    if not verdicts:
        return ()
    odd = list(zip(names, without_hidden(platform, verdicts), strict=True))
    sources = {verdict.source for _, verdict in odd}
    criticality: dict[str, Severity] = {
        name: platform.settings.source(name).criticality for name in sources
    }
    now = {
        (group.source, file.sha256): group.answer
        for group in read_held(platform, sources).groups
        for file in group.files
    }
    return tuple(
        replace(
            group,
            answer=next(
                (now[key] for f in group.files if (key := (group.source, f.sha256)) in now),
                _SETTLED,
            ),
        )
        for group in groups_of(odd, criticality)
    )


def _elapsed_s(started: datetime | None, finished: datetime | None) -> float | None:
    if started is None or finished is None:
        return None
    return max(0.0, (finished - started).total_seconds())
