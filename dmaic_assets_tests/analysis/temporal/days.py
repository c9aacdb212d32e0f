"""Rows over days with a weekly pattern, made from a seed, and the analysis of them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Table, table_of_frame
from dmaic_assets.analysis.working import Piece, work_analyses

NOW = datetime(2025, 2, 6, tzinfo=UTC)
FIRST = datetime(2024, 1, 1)
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.6, 0.4])
DAYS = 400


def usual_rates(days=DAYS):
    return 40 * WEEK[np.arange(days) % 7]


def rows(rates, levels=None, seed=1):
    """One row per event: time and an amount whose mean is `levels` times 30."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rates)
    day = np.repeat(np.arange(len(rates)), counts)
    times = [FIRST + timedelta(days=int(d), seconds=int(s)) for d, s in
             zip(day, rng.integers(28_800, 72_000, len(day)), strict=True)]  # fmt: skip
    level = np.ones(len(rates)) if levels is None else np.asarray(levels)
    amounts = np.round(level[day] * rng.gamma(3, 10, len(day)), 2)
    return pl.DataFrame({"id": np.arange(len(day)), "created_at": times, "amount": amounts})


def outcome(frame, now=NOW, analysis="temporal", **more):
    table = table_of_frame("orders", frame)
    table = Table(**{**{f: getattr(table, f) for f in table.__dataclass_fields__}, **more})
    found = work_analyses(Study({"orders": table}, now), [analysis])
    return found[Piece(analysis, "orders")]


def told(frame, now=NOW):
    """Kinds of findings that are more than facts."""
    return {f.metric for f in outcome(frame, now).findings if f.weight != "info"}
