"""The files of one run with their verdicts, of which only those that say something are read whole.

What belongs here: one question about one run.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from dmaic_assets.model import Decision, Verdict
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema import verdicts as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us


@dataclass(frozen=True, slots=True)
class JudgedInRun:
    """One verdict of a run in numbers; `verdict` is None for a file that was accepted whole."""

    source: str
    sha256: str
    path: str
    decision: Decision
    score: float
    rows: int
    accepted: int
    quarantined: int
    judged_at: datetime
    verdict: Verdict | None


def files_of_run(ledger: Ledger, run_id: str) -> list[JudgedInRun]:
    """Lists the files that a run judged, by source and place."""
    names = ("source", "file_sha256", "path", "decision", "score", "rows", "accepted")
    columns = [table.c[name] for name in (*names, "quarantined", "recorded_us")]
    told = sa.case((table.c.decision != "accept", table.c.verdict), else_=sa.null())
    query = (
        sa.select(*columns, told.label("told"))
        .where(table.c.run_id == run_id)
        .order_by(table.c.source, table.c.path)
    )
    with ledger.reading() as connection:
        return [_file(row) for row in connection.execute(query)]


def _file(row: sa.Row[Any]) -> JudgedInRun:  # pyright: ignore[reportExplicitAny] - a row of verdicts
    return JudgedInRun(
        source=row.source,
        sha256=row.file_sha256,
        path=row.path,
        decision=cast("Decision", row.decision),
        score=row.score,
        rows=row.rows,
        accepted=row.accepted,
        quarantined=row.quarantined,
        judged_at=from_us(row.recorded_us),
        verdict=None if row.told is None else from_json(Verdict, loads(row.told)),
    )
