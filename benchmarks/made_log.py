"""A long data quality log, made up: many sources, rules, runs and verdicts, written at once.

What belongs here: filling a ledger. What is measured on it, bench_monitor.py says.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from dmaic_assets.model import SourceFile, Thresholds, Verdict, Violation
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.database.rows import dumps
from dmaic_assets.store.ledger.database.schema import arrivals, dq_log, runs, verdicts
from dmaic_assets.store.ledger.database.store import Ledger, to_us
from dmaic_assets.store.ledger.record.verdicts import quality_entry

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
# Time that the log spans, and shares of its files that are held and split.
SPAN = timedelta(days=60)
HELD, SPLIT = 0.05, 0.07
KINDS = ("not_null", "in_set", "range", "unique", "type", "pattern", "length", "new_values")
_REF = {"kind": "rule_set", "path": "artifacts/rule_set/aa/a.json.gz", "sha256": "a" * 64}
_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class LogSize:
    """How much there is: `checks` are rules of all sources together, `verdicts` one per file."""

    sources: int = 100
    checks: int = 3_000
    verdicts: int = 100_000
    runs: int = 500


def fill_ledger(ledger: Ledger, size: LogSize) -> None:
    """Writes the log; the same size gives the same log."""
    rows = {table: [] for table in ("runs", "arrivals", "verdicts", "dq_log")}
    for number in range(size.runs):
        begun = BEGIN + SPAN * number / size.runs
        rows["runs"].append(_run(f"run-{number:06d}", begun))
    for line in _lines(size):
        for table, row in line.items():
            rows[table].append(row)
    with ledger.transaction() as connection:
        for table in (runs, arrivals, verdicts, dq_log):
            if rows[table.name]:
                connection.execute(sa.insert(table), rows[table.name])


def _lines(size: LogSize) -> Iterator[Mapping[str, dict[str, object]]]:
    chance = random.Random(16)
    rules = size.checks // size.sources
    for number in range(size.verdicts):
        source = f"source_{number % size.sources:03d}"
        run = number * size.runs // size.verdicts
        at = BEGIN + SPAN * run / size.runs + timedelta(milliseconds=20 * (number % 1_000))
        sha = hashlib.sha256(f"{size.sources}/{number}".encode()).hexdigest()
        name = f"{source}-{number // size.sources:05d}.csv"
        file = SourceFile(source, Path(f"/data/incoming/{source}/{name}"), sha, 12_345, "csv")
        verdict = _verdict(file, chance, rules)
        yield _rows(file, verdict, f"run-{run:06d}", (BEGIN + SPAN * run / size.runs, at), number)


def _verdict(file: SourceFile, chance: random.Random, rules: int) -> Verdict:
    draw = chance.random()
    decision = "reject" if draw < HELD else "quarantine" if draw < HELD + SPLIT else "accept"
    broken = () if decision == "accept" else _violations(chance, rules, decision == "reject")
    failed = 0 if decision == "accept" else _ROWS if decision == "reject" else 7
    score = 1.0 if decision == "accept" else round(chance.uniform(0.6, 0.999), 4)
    return Verdict(
        source=file.source,
        file_sha256=file.sha256,
        decision=decision,
        score=score,
        rows=_ROWS,
        accepted=_ROWS - failed,
        quarantined=failed,
        violations=broken,
        severity_rates={"critical": 100.0, "high": 98.0, "medium": 90.0, "low": 80.0},
        thresholds=Thresholds(),
        rules_evaluated=rules,
        baseline_files=20,
        reasons=("95.0 % of the critical rules hold, 100 % must",) if decision == "reject" else (),
    )


def _violations(
    chance: random.Random,
    rules: int,
    is_broken: bool,  # noqa: FBT001 - of one call
) -> tuple[Violation, ...]:
    found: list[Violation] = []
    for rule in sorted(chance.sample(range(rules), k=chance.randint(1, 4))):
        column, kind = f"column_{rule // len(KINDS):02d}", KINDS[rule % len(KINDS)]
        expected, seen = f"{column} is as in 20 files before", '93 of 1,000 rows, such as "x"'
        severity = ("critical", "high", "medium", "low")[rule % 4]
        named = (f"{column}.{kind}", kind, (column,), severity, "row", 93, 0.093)
        found.append(Violation(*named, is_broken, expected, seen, "typo"))
    return tuple(found)


def _rows(
    file: SourceFile,
    verdict: Verdict,
    run_id: str,
    moments: tuple[datetime, datetime],
    number: int,
) -> Mapping[str, dict[str, object]]:
    seen, at = moments
    entry = quality_entry(run_id, file, verdict, judged_at=at, elapsed_s=0.02)
    key = {"run_id": run_id, "source": file.source, "file_sha256": file.sha256}
    counts = {"rows": verdict.rows, "accepted": verdict.accepted}
    counts |= {"quarantined": verdict.quarantined, "score": verdict.score}
    words = {"accept": "accepted", "quarantine": "quarantine", "reject": "rejected"}
    us = to_us(at)
    said = {"file": entry.file, "details": to_json(entry.details), "lineage": entry.lineage}
    return {
        "verdicts": {
            **key,
            **counts,
            "path": str(file.path),
            "decision": verdict.decision,
            "verdict": dumps(to_json(verdict)),
            "refs": dumps([{**_REF, "size_bytes": 1_000}] * 6),
            "recorded_us": us,
        },
        "dq_log": {
            **key,
            "recorded_us": us,
            "status": entry.status,
            "score": entry.score,
            "entry": dumps(said),
        },
        "arrivals": {
            **counts,
            "source": file.source,
            "sha256": file.sha256,
            "sequence": number + 1,
            "name": file.path.name,
            "path": str(file.path),
            "location": str(file.path),
            "size_bytes": file.size_bytes,
            "format": file.format,
            "is_owned": True,
            "disposition": words[verdict.decision],
            "run_id": run_id,
            "settled_run": run_id,
            "first_seen_us": to_us(seen),
            "updated_us": us,
        },
    }


def _run(run_id: str, begun: datetime) -> dict[str, object]:
    return {
        "run_id": run_id,
        "kind": "cli",
        "status": "succeeded",
        "started_us": to_us(begun),
        "finished_us": to_us(begun + timedelta(seconds=25)),
        "git_sha": "nogit",
        "config_hash": "c",
        "inputs_hash": "i",
        "branches": 0,
        "totals": dumps({"files": 200}),
    }
