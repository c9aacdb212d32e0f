"""Mirrors of the ledger for people and other tools: runs.csv, metrics.parquet, dq_logs.jsonl.

What belongs here: their form. They are derived and may be deleted; nothing reads them back.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.store.ledger.record.runs import RunRecord, list_runs
from dmaic_assets.store.ledger.record.verdicts import LogEntry, quality_log

RUNS_CSV = "runs.csv"
METRICS_PARQUET = "metrics.parquet"
DQ_LOGS_JSONL = "dq_logs.jsonl"
Shown = Callable[[Sequence[LogEntry]], Sequence[LogEntry]]
_NAMES = (RUNS_CSV, METRICS_PARQUET, DQ_LOGS_JSONL)
_RUN_COLUMNS = (
    "run_id",
    "kind",
    "status",
    "started_at",
    "finished_at",
    "elapsed_s",
    "git_sha",
    "config_hash",
    "inputs_hash",
    "parent",
    "branch_of",
    "recursion_id",
    "iteration",
    "totals",
)


def sync_mirrors(ledger: Ledger, folder: Path, shown: Shown) -> Mapping[str, bool]:
    """Rewrites the mirrors, each atomically, when the ledger says other than they do.

    The same ledger content always gives the same bytes, from any process.

    Args:
        ledger: The ledger.
        folder: Where the mirrors lie.
        shown: Gives lines of the quality log as everybody may read them.

    Returns:
        For each mirror's file name whether it was written.

    Raises:
        StoreError: Ledger or folder refuse; the old mirrors stay.
    """
    with ledger.reading():
        contents = {
            RUNS_CSV: _runs_csv(ledger),
            METRICS_PARQUET: _metrics_parquet(ledger),
            DQ_LOGS_JSONL: _dq_logs(shown(quality_log(ledger))),
        }
    return {name: write_bytes_if_changed(folder / name, body) for name, body in contents.items()}


def filled_mirrors(folder: Path) -> frozenset[str]:
    """Names the mirrors that are there and have content: an empty one can be no view."""
    paths = (folder / name for name in _NAMES)
    return frozenset(p.name for p in paths if p.is_file() and p.stat().st_size > 0)


def restore_mirrors(ledger: Ledger, folder: Path, shown: Shown) -> bool:
    """Writes the mirrors when one of them is gone, and tells whether it did.

    A look at three files, so that also a run without work brings back what somebody deleted. A
    ledger without runs has no mirrors. `shown` is that of `sync_mirrors`.

    Raises:
        StoreError: Ledger or folder refuse.
    """
    if all((folder / name).is_file() for name in _NAMES) or not list_runs(ledger, 1):
        return False
    return any(sync_mirrors(ledger, folder, shown).values())


def _runs_csv(ledger: Ledger) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_RUN_COLUMNS)
    runs = sorted(list_runs(ledger, None), key=lambda run: (run.started_at, run.run_id))
    writer.writerows(_run_line(run) for run in runs)
    return text.getvalue().encode("utf-8")


def _run_line(run: RunRecord) -> list[object]:
    values: dict[str, object] = {name: getattr(run, name) for name in _RUN_COLUMNS}
    values["started_at"] = _iso(run.started_at)
    values["finished_at"] = _iso(run.finished_at)
    values["totals"] = json.dumps(run.totals, sort_keys=True)
    return ["" if values[name] is None else values[name] for name in _RUN_COLUMNS]


def _metrics_parquet(ledger: Ledger) -> bytes:
    import polars as pl

    names = ("run_id", "phase", "source", "metric", "value")
    schema = dict.fromkeys(names[:4], pl.String) | {"value": pl.Float64}
    rows = [(m.run_id, m.phase, m.source, m.metric, m.value) for m in list_metrics(ledger)]
    buffer = io.BytesIO()
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _dq_logs(entries: Sequence[LogEntry]) -> bytes:
    lines = (json.dumps(_log_line(entry), sort_keys=True) for entry in entries)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _log_line(entry: LogEntry) -> dict[str, object]:
    return {
        "timestamp": _iso(entry.logged_at),
        "run_id": entry.run_id,
        "source": entry.source,
        "file": entry.file,
        "file_sha256": entry.file_sha256,
        "status": entry.status,
        "score": entry.score,
        "details": dict(entry.details),
        "lineage": dict(entry.lineage),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")
