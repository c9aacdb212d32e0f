"""Generated business cycles with rates that are known: event logs, columns of times, statuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from dmaic_assets.analysis.study import ALL_TABLES, Outcome, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings

START = datetime(2023, 1, 2)
DAYS, LONGEST = 400.0, 5.0


@dataclass
class Made:
    """A cycle's table and what is true of it, in cases."""

    table: str
    frame: pl.DataFrame
    kind: str | None
    cases: int
    completed: int = 0
    abandoned: int = 0
    skipped: int = 0
    stalled: int = 0
    events: list[tuple[int, str, float]] = field(default_factory=list)


def walk(
    made: Made, stages: Sequence[str], ends: Sequence[str], seed: int, leap: int | None
) -> Made:
    """Lets cases go through stages: 8 % end early, 7 % stop, 10 % leave out the stage `leap`.

    What would happen after the last day is not there yet.
    """
    random = np.random.default_rng(seed)
    for case in range(made.cases):
        at, fate = random.uniform(0, DAYS - 20), random.random()
        stop = int(random.integers(1, len(stages))) if fate < 0.15 else len(stages)
        leaps = leap is not None and random.random() < 0.1
        done: list[tuple[str, float]] = []
        for place, stage in enumerate(stages[:stop]):
            if place:
                at += random.uniform(0.5, LONGEST)
            if not (leaps and place == leap):
                done.append((stage, at))
        if ends and fate < 0.08:
            done.append((ends[int(random.integers(len(ends)))], at + random.uniform(0.5, LONGEST)))
        seen = [(stage, t) for stage, t in done if t <= DAYS]
        names = {stage for stage, _ in seen}
        ended = bool(names & set(ends))
        made.completed += stages[-1] in names
        made.abandoned += ended
        made.stalled += not ended and stages[-1] not in names and DAYS - seen[-1][1] > LONGEST
        if leap is not None:
            made.skipped += bool(names & set(stages[leap + 1 :])) and stages[leap] not in names
        made.events += [(case, stage, t) for stage, t in seen]
    return made


def times(days: Sequence[float]) -> list[datetime]:
    return [START + timedelta(seconds=round(day * 86_400)) for day in days]


def log(table: str, kind: str | None, columns: Sequence[str], made: Made) -> Made:
    """The cases as an event log, one event a row, by time."""
    events = sorted(made.events, key=lambda e: (e[2], e[0]))
    case, stage, at = columns
    made.frame = pl.DataFrame(
        {
            "row_id": range(len(events)),
            case: [f"C{number:05d}" for number, _, _ in events],
            stage: [name for _, name, _ in events],
            at: times([t for _, _, t in events]),
        }
    )
    made.table, made.kind = table, kind
    return made


def stamped(table: str, kind: str, columns: dict[str, str], made: Made) -> Made:
    """The cases as rows, one column of times a stage."""
    found: dict[str, list[datetime | None]] = {c: [None] * made.cases for c in columns.values()}
    for case, stage, t in made.events:
        if stage in columns:
            found[columns[stage]][case] = times([t])[0]
    made.frame = pl.DataFrame({"id": range(made.cases), **found})
    made.table, made.kind = table, kind
    return made


def standing(made: Made) -> list[str]:
    """Where each case stands: its last event."""
    last: dict[int, tuple[float, str]] = {}
    for case, stage, t in made.events:
        last[case] = max(last.get(case, (-1.0, "")), (t, stage))
    return [last[case][1] for case in range(made.cases)]


def empty(cases: int) -> Made:
    return Made("", pl.DataFrame(), None, cases)


def all_cycles(cases: int = 3000, seed: int = 1) -> list[Made]:
    """Five business cycles in three forms, and one in words that no vocabulary has."""
    cash = ("Order Created", "Order Confirmed", "Goods Shipped", "Invoice Sent", "Payment Received")
    orders = log(
        "order_events", "order_to_cash", ("order_no", "activity", "event_time"),
        walk(empty(cases), cash, ("Order Cancelled",), seed, 1),
    )  # fmt: skip
    pay = ("requested", "approved", "ordered", "received", "paid")
    purchases = stamped(
        "purchases", "procure_to_pay", {s: f"{s}_at" for s in pay},
        walk(empty(cases), pay, (), seed + 1, 3),
    )  # fmt: skip
    steps = ("open", "assigned", "resolved", "closed")
    tickets = walk(empty(cases), steps, ("cancelled",), seed + 2, 1)
    stamped("tickets", "ticket", {s: f"{s}_on" for s in steps}, tickets)
    tickets.frame = tickets.frame.with_columns(pl.Series("status", standing(tickets)))
    hiring = ("APPLIED", "SCREENING", "INTERVIEW", "OFFER", "HIRED")
    candidates = log(
        "applications", "hire_to_retire", ("candidate", "stage", "changed"),
        walk(empty(cases), hiring, ("REJECTED", "WITHDRAWN"), seed + 3, 2),
    )  # fmt: skip
    life = ("planned", "purchased", "in service", "retired")
    assets = walk(empty(cases), life, ("lost",), seed + 4, None)
    assets.frame = pl.DataFrame({"asset": range(cases), "state": standing(assets)})
    assets.table, assets.kind, assets.stalled = "assets", "asset_lifecycle", 0
    words = ("recibido", "revisado", "aprobado", "entregado")
    strange = log(
        "pasos", None, ("expediente", "step", "cuando"), walk(empty(cases), words, (), seed + 5, 1)
    )
    return [orders, purchases, tickets, candidates, assets, strange]


def over_tables(cases: int = 3000, seed: int = 1) -> tuple[Made, dict[str, pl.DataFrame]]:
    """Orders, shipments, invoices and payments that refer to each other; shipments are skipped."""
    stages = ("sales_orders", "invoices", "shipments", "payments")
    made = walk(empty(cases), stages, (), seed, 2)
    frames: dict[str, pl.DataFrame] = {}
    refers = {"invoices": "sales_orders", "shipments": "sales_orders", "payments": "invoices"}
    for name in stages:
        rows = [(case, t) for case, stage, t in made.events if stage == name]
        own = f"{name.rsplit('_', 1)[-1][:-1]}_id"
        columns = {own: [f"{name[0].upper()}{case:06d}" for case, _ in rows]}
        if name in refers:
            other = refers[name]
            key = f"{other.rsplit('_', 1)[-1][:-1]}_id"
            columns[key] = [f"{other[0].upper()}{case:06d}" for case, _ in rows]
        frames[name] = pl.DataFrame({**columns, "at": times([t for _, t in rows])})
    made.table, made.kind = "sales_orders", "order_to_cash"
    return made, frames


def studied(
    frames: Mapping[str, pl.DataFrame], settings: AnalysisSettings | None = None
) -> Outcome:
    """What the analysis comes to for these tables, over the references that are found."""
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    study = Study(tables, datetime(2025, 1, 1, tzinfo=UTC), settings or AnalysisSettings())
    return work_analyses(study, ["business_cycles"])[Piece("business_cycles", ALL_TABLES)]
