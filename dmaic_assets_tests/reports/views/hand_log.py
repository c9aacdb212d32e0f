"""A data quality log written by hand: known files, judged by known runs at known moments."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dmaic_assets.model import Decision, SourceFile, Violation
from dmaic_assets.store.ledger.record.files import Settlement, register_files, settle
from dmaic_assets.store.ledger.record.runs import finish_run, start_run
from dmaic_assets.store.ledger.record.verdicts import record_verdict
from dmaic_assets.work.run.platform import Platform, open_platform
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_verdict
from dmaic_assets_tests.work.conftest import make_project

DAY_ONE = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY_TWO = datetime(2026, 11, 21, 10, tzinfo=UTC)
_DISPOSITIONS = {"accept": "accepted", "quarantine": "quarantine", "reject": "rejected"}


def broken(
    rule: str, *columns: str, rows: int = 0, is_broken: bool = True, cause: str | None = None
) -> Violation:
    """A rule that a file breaks; its kind is what follows the point."""
    kind = rule.rpartition(".")[2]
    scope = "row" if rows else "file"
    return Violation(rule, kind, columns, "high", scope, rows, 0.1, is_broken, "0", "1", cause)


class HandLog:
    """Writes runs and judgements into the ledger of a project, at the hand of its clock."""

    def __init__(self, platform: Platform, clock: HandClock) -> None:
        self.platform = platform
        self.clock = clock
        self._run = ""

    @contextmanager
    def run(self, at: datetime, *, branch_of: str | None = None) -> Iterator[str]:
        """A run that begins at a moment and ends when the block does."""
        self.clock.now = at
        record = start_run(
            self.platform.ledger,
            git_sha="abc1234",
            config_hash="c",
            inputs_hash="i",
            kind="cli",
            branch_of=branch_of,
        )
        self._run = record.run_id
        yield record.run_id
        finish_run(self.platform.ledger, record.run_id, status="succeeded", totals={})

    def judge(
        self,
        name: str,
        decision: Decision,
        score: float | None,
        *violations: Violation,
        rows: int = 100,
        failed: int = 0,
        after_s: float = 6.0,
    ) -> str:
        """Records what the run says of `source/file`, and gives the file's SHA-256.

        A score of None is one of a file that could not be read.
        """
        self.clock.move(seconds=after_s)
        source, _, file = name.partition("/")
        sha = hashlib.sha256(name.encode()).hexdigest()
        found = SourceFile(source, Path("/in") / source / file, sha, 10, "csv")
        verdict = replace(
            a_verdict(found, decision=decision),
            score=0.0 if score is None else score,
            rows=rows,
            accepted=0 if decision == "reject" else rows - failed,
            quarantined=rows if decision == "reject" else failed,
            violations=violations,
            rules_evaluated=0 if score is None else 2,
            reasons=("it is held",) if decision == "reject" else (),
        )
        ledger = self.platform.ledger
        register_files(ledger, [found], self._run)
        record_verdict(ledger, self._run, found, verdict)
        settle(ledger, source, sha, Settlement(_DISPOSITIONS[decision], self._run))
        return sha


@contextmanager
def hand_log(root: Path) -> Iterator[HandLog]:
    """Makes a project and opens it with a clock that moves only by hand."""
    made = make_project(root)
    made.platform.close()
    clock = HandClock()
    platform = open_platform(made.platform.settings, clock=clock)
    try:
        yield HandLog(platform, clock)
    finally:
        platform.close()


def seven_lines(log: HandLog) -> None:
    """Two days, two runs, seven judgements of six files; c.csv is held, then accepted."""
    with log.run(DAY_ONE):
        log.judge("orders/a.csv", "accept", 1.0)
        few = broken("amount.range", "amount", rows=5, is_broken=False)
        log.judge("orders/b.csv", "quarantine", 0.95, few, failed=5)
        log.judge("orders/c.csv", "reject", 0.7, broken("amount.range", "amount", rows=60))
        log.judge(
            "returns/d.csv",
            "reject",
            0.69,
            broken("state.in_set", "state", rows=40, cause="typo"),
            broken("amount.range", "amount", rows=9),
            broken("file.column_order", "a", "b", "c", "d"),
        )
        log.judge("returns/e.csv", "reject", None, rows=0)
        log.clock.move(seconds=30)
    with log.run(DAY_TWO):
        log.judge("orders/f.csv", "accept", 0.9, broken("amount.mean", "amount"))
        log.judge("orders/c.csv", "accept", 1.0)
        log.clock.move(seconds=48)
    log.clock.now = datetime(2026, 11, 21, 22, tzinfo=UTC)
