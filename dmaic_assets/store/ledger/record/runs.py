"""Runs: when one began, under which code and configuration, what it saw and how it ended.

What belongs here: the rows of runs, phases and manifests. What a run does is no business of the
ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.database.rows import dumps, loads, upsert
from dmaic_assets.store.ledger.database.schema import manifests, phases, runs
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us

RunStatus: TypeAlias = Literal["running", "succeeded", "failed", "skipped", "interrupted"]
PhaseStatus: TypeAlias = RunStatus


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a run did to its files; `score` is that of its rows in [0, 1], None without a row."""

    files: int = 0
    errors: int = 0
    accept: int = 0
    quarantine: int = 0
    reject: int = 0
    rows: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    lines_above: int = 0
    changes_skipped: int = 0
    score: float | None = None
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the ledger knows it; `totals` is empty until it is finished.

    A run of a recursion has its id and the run's place in it, counted from 1.
    """

    run_id: str
    kind: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    git_sha: str
    config_hash: str
    inputs_hash: str
    parent: str | None
    branch_of: str | None
    totals: Mapping[str, Json] = field(default_factory=dict)
    recursion_id: str | None = None
    iteration: int | None = None

    @property
    def counts(self) -> RunTotals:
        """The totals that every run has; those of a run that is not finished are 0."""
        return from_json(RunTotals, {**self.totals})

    @property
    def elapsed_s(self) -> float | None:
        """Seconds from start to finish; never negative, None while it runs."""
        if self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """One phase of one run: hashes of what went in and came out, and its metrics."""

    run_id: str
    phase: str
    seq: int
    status: PhaseStatus
    inputs_hash: str | None = None
    outputs_hash: str | None = None
    metrics: Mapping[str, Json] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None


def start_run(  # noqa: PLR0913 - the parts of a run's identity
    ledger: Ledger,
    *,
    git_sha: str,
    config_hash: str,
    inputs_hash: str,
    kind: str,
    parent: str | None = None,
    branch_of: str | None = None,
    recursion_id: str | None = None,
) -> RunRecord:
    """Opens a run under an id that nobody else has or had.

    The id is the UTC second and the short git SHA (D07); a second run within the second gets
    `-2`, and so on. A branch takes the id of the run that it branches from with `-b1`, `-b2`,
    ...; a number is never used twice.

    A run with `recursion_id` is the first of that recursion, or comes after its newest one. A run
    whose parent belongs to a recursion belongs to it too, one place further than the newest.

    Raises:
        BadInputError: `branch_of` or `parent` names no run, or the parent's recursion is another.
        StoreError: The ledger refuses.
    """

    def work(connection: Connection) -> RunRecord:
        ledger.lock(connection, "runs")
        now = ledger.clock().astimezone(UTC)
        if branch_of is None:
            run_id = _free_id(connection, f"{now:%Y%m%dT%H%M%SZ}__{git_sha[:7] or 'nogit'}")
        else:
            run_id = f"{branch_of}-b{_next_branch(connection, branch_of)}"
        recursion = _recursion_of(connection, parent, recursion_id)
        record = RunRecord(
            run_id=run_id,
            kind=kind,
            status="running",
            started_at=from_us(to_us(now)),
            finished_at=None,
            git_sha=git_sha,
            config_hash=config_hash,
            inputs_hash=inputs_hash,
            parent=parent,
            branch_of=branch_of,
            recursion_id=recursion,
            iteration=None if recursion is None else _next_iteration(connection, recursion),
        )
        connection.execute(runs.insert().values(_run_row(record)))
        return record

    return ledger.write(work)


def finish_run(
    ledger: Ledger, run_id: str, *, status: RunStatus, totals: Mapping[str, Json]
) -> RunRecord:
    """Closes a run; closing it again replaces status and totals.

    Raises:
        BadInputError: There is no such run.
    """

    def work(connection: Connection) -> RunRecord:
        changed = {"status": status, "totals": dumps(dict(totals)), "finished_us": ledger.now_us()}
        where = runs.c.run_id == run_id
        row = connection.execute(
            runs.update().where(where).values(changed).returning(*runs.c)
        ).one_or_none()
        if row is None:
            raise _unknown(run_id)
        return _record(row)

    return ledger.write(work)


def get_run(ledger: Ledger, run_id: str) -> RunRecord:
    """Reads one run.

    Raises:
        BadInputError: There is no such run.
    """
    with ledger.reading() as connection:
        row = connection.execute(sa.select(runs).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        raise _unknown(run_id)
    return _record(row)


def list_runs(
    ledger: Ledger, limit: int | None = 20, *, status: RunStatus | None = None
) -> list[RunRecord]:
    """Lists runs, newest first; all of them when `limit` is None.

    Runs that are dated in the future come last: a clock that was wrong once would otherwise name
    them the newest for years.
    """
    started = runs.c.started_us
    order = (is_ahead(started, ledger), started.desc(), runs.c.run_id.desc())
    query = sa.select(runs).order_by(*order).limit(limit)
    if status is not None:
        query = query.where(runs.c.status == status)
    with ledger.reading() as connection:
        return [_record(row) for row in connection.execute(query)]


def ended_badly(ledger: Ledger, since: datetime) -> list[RunRecord]:
    """Lists the runs that ended since a moment failed or interrupted, oldest first."""
    query = sa.select(runs).where(
        runs.c.status.in_(("failed", "interrupted")), runs.c.finished_us >= to_us(since)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(runs.c.finished_us, runs.c.run_id)).all()
    return [_record(row) for row in rows]


def is_ahead(started_us: "sa.ColumnElement[int]", ledger: Ledger) -> "sa.ColumnElement[int]":
    """Gives 1 for a run that is dated in the future, else 0: what newest first is ordered by."""
    return sa.case((started_us > ledger.now_us(), 1), else_=0)


def recursion_runs(ledger: Ledger, recursion_id: str) -> list[RunRecord]:
    """Lists the runs of a recursion in their order, running ones too; none when it is unknown."""
    query = sa.select(runs).where(runs.c.recursion_id == recursion_id).order_by(runs.c.iteration)
    with ledger.reading() as connection:
        return [_record(row) for row in connection.execute(query)]


# In what a run saw of a source: the number of its newest file, as files are counted when they come.
UNTIL = "until"


def set_manifest(ledger: Ledger, run_id: str, entries: Mapping[str, Json]) -> None:
    """Records what a run saw of each source, replacing what it recorded of these before."""
    rows = [
        {"run_id": run_id, "source": source, "entry": dumps(entry)}
        for source, entry in entries.items()
    ]

    def work(connection: Connection) -> None:
        upsert(connection, manifests, rows, conflict=("run_id", "source"), update=("entry",))

    ledger.write(work)


def manifest(ledger: Ledger, run_id: str) -> dict[str, Json]:
    """Reads what a run saw, by source, in the sources' order of names."""
    query = sa.select(manifests.c.source, manifests.c.entry).where(manifests.c.run_id == run_id)
    with ledger.reading() as connection:
        found = connection.execute(query.order_by(manifests.c.source)).all()
    return {source: loads(entry) for source, entry in found}


def record_phase(ledger: Ledger, record: PhaseRecord) -> None:
    """Records one phase of a run, replacing what was recorded of it before."""
    row = {
        "run_id": record.run_id,
        "phase": record.phase,
        "seq": record.seq,
        "status": record.status,
        "inputs_hash": record.inputs_hash,
        "outputs_hash": record.outputs_hash,
        "metrics": dumps(dict(record.metrics)),
        "started_us": None if record.started_at is None else to_us(record.started_at),
        "finished_us": None if record.finished_at is None else to_us(record.finished_at),
    }
    changed = [name for name in row if name not in ("run_id", "phase")]

    def work(connection: Connection) -> None:
        upsert(connection, phases, [row], conflict=("run_id", "phase"), update=changed)

    ledger.write(work)


def list_phases(ledger: Ledger, run_id: str) -> list[PhaseRecord]:
    """Lists the phases of a run in their order."""
    query = sa.select(phases).where(phases.c.run_id == run_id).order_by(phases.c.seq)
    with ledger.reading() as connection:
        return [_phase(row) for row in connection.execute(query)]


def _free_id(connection: Connection, base: str) -> str:
    taken = set(
        connection.execute(
            sa.select(runs.c.run_id).where(runs.c.run_id.startswith(base, autoescape=True))
        ).scalars()
    )
    if base not in taken:
        return base
    return next(name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken)


def _next_branch(connection: Connection, branch_of: str) -> int:
    number = connection.execute(
        runs.update()
        .where(runs.c.run_id == branch_of)
        .values(branches=runs.c.branches + 1)
        .returning(runs.c.branches)
    ).scalar()
    if number is None:
        raise _unknown(branch_of)
    return number


def _recursion_of(
    connection: Connection, parent: str | None, recursion_id: str | None
) -> str | None:
    if parent is None:
        return recursion_id
    query = sa.select(runs.c.recursion_id).where(runs.c.run_id == parent)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _unknown(parent)
    inherited = cast("str | None", row.recursion_id)
    if None not in (inherited, recursion_id) and inherited != recursion_id:
        raise BadInputError(
            f"parent {parent}",
            f"belongs to the recursion {inherited}, not {recursion_id}",
            "Leave the recursion out: a run inherits its parent's.",
        )
    return recursion_id or inherited


def _next_iteration(connection: Connection, recursion_id: str) -> int:
    query = sa.select(sa.func.max(runs.c.iteration)).where(runs.c.recursion_id == recursion_id)
    return (connection.execute(query).scalar() or 0) + 1


def _run_row(record: RunRecord) -> dict[str, object]:
    return {
        "run_id": record.run_id,
        "kind": record.kind,
        "status": record.status,
        "started_us": to_us(record.started_at),
        "git_sha": record.git_sha,
        "config_hash": record.config_hash,
        "inputs_hash": record.inputs_hash,
        "parent": record.parent,
        "branch_of": record.branch_of,
        "recursion_id": record.recursion_id,
        "iteration": record.iteration,
    }


def _record(row: Row[Any]) -> RunRecord:  # pyright: ignore[reportExplicitAny] - a row of runs
    return RunRecord(
        run_id=row.run_id,
        kind=row.kind,
        status=cast("RunStatus", row.status),
        started_at=from_us(row.started_us),
        finished_at=None if row.finished_us is None else from_us(row.finished_us),
        git_sha=row.git_sha,
        config_hash=row.config_hash,
        inputs_hash=row.inputs_hash,
        parent=row.parent,
        branch_of=row.branch_of,
        totals={} if row.totals is None else cast("dict[str, Json]", loads(row.totals)),
        recursion_id=row.recursion_id,
        iteration=row.iteration,
    )


def _phase(row: Row[Any]) -> PhaseRecord:  # pyright: ignore[reportExplicitAny] - a row of phases
    return PhaseRecord(
        run_id=row.run_id,
        phase=row.phase,
        seq=row.seq,
        status=cast("PhaseStatus", row.status),
        inputs_hash=row.inputs_hash,
        outputs_hash=row.outputs_hash,
        metrics=cast("dict[str, Json]", loads(row.metrics)),
        started_at=None if row.started_us is None else from_us(row.started_us),
        finished_at=None if row.finished_us is None else from_us(row.finished_us),
    )


def _unknown(run_id: str) -> BadInputError:
    return BadInputError(run_id, "no such run in the ledger", "List the runs with `dmaic runs`.")
