"""Small valid values that tests vary."""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from dmaic_assets.model import ArtifactRef, Json, SourceFile, Thresholds, Verdict, Violation
from dmaic_assets.store.artifacts import get_json
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema_tasks import effects
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.memo import MemoRecord
from dmaic_assets.store.ledger.record.runs import RunRecord, start_run
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.store.ledger.tasks.leases import advance, claim
from dmaic_assets.store.ledger.tasks.tasks import Task, TaskSpec, plan_tasks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KINDS = ("intake",)


def a_run(ledger: Ledger, *, branch_of: str | None = None) -> RunRecord:
    return start_run(
        ledger,
        git_sha="abc1234def",
        config_hash="c",
        inputs_hash="i",
        kind="cli",
        branch_of=branch_of,
    )


def a_file(name: str = "a.csv", *, source: str = "orders", sha256: str = "a" * 64) -> SourceFile:
    return SourceFile(source, Path("/in") / source / name, sha256, 10, "csv")


def find_receipt(ledger: Ledger, key: str) -> Json:
    """The receipt of an effect that happened; None when it has not."""
    with ledger.reading() as connection:
        done = (effects.c.effect_key == key, effects.c.state == "done")
        row = connection.execute(sa.select(effects).where(*done)).one_or_none()
    if row is None or row.receipt_ref is None:
        return None if row is None else loads(row.receipt)
    return get_json(ledger.artifacts, from_json(ArtifactRef, loads(row.receipt_ref)))


def a_memo_record(key: str, *, run_id: str = "r") -> MemoRecord:
    return MemoRecord(key, "profile", "d" * 64, "c" * 64, None, run_id, NOON, {"rows": 3})


def a_verdict(file: SourceFile, *, decision: str = "quarantine") -> Verdict:
    return Verdict(
        source=file.source,
        file_sha256=file.sha256,
        decision=decision,
        score=0.9,
        rows=10,
        accepted=0 if decision == "reject" else 8,
        quarantined=10 if decision == "reject" else 2,
        violations=(
            Violation("r1", "range", ("x",), "high", "row", 2, 0.2, True, "0..1", "2", None),
        ),
        severity_rates={"high": 50.0},
        thresholds=Thresholds(),
        rules_evaluated=2,
        baseline_files=3,
        reasons=("r1 is broken",),
    )


def a_task(ledger: Ledger, key: str = "t", **options: object) -> Task:
    return plan_tasks(ledger, [TaskSpec(key, "intake", **options)])[0]


def a_lease(ledger: Ledger, *, owner: str = "worker", ttl_s: float = 120.0) -> Lease:
    (lease,) = claim(ledger, owner, kinds=KINDS, ttl_s=ttl_s)
    return lease


def stored(ledger: Ledger, lease: Lease) -> Lease:
    for state in ("READ", "JUDGED", "STORED"):
        lease = advance(ledger, lease, state)
    return lease
