"""How far running runs are: files done of all, by what the ledger says of their tasks.

What belongs here: a view, read in three statements, however many runs there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dmaic_assets.store.ledger.database.schema import phases, runs
from dmaic_assets.store.ledger.database.schema_tasks import tasks
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.tasks.states import LIVE_STATES, TERMINAL_STATES

# Running runs that are told, the newest: more are left behind by a machine that crashed often.
_MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class RunProgress:
    """One run that is not finished.

    `done` of `total` files are through, `working` are being worked on. `stage` is in words.
    `touched_at` is when anything happened last: a run that says nothing for long was left behind.
    """

    run_id: str
    kind: str
    started_at: datetime
    stage: str
    done: int
    total: int
    working: int
    failed: int
    touched_at: datetime


def read_progress(ledger: Ledger) -> tuple[RunProgress, ...]:
    """Reads the runs that are not finished, the newest first."""
    newest = (
        sa.select(runs.c.run_id, runs.c.kind, runs.c.started_us)
        .where(runs.c.status == "running")
        .order_by(runs.c.started_us.desc())
        .limit(_MOST_RUNS)
    )
    with ledger.reading() as connection:
        running = connection.execute(newest).all()
        if not running:
            return ()
        ids = [row.run_id for row in running]
        number, touched = sa.func.count(), sa.func.max(tasks.c.updated_us)
        by_state = (
            sa.select(tasks.c.run_id, tasks.c.state, number, touched)
            .where(tasks.c.run_id.in_(ids))
            .group_by(tasks.c.run_id, tasks.c.state)
        )
        counts: dict[str, dict[str, tuple[int, int]]] = {}
        for run_id, state, count, at_us in connection.execute(by_state):
            counts.setdefault(run_id, {})[state] = (int(count), int(at_us))
        of_phases = sa.select(phases.c.run_id, phases.c.phase, phases.c.started_us).where(
            phases.c.run_id.in_(ids), phases.c.status == "running"
        )
        working = {row.run_id: row.phase for row in connection.execute(of_phases)}
    return tuple(
        _progress(row.run_id, row.kind, row.started_us, counts.get(row.run_id, {}), working)
        for row in running
    )


def _progress(
    run_id: str,
    kind: str,
    started_us: int,
    states: Mapping[str, tuple[int, int]],
    phases_at_work: Mapping[str, str],
) -> RunProgress:
    count = {state: number for state, (number, _) in states.items()}
    done = sum(count.get(state, 0) for state in TERMINAL_STATES)
    live = sum(count.get(state, 0) for state in LIVE_STATES)
    total = sum(count.values())
    phase = phases_at_work.get(run_id)
    if phase is not None:
        stage = f"phase {phase}"
    elif total == 0:
        stage = "planning"
    else:
        stage = "judging files" if done < total else "summing up"
    return RunProgress(
        run_id=run_id,
        kind=kind,
        started_at=from_us(started_us),
        stage=stage,
        done=done,
        total=total,
        working=live,
        failed=count.get("FAILED", 0),
        touched_at=from_us(max([started_us, *(at for _, at in states.values())])),
    )
