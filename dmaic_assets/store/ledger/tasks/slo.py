"""Service levels of the work on tasks, each against a target with an error budget (K12).

What belongs here: measuring from the recorded events and judging. Being better than a target
never counts against it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.ledger.database.rows import loads
from dmaic_assets.store.ledger.database.schema_tasks import events, tasks
from dmaic_assets.store.ledger.database.store import Ledger, to_us
from dmaic_assets.store.ledger.tasks.events import EventKind
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES

LevelName: TypeAlias = Literal[
    "completion_rate",
    "time_p50",
    "time_p95",
    "lease_latency_p99",
    "replay_rate",
    "recovery_rate",
]
LevelStatus: TypeAlias = Literal["pass", "warning", "fail", "no data"]
# Share of the error budget: less than a quarter left raises an alert before it is gone.
_ALERT_BELOW = 0.25


@dataclass(frozen=True, slots=True)
class Objective:
    """A promise: the value stays at or beyond `target`, give or take `budget`, over `window`."""

    name: LevelName
    target: float
    budget: float
    unit: Literal["share", "s", "ms"]
    direction: Literal["at least", "at most"]
    window: timedelta
    meaning: str


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """How an objective is kept.

    `budget_left` is the share of the error budget that is not used up; an alert is raised when
    the objective fails or less than a quarter is left. `samples` counts what was measured.
    """

    objective: Objective
    value: float | None
    samples: int
    status: LevelStatus
    budget_left: float
    is_alert: bool


# The window of every objective.
_DAY = timedelta(days=1)
# Name, target, budget, unit, direction, window: what docs/guides/ledger.md promises.
OBJECTIVES: tuple[Objective, ...] = (
    Objective(
        "completion_rate", 0.995, 0.005, "share", "at least", _DAY, "ended tasks that did not fail"
    ),
    Objective("time_p50", 30, 5, "s", "at most", _DAY, "half of the tasks took this long or less"),
    Objective("time_p95", 120, 20, "s", "at most", _DAY, "95 % took this long or less"),
    Objective(
        "lease_latency_p99", 100, 50, "ms", "at most", _DAY, "99 % of claims took this or less"
    ),
    Objective(
        "replay_rate", 0.05, 0.05, "share", "at most", _DAY, "effects asked for that were done"
    ),
    Objective(
        "recovery_rate",
        0.999,
        0.001,
        "share",
        "at least",
        timedelta(days=7),
        "tasks of dead workers that somebody took on or ended",
    ),
)


def service_levels(ledger: Ledger, *, now: datetime | None = None) -> list[ServiceLevel]:
    """Measures every objective over its window, which ends now.

    Args:
        ledger: Where tasks and events are.
        now: The end of the windows; the ledger's clock when None.
    """
    end = now or ledger.clock()
    with ledger.reading() as connection:
        return [
            judge(objective, _measured(connection, objective.name, to_us(end - objective.window)))
            for objective in OBJECTIVES
        ]


def judge(objective: Objective, measured: "tuple[float | None, int]") -> ServiceLevel:
    """Compares a measured value with its objective.

    Only what lies on the wrong side of the target uses up budget: it passes within the budget,
    is a warning within twice the budget, and fails beyond.
    """
    value, samples = measured
    if value is None:
        return ServiceLevel(objective, None, samples, "no data", 1.0, is_alert=False)
    gap = value - objective.target
    short = max(0.0, -gap if objective.direction == "at least" else gap)
    used = short / objective.budget
    # Shares such as 0.995 have no exact binary form; what is off by rounding is on target.
    status: LevelStatus = "pass" if used <= 1 + 1e-9 else "warning" if used <= 2 + 1e-9 else "fail"
    left = max(0.0, 1.0 - used)
    return ServiceLevel(
        objective, value, samples, status, left, status == "fail" or left < _ALERT_BELOW
    )


def _measured(connection: Connection, name: LevelName, since_us: int) -> "tuple[float | None, int]":
    if name == "completion_rate":
        return _completion(connection, since_us)
    if name in ("time_p50", "time_p95"):
        return _percentile(_times_s(connection, since_us), 0.5 if name == "time_p50" else 0.95)
    if name == "lease_latency_p99":
        return _percentile(_latencies_ms(connection, since_us), 0.99)
    if name == "replay_rate":
        started = _count(connection, "effect_started", since_us)
        replayed = _count(connection, "effect_replayed", since_us)
        return _share(replayed, started + replayed)
    return _recovery(connection, since_us)


def _completion(connection: Connection, since_us: int) -> "tuple[float | None, int]":
    query = (
        sa.select(tasks.c.state, sa.func.count().label("number"))
        .where(tasks.c.finished_us >= since_us, tasks.c.state.in_(TERMINAL_STATES))
        .group_by(tasks.c.state)
    )
    counts = {row.state: row.number for row in connection.execute(query)}
    total = sum(counts.values())
    return _share(total - counts.get("FAILED", 0), total)


def _times_s(connection: Connection, since_us: int) -> list[float]:
    query = sa.select(tasks.c.finished_us - tasks.c.leased_us).where(
        tasks.c.finished_us >= since_us, tasks.c.state == "DONE"
    )
    return [max(0, value) / 1e6 for value in connection.execute(query).scalars()]


def _latencies_ms(connection: Connection, since_us: int) -> list[float]:
    query = sa.select(events.c.data).where(
        events.c.kind == "task_leased", events.c.at_us >= since_us
    )
    found = (loads(text) for text in connection.execute(query).scalars())
    latencies = (data.get("latency_us") for data in found if isinstance(data, dict))
    return [value / 1e3 for value in latencies if isinstance(value, int | float)]


def _recovery(connection: Connection, since_us: int) -> "tuple[float | None, int]":
    later = events.alias("later")
    taken_on = sa.exists().where(
        later.c.task_id == events.c.task_id,
        later.c.event_id > events.c.event_id,
        later.c.kind.in_(("task_leased", "task_state_changed")),
    )
    # A task whose last attempt was the crash has ended without anybody taking it on.
    ended = sa.exists().where(
        tasks.c.task_id == events.c.task_id, tasks.c.state.in_(TERMINAL_STATES)
    )
    expired = (events.c.kind == "lease_expired", events.c.at_us >= since_us)
    total = connection.execute(sa.select(sa.func.count()).where(*expired)).scalar_one()
    recovered = connection.execute(
        sa.select(sa.func.count()).where(*expired, taken_on | ended)
    ).scalar_one()
    return _share(recovered, total)


def _count(connection: Connection, kind: EventKind, since_us: int) -> int:
    query = sa.select(sa.func.count()).where(events.c.kind == kind, events.c.at_us >= since_us)
    return connection.execute(query).scalar_one()


def _share(part: int, total: int) -> "tuple[float | None, int]":
    return (part / total if total else None), total


def _percentile(values: list[float], share: float) -> "tuple[float | None, int]":
    # Nearest rank: the smallest value that at least this share of all values does not exceed.
    if not values:
        return None, 0
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * round(share * 100) // 100))
    return ordered[rank - 1], len(ordered)
