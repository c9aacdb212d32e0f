"""Source files: in which order they arrived, what became of each, and hashes known by stat.

What belongs here: files by content, per source. Their verdicts are in verdicts.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.dml import ReturningUpdate

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ArtifactRef, FileFormat, SourceFile
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow, run_prepared
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, storable, upsert
from dmaic_assets.store.ledger.database.schema import arrivals as table
from dmaic_assets.store.ledger.database.schema import stat_cache
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.tasks.fencing import Lease, fenced

Disposition: TypeAlias = Literal[
    "landed", "accepted", "quarantine", "rejected", "replaced", "removed"
]
FileId: TypeAlias = tuple[str, str]
_STATS = sa.select(
    stat_cache.c.path,
    stat_cache.c.size_bytes,
    stat_cache.c.mtime_ns,
    stat_cache.c.ctime_ns,
    stat_cache.c.inode,
    stat_cache.c.sha256,
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a file: where its parts are, and the counts of its verdict."""

    disposition: Disposition
    run_id: str
    accepted_version: str | None = None
    accepted_path: str | None = None
    types: ArtifactRef | None = None
    file_key: str | None = None
    location: str | None = None
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of one source, known by content.

    `sequence` orders all arrivals of the ledger. `path` is where the file arrived last,
    `location` where its bytes are now. `run_id` names the run that first saw it, `settled_run`
    the one whose result holds.
    """

    source: str
    sha256: str
    sequence: int
    name: str
    path: str
    location: str
    size_bytes: int
    format: FileFormat
    is_owned: bool
    disposition: Disposition
    accepted_version: str | None
    accepted_path: str | None
    types: ArtifactRef | None
    file_key: str | None
    run_id: str
    settled_run: str | None
    replaced_by: str | None
    rows: int
    accepted: int
    quarantined: int
    score: float | None
    first_seen_at: datetime
    updated_at: datetime

    @property
    def is_current(self) -> bool:
        """Whether it is still a file of its source: neither replaced by another nor removed."""
        return self.disposition not in ("replaced", "removed")

    @property
    def is_in_warehouse(self) -> bool:
        """Whether its accepted rows are the source's; those of other runs lie on a branch."""
        return (self.accepted_path or "").startswith("warehouse/")


def known_hashes(ledger: Ledger) -> dict[str, tuple[FileStat, str]]:
    """Reads every remembered hash, by path, with the stat that it holds for."""
    with ledger.reading() as connection:
        rows = connection.execute(_STATS).all()
    return {
        path: (FileStat(size, mtime, ctime, int(inode)), sha256)
        for path, size, mtime, ctime, inode, sha256 in rows
    }


def remember_hashes(ledger: Ledger, hashes: Mapping[str, tuple[FileStat, str]]) -> int:
    """Remembers hashes by path, in one transaction, and tells how many.

    A file that changed within the last two seconds is left out: it could change once more
    without its stat telling. The stat must have been taken before the hash was.
    """
    now_ns = ledger.now_us() * 1000
    rows = [
        {
            "path": storable(path),
            "size_bytes": stat.size_bytes,
            "mtime_ns": stat.mtime_ns,
            "ctime_ns": stat.ctime_ns,
            # Inode numbers may exceed what a signed column holds.
            "inode": str(stat.inode),
            "sha256": sha256,
            "cached_us": now_ns // 1000,
        }
        for path, (stat, sha256) in hashes.items()
        if stat.is_settled(now_ns)
    ]
    if not rows:
        return 0
    changed = [name for name in rows[0] if name != "path"]

    def work(connection: Connection) -> int:
        return upsert(connection, stat_cache, rows, conflict=("path",), update=changed)

    return ledger.write(work)


def register_files(
    ledger: Ledger, files: Sequence[SourceFile], run_id: str
) -> dict[FileId, Arrival]:
    """Gives every new (source, content) the next arrival number, in the order given.

    A known file keeps its number and result; only where it arrived last is refreshed. All in
    one transaction, so concurrent callers agree on the numbers.

    Returns:
        The arrival of every given file, in their order.
    """
    wanted = {(file.source, file.sha256): file for file in files}

    def work(connection: Connection) -> dict[FileId, Arrival]:
        ledger.lock(connection, "arrivals")
        known = _named(connection, wanted)
        newest = connection.execute(sa.select(sa.func.max(table.c.sequence))).scalar() or 0
        new = [file for key, file in wanted.items() if key not in known]
        now_us = ledger.now_us()
        rows = [_new_row(file, newest + at, run_id, now_us) for at, file in enumerate(new, start=1)]
        upsert(connection, table, rows, conflict=("source", "sha256"))
        _refresh(connection, [(wanted[k], known[k]) for k in wanted if k in known], now_us)
        found = _named(connection, wanted)
        return {key: found[key] for key in wanted}

    return ledger.write(work)


def arrivals(ledger: Ledger, sources: Iterable[str] | None = None) -> list[Arrival]:
    """Lists arrivals in their order, of all sources or of those named."""
    query = sa.select(table).order_by(table.c.sequence)
    if sources is not None:
        query = query.where(table.c.source.in_(list(sources)))
    with ledger.reading() as connection:
        return [arrival_from_row(row) for row in connection.execute(query)]


def settle(
    ledger: Ledger,
    source: str,
    sha256: str,
    settlement: Settlement,
    *,
    lease: Lease | None = None,
) -> None:
    """Records what became of a file, replacing what was recorded before.

    Raises:
        BadInputError: The file was never registered.
        StaleLeaseError: A lease is given and does not hold any more.
    """
    values: dict[str, object] = {
        "disposition": settlement.disposition,
        "settled_run": settlement.run_id,
        "accepted_version": settlement.accepted_version,
        "accepted_path": settlement.accepted_path,
        "types": None if settlement.types is None else dumps(to_json(settlement.types)),
        "file_key": settlement.file_key,
        "rows": settlement.rows,
        "accepted": settlement.accepted,
        "quarantined": settlement.quarantined,
        "score": settlement.score,
        "replaced_by": None,
    }
    if settlement.location is not None:
        values["location"] = storable(settlement.location)
    with fenced(ledger, lease):
        _update(ledger, source, sha256, values)


def set_disposition(  # noqa: PLR0913 - each may change alone
    ledger: Ledger,
    source: str,
    sha256: str,
    disposition: Disposition,
    *,
    replaced_by: str | None = None,
    accepted_path: str | None = None,
    location: str | None = None,
) -> None:
    """Records that a settled file was replaced, removed or moved; what is None stays.

    Raises:
        BadInputError: The file was never registered.
    """
    given = {
        "replaced_by": replaced_by,
        "accepted_path": accepted_path,
        "location": None if location is None else storable(location),
    }
    kept: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    _update(ledger, source, sha256, {"disposition": disposition, **kept})


def _update(ledger: Ledger, source: str, sha256: str, values: Mapping[str, object]) -> None:
    def work(connection: Connection) -> int:
        changed = {**values, "updated_us": ledger.now_us()}
        given = {f"to_{name}": value for name, value in changed.items()}
        given |= {"at_source": source, "at_sha256": sha256}
        return len(run_prepared(connection, _update_of(*changed), given))

    if ledger.write(work) == 0:
        raise BadInputError(
            f"{source}/{sha256[:16]}",
            "this file was never registered",
            "Register files before settling them.",
        )


@cache
def _update_of(*columns: str) -> "ReturningUpdate[tuple[int]]":
    where = (table.c.source == sa.bindparam("at_source", type_=sa.Text)) & (
        table.c.sha256 == sa.bindparam("at_sha256", type_=sa.Text)
    )
    values = {name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in columns}
    return table.update().where(where).values(values).returning(table.c.sequence)


def _named(connection: Connection, wanted: Iterable[FileId]) -> dict[FileId, Arrival]:
    by_source: dict[str, list[str]] = {}
    for source, sha256 in wanted:
        by_source.setdefault(source, []).append(sha256)
    found: dict[FileId, Arrival] = {}
    for source, names in by_source.items():
        for part in chunks(names, 5_000):
            query = sa.select(table).where(table.c.source == source, table.c.sha256.in_(part))
            rows = map(arrival_from_row, connection.execute(query))
            found.update({(a.source, a.sha256): a for a in rows})
    return found


def _refresh(
    connection: Connection, pairs: Sequence[tuple[SourceFile, Arrival]], now_us: int
) -> None:
    moved = [
        {
            "s": file.source,
            "h": file.sha256,
            "path": storable(str(file.path)),
            "name": storable(file.path.name),
            "location": storable(str(file.path)),
            "is_owned": file.is_owned,
            "updated_us": now_us,
        }
        for file, known in pairs
        if storable(str(file.path)) not in (known.path, known.location)
    ]
    if moved:
        where = (table.c.source == sa.bindparam("s")) & (table.c.sha256 == sa.bindparam("h"))
        connection.execute(table.update().where(where), moved)


def _new_row(file: SourceFile, sequence: int, run_id: str, now_us: int) -> dict[str, object]:
    return {
        "source": file.source,
        "sha256": file.sha256,
        "sequence": sequence,
        "name": storable(file.path.name),
        "path": storable(str(file.path)),
        "location": storable(str(file.path)),
        "size_bytes": file.size_bytes,
        "format": file.format,
        "is_owned": file.is_owned,
        "disposition": "landed",
        "run_id": run_id,
        "rows": 0,
        "accepted": 0,
        "quarantined": 0,
        "first_seen_us": now_us,
        "updated_us": now_us,
    }


def arrival_from_row(row: Row[Any] | PreparedRow) -> Arrival:  # pyright: ignore[reportExplicitAny] - a row of arrivals
    """Reads a whole row of the table of arrivals."""
    return Arrival(
        source=row.source,
        sha256=row.sha256,
        sequence=row.sequence,
        name=row.name,
        path=row.path,
        location=row.location,
        size_bytes=row.size_bytes,
        format=cast("FileFormat", row.format),
        is_owned=bool(row.is_owned),
        disposition=cast("Disposition", row.disposition),
        accepted_version=row.accepted_version,
        accepted_path=row.accepted_path,
        types=None if row.types is None else from_json(ArtifactRef, loads(row.types)),
        file_key=row.file_key,
        run_id=row.run_id,
        settled_run=row.settled_run,
        replaced_by=row.replaced_by,
        rows=row.rows,
        accepted=row.accepted,
        quarantined=row.quarantined,
        score=row.score,
        first_seen_at=from_us(row.first_seen_us),
        updated_at=from_us(row.updated_us),
    )
