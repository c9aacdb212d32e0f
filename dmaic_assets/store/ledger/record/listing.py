"""The record listed page by page, and counted, for whoever watches it.

What belongs here: questions whose answer is as long as asked for, however long the history is.
"""

import sqlalchemy as sa

from dmaic_assets.store.ledger.database.schema import arrivals as table
from dmaic_assets.store.ledger.database.schema import runs, verdicts
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.files import Arrival, arrival_from_row


def newest_arrivals(
    ledger: Ledger,
    *,
    source: str | None = None,
    disposition: str | None = None,
    sha: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[Arrival]:
    """Lists files, the newest first, at most `limit` of them.

    Args:
        ledger: Where they are.
        source: Only of this source.
        disposition: Only those of which this became.
        sha: Only those whose SHA-256 begins like this.
        before: Only those with a lower sequence number.
        limit: How many.
    """
    query = sa.select(table).order_by(table.c.sequence.desc()).limit(limit)
    for column, value in ((table.c.source, source), (table.c.disposition, disposition)):
        if value is not None:
            query = query.where(column == value)
    if sha is not None:
        query = query.where(table.c.sha256.startswith(sha, autoescape=True))
    if before is not None:
        query = query.where(table.c.sequence < before)
    with ledger.reading() as connection:
        return [arrival_from_row(row) for row in connection.execute(query)]


def count_verdicts(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Counts verdicts by source and decision, of all runs that the ledger holds."""
    query = (
        sa.select(verdicts.c.source, verdicts.c.decision, sa.func.count())
        .group_by(verdicts.c.source, verdicts.c.decision)
        .order_by(verdicts.c.source, verdicts.c.decision)
    )
    with ledger.reading() as connection:
        return {(source, decision): n for source, decision, n in connection.execute(query)}


def count_runs(ledger: Ledger) -> dict[str, int]:
    """Counts runs by status."""
    query = sa.select(runs.c.status, sa.func.count()).group_by(runs.c.status)
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(runs.c.status)).all()
    return {status: count for status, count in rows}  # noqa: C416 - rows are no pairs to a type checker
