"""Effects: outside writes under a key, executed at most once, proven by a receipt.

What belongs here: deciding whether to execute, replay or wait, and recording. How bytes get into
place safely, `dmaic_assets.store.effect_files` knows; who counts as alive, effect_holders.py.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection, Row

from dmaic_assets.errors import InvariantError, StaleLeaseError, StoreError
from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.store.artifacts import get_json, put_json
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.effect_files import failpoint
from dmaic_assets.store.ledger.database.prepared_statements import run_prepared
from dmaic_assets.store.ledger.database.rows import dumps, insert_if_absent, loads, storable
from dmaic_assets.store.ledger.database.schema_tasks import effects as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.effects.holders import Holder, is_alive, new_holder
from dmaic_assets.store.ledger.effects.statements import (
    DONE,
    EFFECT_LOCKED,
    FAILED,
    begin_and_tell,
    done_and_tell,
)
from dmaic_assets.store.ledger.tasks.events import EventKind, NewEvent, add_events
from dmaic_assets.store.ledger.tasks.fencing import Lease, current_row, fenced, held_by

# Characters of a receipt kept in the ledger's row; longer ones become artifacts.
RECEIPT_BYTES = 20_000
# Seconds, on average, between two looks at an effect that another one works on.
_WAIT_S = 0.05


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves that an effect happened; `replayed` when it did in an earlier call."""

    replayed: bool
    value: Json


@dataclass(frozen=True, slots=True)
class Prepared:
    """An outside write that is ready but for its last, short step.

    `publish` (a rename) is called while the lease cannot be taken over and together with the
    recording, so a worker that lost its task publishes nothing. `discard` undoes the rest.
    """

    value: Json
    publish: Callable[[], None]
    discard: Callable[[], None]


Effect: TypeAlias = "Callable[[], Json | Prepared]"


@dataclass(frozen=True, slots=True)
class _Found:
    """A receipt as it was found, and which execution it is of."""

    receipt: Receipt
    owner: str
    finished_us: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    key: str
    kind: str
    holder: Holder
    epoch: int
    started_us: int


def run_effect(
    ledger: Ledger,
    key: str,
    fn: Effect,
    *,
    kind: str,
    lease: Lease | None = None,
    is_valid: Callable[[Json], bool] | None = None,
) -> Receipt:
    """Executes an outside write unless it happened already, and records what proves it.

    One execution at a time: who comes second waits, then gets the first one's receipt. An
    execution that raised, or whose worker died, is no receipt: it is executed again, so `fn`
    must leave the same state behind however often it was begun.

    Args:
        ledger: Where receipts are.
        key: Names the effect and everything that it depends on.
        fn: Does it and returns the receipt, or prepares it and returns the last step.
        kind: A word for what it is.
        lease: The claim under which it is done; checked before and while recording.
        is_valid: Tells from a receipt whether the effect still stands; False executes again.

    Raises:
        StaleLeaseError: The task was taken over; nothing is recorded.
        StoreError: Somebody else executes it for longer than the busy timeout.
        InvariantError: Called inside a transaction, which could undo the record alone.
    """
    if ledger.is_in_transaction:
        raise InvariantError(
            f"effect {key}", "run inside a transaction", "Run effects before or after the bracket."
        )
    holder = new_holder(lease)
    deadline = time.monotonic() + ledger.timeout_s
    while True:
        found = _begin(ledger, key, kind, holder, lease)
        if isinstance(found, _Attempt):
            return _execute(ledger, found, fn, lease)
        if isinstance(found, _Found):
            if is_valid is None or is_valid(found.receipt.value):
                return found.receipt
            _forget(ledger, key, found)
        elif time.monotonic() > deadline:
            raise StoreError(
                f"effect {key}",
                f"{found} has been executing it for longer than {ledger.timeout_s:g} s",
                "Wait until it is finished; `dmaic job reconcile` frees what dead workers left.",
            )
        else:
            # The wait only spreads those who wait; no result depends on it.
            time.sleep(_WAIT_S * random.uniform(0.5, 1.5))  # noqa: S311


def _forget(ledger: Ledger, key: str, found: _Found) -> None:
    # Only what was looked at: somebody may have executed it again meanwhile.
    is_it = (
        table.c.effect_key == key,
        table.c.state == "done",
        table.c.owner == found.owner,
        table.c.finished_us == found.finished_us,
    )
    ledger.write(lambda connection: connection.execute(table.delete().where(*is_it)))


def _begin(
    ledger: Ledger, key: str, kind: str, holder: Holder, lease: Lease | None
) -> _Attempt | _Found | str:
    if lease is not None and ledger.has_single_writes:
        fresh = _Attempt(key, kind, holder, 1, ledger.now_us())
        if ledger.write(lambda c: _began_at_once(c, fresh, lease), is_single=True):
            return fresh

    def work(connection: Connection) -> _Attempt | _Found | str:
        now_us = ledger.now_us()
        attempt = _Attempt(key, kind, holder, 1, now_us)
        if insert_if_absent(connection, table, _open_row(attempt), conflict=("effect_key",)):
            _tell(connection, "effect_started", attempt, {"attempt": 1})
            return attempt
        row = run_prepared(connection, EFFECT_LOCKED, {"at_key": key})[0]
        if row.state == "done":
            return _replay(ledger, connection, row, attempt)
        if row.state == "open" and is_alive(connection, row, holder, now_us):
            return str(row.owner)
        return _take_over(connection, row, replace(attempt, epoch=row.epoch + 1))

    with fenced(ledger, lease) if lease is not None else ledger.transaction() as connection:
        return work(connection)


def _execute(ledger: Ledger, attempt: _Attempt, fn: Effect, lease: Lease | None) -> Receipt:
    prepared: Prepared | None = None
    try:
        outcome = fn()
        if isinstance(outcome, Prepared):
            prepared = outcome
        value = to_json(outcome.value if isinstance(outcome, Prepared) else outcome)
        stored = _stored(ledger, value)
        with ledger.transaction() as connection:
            _record(connection, ledger.now_us(), attempt, stored, lease)
            if prepared is not None:
                # Last, because the transaction can be undone and this cannot.
                prepared.publish()
            failpoint("before_record")
        failpoint("after_record")
    except BaseException as error:
        if prepared is not None:
            prepared.discard()
        _record_failure(ledger, attempt, error)
        raise
    return Receipt(replayed=False, value=value)


def _began_at_once(connection: Connection, attempt: _Attempt, lease: Lease) -> bool:
    given = _open_row(attempt) | held_by(lease) | _event(attempt, "effect_started", {"attempt": 1})
    return bool(run_prepared(connection, begin_and_tell(), given))


def _record(
    connection: Connection,
    now_us: int,
    attempt: _Attempt,
    stored: dict[str, str | None],
    lease: Lease | None,
) -> None:
    given = {**_mine(attempt), "to_us": now_us, **stored}
    elapsed_ms = max(0, now_us - attempt.started_us) // 1000
    if lease is not None and connection.dialect.name == "postgresql":
        event = _event(attempt, "effect_completed", {"elapsed_ms": elapsed_ms}, now_us=now_us)
        if run_prepared(connection, done_and_tell(), given | held_by(lease) | event):
            return
    if lease is not None:
        _ = current_row(connection, lease, is_locked=True)
    if not run_prepared(connection, DONE, given):
        raise StaleLeaseError(
            f"effect {attempt.key}",
            "taken over while it was executed",
            "Drop this work: whoever took it over does it again.",
        )
    _tell(connection, "effect_completed", attempt, {"elapsed_ms": elapsed_ms}, now_us=now_us)


def _record_failure(ledger: Ledger, attempt: _Attempt, error: BaseException) -> None:
    reason = storable(f"{type(error).__name__}: {error}")

    def work(connection: Connection) -> None:
        now_us = ledger.now_us()
        given = {**_mine(attempt), "to_us": now_us, "to_error": reason}
        changed = connection.execute(FAILED, given)
        if changed.rowcount:
            _tell(connection, "effect_failed", attempt, {"error": reason}, now_us=now_us)

    try:
        ledger.write(work)
    except StoreError as away:
        # The effect stays open and is taken over once its holder is seen to be gone.
        error.add_note(f"and the failure could not be recorded: {away}")


def _mine(attempt: _Attempt) -> dict[str, object]:
    """What a statement knows the attempt by while it is open."""
    return {
        "at_key": attempt.key,
        "at_epoch": attempt.epoch,
        "at_holder": attempt.holder.owner,
    }


def _replay(
    ledger: Ledger,
    connection: Connection,
    row: Row[Any],  # pyright: ignore[reportExplicitAny] - a row of effects
    attempt: _Attempt,
) -> _Found:
    since = {"reused_from": from_us(row.finished_us).isoformat()}
    _tell(connection, "effect_replayed", attempt, since)
    receipt = Receipt(replayed=True, value=_value(ledger, row))
    return _Found(receipt, row.owner, row.finished_us)


def _take_over(connection: Connection, row: Row[Any], attempt: _Attempt) -> _Attempt:  # pyright: ignore[reportExplicitAny] - a row of effects
    if row.state == "open":
        _tell(connection, "effect_abandoned", attempt, {"left_by": str(row.owner)})
    values = {**_open_row(attempt), "attempts": row.attempts + 1, "error": None}
    connection.execute(table.update().where(table.c.effect_key == attempt.key).values(values))
    _tell(connection, "effect_started", attempt, {"attempt": row.attempts + 1})
    return attempt


def _open_row(attempt: _Attempt) -> dict[str, object]:
    return {
        "effect_key": attempt.key,
        "kind": attempt.kind,
        "state": "open",
        "task_id": attempt.holder.task_id,
        "fencing": attempt.holder.token,
        "owner": attempt.holder.owner,
        "epoch": attempt.epoch,
        "attempts": 1,
        "started_us": attempt.started_us,
        "until_us": attempt.started_us + attempt.holder.ttl_us,
        "finished_us": None,
        "receipt": None,
        "receipt_ref": None,
    }


def _stored(ledger: Ledger, value: Json) -> dict[str, str | None]:
    text = dumps(value)
    if len(text) <= RECEIPT_BYTES:
        return {"to_receipt": text, "to_receipt_ref": None}
    ref = put_json(ledger.artifacts, "receipts", value)
    return {"to_receipt": None, "to_receipt_ref": dumps(to_json(ref))}


def _value(ledger: Ledger, row: Row[Any]) -> Json:  # pyright: ignore[reportExplicitAny] - a row of effects
    if row.receipt_ref is not None:
        return get_json(ledger.artifacts, from_json(ArtifactRef, loads(row.receipt_ref)))
    return loads(row.receipt)


def _tell(
    connection: Connection,
    kind: EventKind,
    attempt: _Attempt,
    data: Mapping[str, Json],
    *,
    now_us: int | None = None,
) -> None:
    holder, facts = attempt.holder, _facts(attempt, data)
    event = NewEvent(kind, holder.run_id, holder.task_id, attempt.key, holder.owner, facts)
    add_events(connection, attempt.started_us if now_us is None else now_us, [event])


def _event(
    attempt: _Attempt, kind: EventKind, data: Mapping[str, Json], *, now_us: int | None = None
) -> dict[str, object]:
    return {
        "event_at_us": attempt.started_us if now_us is None else now_us,
        "event_kind": kind,
        "event_run_id": attempt.holder.run_id,
        "event_owner": attempt.holder.owner,
        "event_data": dumps(_facts(attempt, data)),
    }


def _facts(attempt: _Attempt, data: Mapping[str, Json]) -> dict[str, Json]:
    return {"kind": attempt.kind, "epoch": attempt.epoch, **data}
