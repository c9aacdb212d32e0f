"""Files asked for by name, window or place, so that nobody reads all that ever arrived.

What belongs here: questions about arrivals whose answer is small, however long the history is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.ledger.database.prepared_statements import run_prepared
from dmaic_assets.store.ledger.database.rows import chunks, storable
from dmaic_assets.store.ledger.database.schema import arrivals as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.files import Arrival, arrival_from_row

# Below the variables that one statement may have, with those that the rest of it needs.
_NAMES = 5_000
_STORED = ("accepted", "quarantine")


class StoredRows(NamedTuple):
    """The accepted rows of one file in the warehouse; `path` starts at the data folder."""

    version: str
    path: str
    rows: int


class StoredFile(NamedTuple):
    """An accepted file: its content, its rows in the warehouse, and where its bytes are.

    Both places start at the data folder, or are absolute.
    """

    sha256: str
    version: str
    path: str
    location: str


class Standing(NamedTuple):
    """Judged files added up; `score_times_rows` divided by `rows` is their score."""

    files: int
    size_bytes: int
    rows: int
    accepted: int
    quarantined: int
    score_times_rows: float
    accepted_files: int
    split_files: int
    held_files: int


_IS_OF = table.c.source == sa.bindparam("at_source", type_=sa.Text)
_NEWEST = sa.select(sa.func.max(table.c.sequence)).where(_IS_OF)
_NAMED = sa.select(table).where(_IS_OF, table.c.sha256 == sa.bindparam("at_sha256", type_=sa.Text))
_AT = (
    sa.select(table)
    .where(_IS_OF, table.c.path == sa.bindparam("at_path", type_=sa.Text))
    .order_by(table.c.sequence)
)
_STANDING = sa.select(
    sa.func.count(),
    *(sa.func.coalesce(sa.func.sum(c), 0) for c in (table.c.size_bytes, table.c.rows)),
    *(sa.func.coalesce(sa.func.sum(c), 0) for c in (table.c.accepted, table.c.quarantined)),
    sa.func.coalesce(sa.func.sum(table.c.score * table.c.rows), 0.0),
    *(
        sa.func.coalesce(sa.func.sum(sa.case((table.c.disposition == d, 1), else_=0)), 0)
        for d in ("accepted", "quarantine", "rejected")
    ),
)


def named_arrivals(ledger: Ledger, source: str, shas: Iterable[str]) -> list[Arrival]:
    """Finds the files of a source by content, in arrival order; unknown ones are left out."""
    found: list[Arrival] = []
    wanted = list(dict.fromkeys(shas))
    with ledger.reading() as connection:
        if len(wanted) == 1:
            # What is asked for each file that is worked on.
            rows = run_prepared(connection, _NAMED, {"at_source": source, "at_sha256": wanted[0]})
            return [arrival_from_row(row) for row in rows]
        for part in chunks(wanted, _NAMES):
            query = sa.select(table).where(table.c.source == source, table.c.sha256.in_(part))
            found.extend(arrival_from_row(row) for row in connection.execute(query))
    return sorted(found, key=lambda arrival: arrival.sequence)


def arrivals_until(ledger: Ledger, source: str, sequence: int) -> list[Arrival]:
    """Finds the files of a source that arrived up to a sequence number, in arrival order."""
    query = sa.select(table).where(table.c.source == source, table.c.sequence <= sequence)
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(table.c.sequence))
        return [arrival_from_row(row) for row in rows]


def newest_sequences(ledger: Ledger) -> dict[str, int]:
    """Tells of every source the sequence number of the file that arrived last."""
    newest = sa.select(table.c.source, sa.func.max(table.c.sequence)).group_by(table.c.source)
    with ledger.reading() as connection:
        return {str(source): int(number) for source, number in connection.execute(newest)}


def newest_sequence(ledger: Ledger, source: str) -> int:
    """Tells the sequence number of the file of a source that arrived last; 0 when none did."""
    with ledger.reading() as connection:
        rows = run_prepared(connection, _NEWEST, {"at_source": source})
        return int(rows[0][0] or 0)


def arrived_together(ledger: Ledger, source: str, run_id: str) -> tuple[int, list[str]]:
    """Tells which files of a source one run saw first.

    Returns:
        How many files of the source had arrived before the first of them, and the SHA-256 of these
        files in arrival order.
    """
    is_of_run = (table.c.source == source) & (table.c.run_id == run_id)
    first = sa.select(sa.func.min(table.c.sequence)).where(is_of_run).scalar_subquery()
    is_before = (table.c.source == source) & (table.c.sequence < first)
    with ledger.reading() as connection:
        before = connection.execute(sa.select(sa.func.count()).where(is_before)).scalar_one()
        query = sa.select(table.c.sha256).where(is_of_run).order_by(table.c.sequence)
        return int(before), [row.sha256 for row in connection.execute(query)]


def newest_accepted(
    ledger: Ledger, source: str, *, before: int | None, limit: int
) -> list[Arrival]:
    """Finds the newest files of a source that rules can be learnt from, in arrival order.

    Args:
        ledger: The ledger.
        source: Their source.
        before: Only files that arrived before this sequence number; None means all.
        limit: How many at most.
    """
    query = sa.select(table).where(
        table.c.source == source,
        table.c.accepted_version.is_not(None),
        table.c.accepted_path.is_not(None),
        table.c.file_key.is_not(None),
        table.c.types.is_not(None),
    )
    if before is not None:
        query = query.where(table.c.sequence < before)
    return _newest(ledger, query, limit)


def newest_of_disposition(
    ledger: Ledger, sources: Sequence[str], disposition: str, *, limit: int
) -> dict[str, list[Arrival]]:
    """Finds the newest files of each source of one disposition, in arrival order.

    Args:
        ledger: The ledger.
        sources: Which sources; one without such a file is left out.
        disposition: What became of the files.
        limit: How many of each at most.
    """
    order = table.c.sequence.desc()
    place = sa.func.row_number().over(partition_by=table.c.source, order_by=order)
    is_it = table.c.source.in_(list(sources)) & (table.c.disposition == disposition)
    ranked = sa.select(table.c.sequence, place.label("place")).where(is_it).subquery()
    newest = sa.select(ranked.c.sequence).where(ranked.c.place <= limit)
    query = sa.select(table).where(table.c.sequence.in_(newest)).order_by(table.c.sequence)
    found: dict[str, list[Arrival]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(query):
            found.setdefault(row.source, []).append(arrival_from_row(row))
    return found


def newest_current(
    ledger: Ledger, source: str, *, limit: int, until: int | None = None
) -> list[Arrival]:
    """Finds the newest judged files of a source, neither replaced nor removed, in arrival order.

    Files that arrived after the sequence number `until` are left out.
    """
    query = sa.select(table).where(table.c.source == source, *_is_current())
    if until is not None:
        query = query.where(table.c.sequence <= until)
    return _newest(ledger, query, limit)


def held_rows(ledger: Ledger) -> dict[str, tuple[int, int]]:
    """Counts what the quarantine holds, by source: rows, and the files that they came with.

    A file that is held whole counts even if none of its rows could be read. Rows that were set
    apart on a branch are not the source's.
    """
    is_held = table.c.disposition == "rejected"
    is_split = (table.c.disposition == "quarantine") & (table.c.quarantined > 0)
    is_of_branch = sa.func.coalesce(table.c.accepted_path, "warehouse/").not_like("warehouse/%")
    query = (
        sa.select(table.c.source, sa.func.sum(table.c.quarantined), sa.func.count())
        .where((is_held | is_split) & ~is_of_branch)
        .group_by(table.c.source)
    )
    with ledger.reading() as connection:
        return {
            str(s): (int(rows or 0), int(files)) for s, rows, files in connection.execute(query)
        }


def _newest(ledger: Ledger, query: "sa.Select[Any]", limit: int) -> list[Arrival]:  # pyright: ignore[reportExplicitAny] - rows of files
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(table.c.sequence.desc()).limit(limit)).all()
    return [arrival_from_row(row) for row in reversed(rows)]


def standing_before(
    ledger: Ledger, source: str, sequence: int, *, without: Sequence[str] = ()
) -> Standing:
    """Adds up the judged current files of a source that arrived before a sequence number.

    Args:
        ledger: The ledger.
        source: Their source.
        sequence: Files from this number on are left out.
        without: Content (SHA-256) that is left out.
    """
    query = _STANDING.where(table.c.source == source, table.c.sequence < sequence, *_is_current())
    with ledger.reading() as connection:
        whole = _standing(connection, query)
        parts = [
            _standing(connection, query.where(table.c.sha256.in_(part)))
            for part in chunks(list(without), _NAMES)
        ]
    return Standing._make(value - sum(gone) for value, *gone in zip(whole, *parts, strict=True))


def standing_of_all(ledger: Ledger) -> Standing:
    """Adds up the judged current files of all sources."""
    with ledger.reading() as connection:
        return _standing(connection, _STANDING.where(*_is_current()))


def arrivals_at(ledger: Ledger, source: str, path: str) -> list[Arrival]:
    """Finds the files of a source that arrived last at a place, in arrival order."""
    given = {"at_source": source, "at_path": storable(path)}
    with ledger.reading() as connection:
        return [arrival_from_row(row) for row in run_prepared(connection, _AT, given)]


def moments_of_arrival(
    ledger: Ledger, sources: Sequence[str] | None
) -> dict[str, dict[datetime, int]]:
    """Tells when files of each source were first seen, and how many at each moment, in order."""
    columns = (table.c.source, table.c.first_seen_us)
    query = sa.select(*columns, sa.func.count()).group_by(*columns).order_by(*columns)
    if sources is not None:
        query = query.where(table.c.source.in_(list(sources)))
    found: dict[str, dict[datetime, int]] = {}
    with ledger.reading() as connection:
        for source, moment, count in connection.execute(query):
            found.setdefault(source, {})[from_us(moment)] = count
    return found


def stored_rows(ledger: Ledger, sources: Iterable[str]) -> dict[str, list[StoredRows]]:
    """Lists the accepted rows in the warehouse, by source, in the order of arrival."""
    columns = (table.c.source, table.c.accepted_version, table.c.accepted_path, table.c.accepted)
    query = (
        sa.select(*columns)
        .where(table.c.source.in_(sorted(set(sources))), *_is_stored())
        .order_by(table.c.sequence)
    )
    found: dict[str, list[StoredRows]] = {}
    with ledger.reading() as connection:
        for source, version, path, rows in connection.execute(query):
            found.setdefault(source, []).append(StoredRows(version, path, rows))
    return found


def stored_until(ledger: Ledger, source: str, sequence: int) -> list[StoredFile]:
    """Lists the files of a source that have rows in the warehouse, up to a sequence number."""
    columns = (table.c.sha256, table.c.accepted_version, table.c.accepted_path, table.c.location)
    query = (
        sa.select(*columns)
        .where(table.c.source == source, table.c.sequence <= sequence, *_is_stored())
        .order_by(table.c.sequence)
    )
    with ledger.reading() as connection:
        return [StoredFile._make(row) for row in connection.execute(query)]


def newest_stored(ledger: Ledger) -> Mapping[str, str]:
    """Tells the memo key of the newest file of each source that has rows in the warehouse."""
    newest = sa.select(sa.func.max(table.c.sequence)).where(*_is_stored()).group_by(table.c.source)
    query = sa.select(table.c.source, table.c.file_key).where(table.c.sequence.in_(newest))
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(table.c.source)).all()
    return {source: key or "" for source, key in rows}


def landed_files(ledger: Ledger, source: str, *, moved_to: str) -> list[Arrival]:
    """Lists the accepted files of a source that lie where they landed, as far as is recorded.

    A death may come between the record of a move and the move, so those that are recorded to lie
    below the folder `moved_to` are listed too.
    """
    below = table.c.location.startswith(f"{storable(moved_to)}/", autoescape=True)
    query = sa.select(table).where(
        table.c.source == source,
        table.c.disposition.in_(_STORED),
        table.c.is_owned,
        sa.or_(table.c.location == table.c.path, below),
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(table.c.sequence))
        return [arrival_from_row(row) for row in rows]


def _is_current() -> tuple["sa.ColumnElement[bool]", ...]:
    return (table.c.file_key.is_not(None), table.c.disposition.not_in(("replaced", "removed")))


def _standing(connection: Connection, query: "sa.Select[Any]") -> Standing:  # pyright: ignore[reportExplicitAny] - sums
    # A server's sums of whole numbers are decimals.
    row = connection.execute(query).one()
    return Standing._make(v if isinstance(v, float) else int(v) for v in row)


def _is_stored() -> tuple["sa.ColumnElement[bool]", ...]:
    return (
        table.c.disposition.in_(_STORED),
        table.c.accepted_path.is_not(None),
        table.c.accepted_version.is_not(None),
    )
