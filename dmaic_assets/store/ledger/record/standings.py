"""How all sources stand, in few statements: files and rows by source, newest files, what is held.

What belongs here: questions about every source at once, whose cost does not grow with one
statement for each source or file.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dmaic_assets.model import Verdict
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema import arrivals as table
from dmaic_assets.store.ledger.database.schema import verdicts
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.files import Disposition
from dmaic_assets.store.ledger.record.scores import score_of_file

_GONE = ("replaced", "removed")
_COUNTED: Mapping[Disposition, str] = {
    "accepted": "whole",
    "quarantine": "split",
    "rejected": "held",
    "landed": "waiting",
}
_SUMMED = ("rows", "accepted", "quarantined")


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """The current files of a source added up.

    `score` is their mean weighted by rows, None without a row. `waiting` files were seen and not
    judged. `quarantined` counts rows that are not in the warehouse, those of held files among them.
    `newest_at` is when the newest file was first seen.
    """

    source: str
    files: int
    whole: int
    split: int
    held: int
    waiting: int
    rows: int
    accepted: int
    quarantined: int
    score: float | None
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class NewestFile:
    """One of the newest judged files of a source; `came_at` is when it was first seen."""

    source: str
    name: str
    sha256: str
    disposition: Disposition
    rows: int
    accepted: int
    score: float | None
    came_at: datetime


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A current file that is not in the warehouse whole, with the newest verdict on it.

    `verdict` is None where it is not stored.
    """

    source: str
    name: str
    sha256: str
    sequence: int
    disposition: Disposition
    quarantined: int
    came_at: datetime
    verdict: Verdict | None


def source_counts(ledger: Ledger) -> list[SourceCounts]:
    """Adds up the current files of every source that has one, by name."""
    # The same as `scores.score_of_rows`, added up where the files are.
    judged = sa.case((table.c.score.is_not(None), table.c.rows), else_=0)
    query = (
        sa.select(
            table.c.source,
            sa.func.count().label("files"),
            *(_number_of(disposition, name) for disposition, name in _COUNTED.items()),
            *(sa.func.sum(table.c[name]).label(f"all_{name}") for name in _SUMMED),
            sa.func.sum(table.c.score * table.c.rows).label("points"),
            sa.func.sum(judged).label("weight"),
            sa.func.max(table.c.first_seen_us).label("newest_us"),
        )
        .where(table.c.disposition.not_in(_GONE))
        .group_by(table.c.source)
        .order_by(table.c.source)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return [_counts(row) for row in rows]


def newest_files(ledger: Ledger, limit: int) -> dict[str, list[NewestFile]]:
    """Finds the newest judged files of every source, in arrival order.

    Args:
        ledger: The ledger.
        limit: How many of each source at most.
    """
    place = sa.func.row_number().over(partition_by=table.c.source, order_by=table.c.sequence.desc())
    names = ("source", "name", "sha256", "disposition", "rows", "accepted", "score")
    columns = [*(table.c[name] for name in names), table.c.first_seen_us, table.c.sequence]
    ranked = (
        sa.select(*columns, place.label("place"))
        .where(table.c.disposition.not_in((*_GONE, "landed")))
        .subquery()
    )
    query = (
        sa.select(ranked)
        .where(ranked.c.place <= limit)
        .order_by(ranked.c.source, ranked.c.sequence)
    )
    found: dict[str, list[NewestFile]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(query):
            found.setdefault(row.source, []).append(_newest(row))
    return found


def held_files_now(ledger: Ledger, sources: Collection[str] | None = None) -> list[HeldFile]:
    """Lists what is held whole or was split, in the order of arrival.

    Args:
        ledger: The ledger.
        sources: Only these sources; None means all.
    """
    newest = (
        sa.select(sa.func.max(verdicts.c.verdict_id))
        .where(verdicts.c.source == table.c.source, verdicts.c.file_sha256 == table.c.sha256)
        .correlate(table)
        .scalar_subquery()
    )
    names = ("source", "name", "sha256", "sequence", "disposition", "quarantined")
    query = (
        sa.select(*(table.c[name] for name in names), table.c.first_seen_us, verdicts.c.verdict)
        .join(verdicts, verdicts.c.verdict_id == newest, isouter=True)
        .where(table.c.disposition.in_(("rejected", "quarantine")))
        .where((table.c.disposition == "rejected") | (table.c.quarantined > 0))
        .order_by(table.c.sequence)
    )
    if sources is not None:
        query = query.where(table.c.source.in_(sorted(sources)))
    with ledger.reading() as connection:
        return [_held(row) for row in connection.execute(query)]


def newest_let_in(ledger: Ledger) -> dict[str, int]:
    """Tells of every source the sequence number of its newest file that was not held whole."""
    newest = sa.func.max(table.c.sequence)
    is_in = table.c.disposition.in_(("accepted", "quarantine"))
    query = sa.select(table.c.source, newest).where(is_in).group_by(table.c.source)
    with ledger.reading() as connection:
        return {str(source): int(number) for source, number in connection.execute(query)}


def _number_of(disposition: str, name: str) -> "sa.Label[int]":
    return sa.func.sum(sa.case((table.c.disposition == disposition, 1), else_=0)).label(name)


def _counts(row: sa.Row[Any]) -> SourceCounts:  # pyright: ignore[reportExplicitAny] - sums
    # A server's sums of whole numbers are decimals.
    return SourceCounts(
        source=row.source,
        files=int(row.files),
        whole=int(row.whole),
        split=int(row.split),
        held=int(row.held),
        waiting=int(row.waiting),
        rows=int(row.all_rows),
        accepted=int(row.all_accepted),
        quarantined=int(row.all_quarantined),
        score=float(row.points) / float(row.weight) if row.weight else None,
        newest_at=from_us(int(row.newest_us)),
    )


def _newest(row: sa.Row[Any]) -> NewestFile:  # pyright: ignore[reportExplicitAny] - a row of arrivals
    return NewestFile(
        source=row.source,
        name=row.name,
        sha256=row.sha256,
        disposition=row.disposition,
        rows=row.rows,
        accepted=row.accepted,
        score=score_of_file(row.score, row.rows),
        came_at=from_us(row.first_seen_us),
    )


def _held(row: sa.Row[Any]) -> HeldFile:  # pyright: ignore[reportExplicitAny] - of two tables
    return HeldFile(
        source=row.source,
        name=row.name,
        sha256=row.sha256,
        sequence=row.sequence,
        disposition=row.disposition,
        quarantined=row.quarantined,
        came_at=from_us(row.first_seen_us),
        verdict=None if row.verdict is None else from_json(Verdict, loads(row.verdict)),
    )
