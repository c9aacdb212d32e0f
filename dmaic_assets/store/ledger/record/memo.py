"""Memo records: which computation gave which value, under which key.

What belongs here: looking up and remembering in bulk. What makes a key, and whether a hit's
artifact still is intact, the caller tells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from typing_extensions import override

from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.ledger.database.prepared_statements import PreparedRow, run_prepared
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, upsert
from dmaic_assets.store.ledger.database.schema import arrivals, memo
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us

_ONE = sa.select(memo).where(memo.c.memo_key == sa.bindparam("at_key", type_=sa.Text))


@dataclass(frozen=True, slots=True)
class MemoRecord:
    """One known value: its versions, where it is stored, and the run that computed it."""

    memo_key: str
    asset: str
    data_version: str
    code_version: str
    artifact: ArtifactRef | None
    run_id: str
    computed_at: datetime
    facts: Mapping[str, Json] = field(default_factory=dict)


def asset_keys(settled: "MemoRecord | Settled | None") -> dict[str, str]:
    """Gives the memo keys of what a judged file came to, by asset, from the record of the file."""
    keys = settled.facts.get("assets") if settled is not None else None
    listed = keys.items() if isinstance(keys, dict) else ()
    return {name: key for name, key in listed if isinstance(key, str)}


def components_of(settled: "MemoRecord | Settled | None") -> dict[str, Json]:
    """Gives what a judged file's result depends on, by name, from the record of the file."""
    components = settled.facts.get("components") if settled is not None else None
    return {**components} if isinstance(components, dict) else {}


def lookup(ledger: Ledger, keys: Iterable[str]) -> dict[str, MemoRecord]:
    """Finds the known ones among the keys; any number of them, in few queries."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, MemoRecord] = {}
    with ledger.reading() as connection:
        if len(wanted) == 1:
            # What is asked for each asset of each file.
            rows = run_prepared(connection, _ONE, {"at_key": wanted[0]})
            return {row.memo_key: _record(row) for row in rows}
        for part in chunks(wanted, 5_000):
            rows = connection.execute(sa.select(memo).where(memo.c.memo_key.in_(part)))
            found.update({row.memo_key: _record(row) for row in rows})
    return found


class UnreadFacts(Mapping[str, Json]):
    """The facts of a record as they are stored, read when somebody asks for one of them."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _read(self) -> dict[str, Json]:
        return cast("dict[str, Json]", loads(self._text))

    def may_have(self, name: str) -> bool:
        """Whether a name stands for an object anywhere; a no is certain, and reads nothing."""
        return f'"{name}":{{' in self._text

    def is_zero(self, name: str) -> bool:
        """Whether a name that stands nowhere else in the facts has the number 0."""
        return any(f'"{name}":0{end}' in self._text for end in ",}")

    @override
    def __getitem__(self, name: str) -> Json:
        return self._read[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    @override
    def __len__(self) -> int:
        return len(self._read)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is known of a judged file: the run that judged it, and facts that are not read yet."""

    memo_key: str
    run_id: str
    facts: UnreadFacts


def settled_files(ledger: Ledger, sources: Iterable[str]) -> dict[str, Settled]:
    """Finds the records of all judged files of some sources, by key: one question, none read."""
    query = (
        sa.select(memo.c.memo_key, memo.c.run_id, memo.c.facts)
        .join(arrivals, arrivals.c.file_key == memo.c.memo_key)
        .where(arrivals.c.source.in_(list(sources)))
    )
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return {key: Settled(key, run_id, UnreadFacts(facts)) for key, run_id, facts in rows}


def remember(ledger: Ledger, records: Sequence[MemoRecord]) -> None:
    """Records values in one transaction; a key that is known takes the new value."""
    rows = list({record.memo_key: _row(record) for record in records}.values())
    if not rows:
        return
    changed = [name for name in rows[0] if name != "memo_key"]

    def work(connection: Connection) -> None:
        upsert(connection, memo, rows, conflict=("memo_key",), update=changed)

    ledger.write(work)


def _row(record: MemoRecord) -> dict[str, object]:
    return {
        "memo_key": record.memo_key,
        "asset": record.asset,
        "data_version": record.data_version,
        "code_version": record.code_version,
        "artifact": None if record.artifact is None else dumps(to_json(record.artifact)),
        "run_id": record.run_id,
        "computed_us": to_us(record.computed_at),
        "facts": dumps(to_json(record.facts)),
    }


def _record(row: Row[Any] | PreparedRow) -> MemoRecord:  # pyright: ignore[reportExplicitAny] - a row of memo
    artifact = None if row.artifact is None else from_json(ArtifactRef, loads(row.artifact))
    return MemoRecord(
        memo_key=row.memo_key,
        asset=row.asset,
        data_version=row.data_version,
        code_version=row.code_version,
        artifact=artifact,
        run_id=row.run_id,
        computed_at=from_us(row.computed_us),
        facts=cast("dict[str, Json]", loads(row.facts)),
    )
