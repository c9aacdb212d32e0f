"""Metrics of runs: one number per run, phase, source and name.

What belongs here: recording and reading tidy rows. How a metric is aggregated over phases or
runs depends on the metric, so nobody sums here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.ledger.database.rows import upsert
from dmaic_assets.store.ledger.database.schema import metrics as table
from dmaic_assets.store.ledger.database.schema import runs
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.runs import is_ahead


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """One measured number; None when it could not be computed. `source` is "" for a whole run."""

    run_id: str
    phase: str
    source: str
    metric: str
    value: float | None


@dataclass(frozen=True, slots=True)
class RunValue:
    """What one run measured."""

    run_id: str
    started_at: datetime
    value: float


def record_metrics(
    ledger: Ledger, run_id: str, phase: str, source: str, values: Mapping[str, float | None]
) -> None:
    """Records numbers of one phase or asset of a run; recording one again replaces it.

    A number that is not finite is recorded as unknown.
    """
    now_us = ledger.now_us()
    rows = [
        {
            "run_id": run_id,
            "phase": phase,
            "source": source,
            "metric": metric,
            "value": None if value is None or not math.isfinite(value) else float(value),
            "recorded_us": now_us,
        }
        for metric, value in values.items()
    ]
    if not rows:
        return

    def work(connection: Connection) -> None:
        key = ("run_id", "phase", "source", "metric")
        upsert(connection, table, rows, conflict=key, update=("value", "recorded_us"))

    ledger.write(work)


def newest_values(ledger: Ledger, phase: str, metric: str) -> dict[str, float]:
    """Reads a metric of the newest run that measured it, by source; whole runs are left out."""
    rows = sa.select(table.c.source, table.c.value, runs.c.started_us).join(
        runs, runs.c.run_id == table.c.run_id
    )
    known = rows.where(
        table.c.phase == phase,
        table.c.metric == metric,
        table.c.source != "",
        table.c.value.is_not(None),
    ).subquery()
    newest = sa.func.row_number().over(
        partition_by=known.c.source,
        order_by=(is_ahead(known.c.started_us, ledger), known.c.started_us.desc()),
    )
    ranked = sa.select(known.c.source, known.c.value, newest.label("place")).subquery()
    query = (
        sa.select(ranked.c.source, ranked.c.value)
        .where(ranked.c.place == 1)
        .order_by(ranked.c.source)
    )
    with ledger.reading() as connection:
        return {row.source: float(row.value) for row in connection.execute(query)}


def newest_courses(
    ledger: Ledger, phase: str, names: Sequence[str], *, limit: int
) -> dict[str, dict[str, list[RunValue]]]:
    """Reads how metrics of each source went over its newest runs that measured them.

    Args:
        ledger: The ledger.
        phase: The phase or asset that measured them.
        names: Which metrics.
        limit: How many runs of each at most.

    Returns:
        By source and metric, oldest run first; values that could not be computed are left out.
    """
    order = (is_ahead(runs.c.started_us, ledger), runs.c.started_us.desc())
    place = sa.func.row_number().over(partition_by=(table.c.source, table.c.metric), order_by=order)
    columns = (table.c.source, table.c.metric, table.c.run_id, runs.c.started_us, table.c.value)
    ranked = (
        sa.select(*columns, place.label("place"))
        .join(runs, runs.c.run_id == table.c.run_id)
        .where(
            table.c.phase == phase,
            table.c.metric.in_(list(names)),
            table.c.source != "",
            table.c.value.is_not(None),
        )
        .subquery()
    )
    query = (
        sa.select(*(ranked.c[column.name] for column in columns))
        .where(ranked.c.place <= limit)
        .order_by(ranked.c.source, ranked.c.metric, ranked.c.place.desc())
    )
    found: dict[str, dict[str, list[RunValue]]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(query):
            point = RunValue(row.run_id, from_us(row.started_us), float(row.value))
            found.setdefault(row.source, {}).setdefault(row.metric, []).append(point)
    return found


def list_metrics(
    ledger: Ledger,
    *,
    run_id: str | None = None,
    phase: str | None = None,
    source: str | None = None,
) -> list[MetricRecord]:
    """Lists metrics, oldest run first, then by phase, source and name."""
    columns = (table.c.run_id, table.c.phase, table.c.source, table.c.metric, table.c.value)
    query = (
        sa.select(*columns)
        .join(runs, runs.c.run_id == table.c.run_id)
        .order_by(runs.c.started_us, *columns[:4])
    )
    wanted = {table.c.run_id: run_id, table.c.phase: phase, table.c.source: source}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    with ledger.reading() as connection:
        return [MetricRecord(*row) for row in connection.execute(query)]
