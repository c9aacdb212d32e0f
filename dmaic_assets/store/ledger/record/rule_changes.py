"""What people said about rules, in the ledger: one event per change, never pruned.

What belongs here: writing changes that the ledger does not have yet, and reading them back. The
rule file of the source holds the same list for people.
"""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.model import Json, RuleChange
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema_tasks import events
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events

KIND = "rule_changed"


def record_rule_changes(ledger: Ledger, source: str, changes: Sequence[RuleChange]) -> int:
    """Writes the changes that the ledger does not have yet, and tells how many those were.

    Changes are known by version and time, so that a list from a rule file may be given whole,
    again and again.
    """

    def work(connection: Connection) -> int:
        known = {(c.version, c.at, c.rule) for c in _changes(connection, source)}
        new = [c for c in changes if (c.version, c.at, c.rule) not in known]
        rows = [
            NewEvent(KIND, owner=c.by, data={"source": source, "change": to_json(c)}) for c in new
        ]
        add_events(connection, ledger.now_us(), rows)
        return len(new)

    return ledger.write(work)


def rule_changes(ledger: Ledger, source: str) -> list[RuleChange]:
    """Lists the changes of a source's rules, oldest first."""
    with ledger.reading() as connection:
        return _changes(connection, source)


def _changes(connection: Connection, source: str) -> list[RuleChange]:
    query = sa.select(events.c.data).where(events.c.kind == KIND).order_by(events.c.event_id)
    payloads = [
        cast("dict[str, Json]", loads(text)) for text in connection.execute(query).scalars()
    ]
    return [from_json(RuleChange, p["change"]) for p in payloads if p.get("source") == source]
