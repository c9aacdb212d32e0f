"""A ledger of many sources and files, written directly: what views read, without judging a file."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from dmaic_assets.model import SourceFile, Verdict, Violation
from dmaic_assets.store.ledger.record.files import Settlement, register_files, settle
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.store.ledger.record.runs import finish_run, start_run
from dmaic_assets.store.ledger.record.verdicts import record_verdict
from dmaic_assets.work.run.platform import Platform
from dmaic_assets_tests.work.state.test_hold_groups import verdict, violation

DISPOSITIONS = {"accept": "accepted", "quarantine": "quarantine", "reject": "rejected"}


def judged_run(platform: Platform, verdicts: Sequence[tuple[str, Verdict]]) -> str:
    """Records a run that judged files of these names with these verdicts."""
    ledger = platform.ledger
    run = start_run(ledger, git_sha="", config_hash="c", inputs_hash="i", kind="cli")
    files = [
        SourceFile(v.source, Path("/in") / v.source / name, v.file_sha256, 10, "csv")
        for name, v in verdicts
    ]
    with ledger.transaction():
        register_files(ledger, files, run.run_id)
        for file, (_, told) in zip(files, verdicts, strict=True):
            record_verdict(ledger, run.run_id, file, told)
            settle(ledger, file.source, file.sha256, settlement(told, run.run_id))
    totals = {"files": len(files), "reject": sum(v.decision == "reject" for _, v in verdicts)}
    finish_run(ledger, run.run_id, status="succeeded", totals=totals)
    return run.run_id


def settlement(told: Verdict, run_id: str) -> Settlement:
    """What a run would have settled for a file with this verdict."""
    return Settlement(
        DISPOSITIONS[told.decision],
        run_id,
        file_key=f"key-{told.file_sha256}",
        rows=told.rows,
        accepted=told.accepted,
        quarantined=told.quarantined,
        score=told.score,
    )


def file_verdict(
    source: str, number: int, decision: str = "accept", *violations: Violation, score: float = 1.0
) -> tuple[str, Verdict]:
    """A file of a source with a hash of its own."""
    digest = f"{source}-{number}".encode().hex().ljust(64, "0")[:64]
    told = verdict(decision, *violations, source=source)
    return f"{number:04}.csv", replace(told, file_sha256=digest, score=score)


def fill(platform: Platform, *, sources: int, files: int) -> None:
    """Gives each source so many files, of which every tenth is held and every twentieth split."""
    held = violation("price.distribution", "unit change")
    split = violation("kind.in_set", "typo", scope="row", rows=2)
    for at in range(sources):
        name = f"source_{at:03}"
        made = [
            file_verdict(name, n, "reject", held)
            if n % 10 == 9
            else file_verdict(name, n, "quarantine", split)
            if n % 20 == 4
            else file_verdict(name, n)
            for n in range(files)
        ]
        run_id = judged_run(platform, made)
        record_metrics(platform.ledger, run_id, "measure", name, {"sigma": 4.0, "sigma_se": 0.1})


@contextmanager
def statements_of(platform: Platform) -> Generator[list[str]]:
    """Lists the statements by which the ledger is asked meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    sa.event.listen(platform.ledger.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(platform.ledger.engine, "before_cursor_execute", note)
