"""How often temporal, statistical_quality and slicing tell what is planted, and nothing else.

    PYTHONPATH=. .venv/bin/python -m benchmarks.analyses.planted [--seeds 10] [ANALYSIS...]

Tables are generated, so that the truth is known: each has one change, gap, season, slice or outlier
in it, or none. "elsewhere" counts findings above `info` that nobody planted.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.working import Piece, work_analyses

Random: TypeAlias = np.random.Generator
Floats: TypeAlias = NDArray[np.float64]
Make: TypeAlias = Callable[[Random], pl.DataFrame]

NOW = datetime(2025, 2, 6, tzinfo=UTC)
FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 - times of a study are UTC without a zone
DAYS, AT, ROWS = 400, 220, 8_000
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.6, 0.4])
# Days by which the time of a change may be off, and the shares that are asked for.
# What is told as well where something is planted: the week that has the days, too.
FOLLOWS = {"gap": ("period_incomplete", "volume")}
NEAR_DAYS, LEAST_RECALL, MOST_ELSEWHERE = 5, 0.9, 0.1


@dataclass(frozen=True)
class Case:
    """One kind of table: what is told of it, empty for a clean one; `is_at` where at day `AT`."""

    analysis: str
    name: str
    make: Make
    metrics: frozenset[str] = frozenset()
    is_at: bool = False


def events(random: Random, rates: Floats, level: Floats, spread: Floats) -> pl.DataFrame:
    """A row an event: so many a day, with an amount whose mean and spread are those of the day."""
    day = np.repeat(np.arange(len(rates)), random.poisson(rates))
    second = random.integers(28_800, 72_000, len(day))
    times = [
        FIRST + timedelta(days=int(d), seconds=int(s)) for d, s in zip(day, second, strict=True)
    ]
    amount = 100 * level[day] + 20 * spread[day] * random.normal(0, 1, len(day))
    return pl.DataFrame({"id": np.arange(len(day)), "created_at": times, "amount": amount.round(2)})


def usual() -> tuple[Floats, Floats, Floats]:
    return 40 * WEEK[np.arange(DAYS) % 7], np.ones(DAYS), np.ones(DAYS)


def changed(which: int, change: Callable[[Floats], Floats]) -> Make:
    """Events of which one of rates, level and spread is changed."""

    def make(random: Random) -> pl.DataFrame:
        series = list(usual())
        series[which] = change(series[which].copy())
        return events(random, series[0], series[1], series[2])

    return make


def from_day(factor: float, *, until: int | None = None) -> Callable[[Floats], Floats]:
    def change(series: Floats) -> Floats:
        series[AT:until] *= factor
        return series

    return change


def humps(random: Random) -> pl.DataFrame:
    """The same mean and spread, from one hump to two."""
    frame = events(random, *usual())
    late = (frame["created_at"] >= FIRST + timedelta(days=AT)).to_numpy()
    two = random.choice([-0.95, 0.95], frame.height) + 0.31 * random.normal(0, 1, frame.height)
    one = random.normal(0, 1, frame.height)
    return frame.with_columns(amount=pl.Series(100 + 20 * np.where(late, two, one)).round(2))


def temporal() -> Iterator[Case]:
    ramp, wave = np.arange(DAYS) / DAYS, np.sin(2 * np.pi * np.arange(DAYS) / 365)
    yield Case("temporal", "clean", changed(0, lambda s: s))
    yield Case("temporal", "clean, smooth wave", changed(1, lambda s: s + 0.1 * wave))
    for name, metric, make, is_at in (
        ("more rows", "level_shift", changed(0, from_day(1.4)), True),
        ("another level", "level_shift", changed(1, from_day(1.15)), True),
        ("another spread", "spread_shift", changed(2, from_day(1.5)), True),
        ("another distribution", "distribution_change", humps, True),
        ("trend", "trend", changed(0, lambda s: s * (1 + 0.5 * ramp)), False),
        ("three days missing", "gap", changed(0, from_day(0.0, until=AT + 3)), False),
        ("a day doubled", "volume", changed(0, from_day(2.5, until=AT + 1)), False),
        ("another week", "season_break", changed(0, _turned), False),
    ):
        yield Case("temporal", name, make, frozenset({metric, *FOLLOWS.get(metric, ())}), is_at)


def _turned(rates: Floats) -> Floats:
    rates[AT:] = 40 * WEEK[::-1][np.arange(DAYS - AT) % 7]
    return rates


def drawn(draw: Callable[[Random], Floats], spoil: Callable[[Random, Floats], Floats]) -> Make:
    def make(random: Random) -> pl.DataFrame:
        return pl.DataFrame({"id": np.arange(ROWS), "amount": spoil(random, draw(random))})

    return make


def quality() -> Iterator[Case]:
    kinds: dict[str, Callable[[Random], Floats]] = {
        "normal": lambda r: r.normal(70, 12, ROWS).round(2),
        "exponential": lambda r: r.exponential(30, ROWS).round(3),
        "lognormal": lambda r: r.lognormal(3, 0.6, ROWS).round(2),
        "gamma": lambda r: r.gamma(3, 10, ROWS).round(2),
        "uniform": lambda r: r.uniform(10, 90, ROWS).round(2),
        "wide lognormal": lambda r: r.lognormal(6, 2.2, ROWS).round(2),
    }
    for name, draw in kinds.items():
        yield Case("statistical_quality", f"clean {name}", drawn(draw, lambda _r, v: v))
        if name != "wide lognormal":
            spoiled = drawn(draw, lambda r, v: np.where(r.random(ROWS) < 0.01, v * 60, v))
            # Values that are 60 times too large may be minutes for hours.
            metrics = frozenset({"outliers", "mixed_units"})
            yield Case("statistical_quality", f"outliers, {name}", spoiled, metrics)
    heaped = drawn(
        kinds["normal"], lambda r, v: np.where(r.random(ROWS) < 0.3, (v / 5).round() * 5, v)
    )
    yield Case("statistical_quality", "heaping", heaped, frozenset({"heaping"}))
    digits = drawn(
        kinds["wide lognormal"],
        lambda r, v: np.where(r.random(ROWS) < 0.4, r.uniform(500, 999, ROWS).round(2), v),
    )
    found = frozenset({"benford_effect", "outliers"})
    yield Case("statistical_quality", "first digits", digits, found)


def sales(change: Callable[[Random, dict[str, NDArray[np.generic]]], None]) -> Make:
    """Sales by region over a year, after a change."""

    def make(random: Random) -> pl.DataFrame:
        day = np.sort(random.integers(0, 365, ROWS))
        columns: dict[str, NDArray[np.generic]] = {
            "day": day,
            "region": random.choice(["north", "south", "east"], ROWS, p=[0.4, 0.35, 0.25]),
            "amount": random.gamma(3, 10, ROWS),
            "discount": random.random(ROWS).round(3),
        }
        change(random, columns)
        times = [FIRST + timedelta(days=int(d)) for d in day]
        kept = {name: columns[name] for name in ("region", "amount", "discount")}
        frame = pl.DataFrame({"id": np.arange(ROWS), "created_at": times, **kept})
        return frame.with_columns(pl.col("amount").round(2), pl.col("discount").fill_nan(None))

    return make


def slicing() -> Iterator[Case]:
    Columns: TypeAlias = dict[str, NDArray[np.generic]]

    def holed(random: Random, c: Columns) -> None:
        is_holed = (c["region"] == "east") & (random.random(ROWS) < 0.8)
        c["discount"] = np.where(is_holed, np.nan, c["discount"])

    def compensated(random: Random, c: Columns) -> None:
        rises = 0.3 + 0.3 * c["day"].astype(float) / 365 > random.random(ROWS)
        c["region"] = np.where(rises, "north", "south")

    def come(random: Random, c: Columns) -> None:
        is_new = (c["day"].astype(float) > AT) & (random.random(ROWS) < 0.1)
        c["region"] = np.where(is_new, "west", c["region"])

    yield Case("slicing", "clean", sales(lambda _r, _c: None))
    yield Case("slicing", "nulls of a slice", sales(holed), frozenset({"nulls_by_slice"}))
    moved = frozenset({"compensating_slices", "hidden_trend", "mix_drift"})
    yield Case("slicing", "slices compensate", sales(compensated), moved)
    yield Case(
        "slicing",
        "a value comes up",
        sales(come),
        frozenset({"value_new", "mix_drift", "hidden_trend"}),
    )


def told(case: Case, seed: int) -> list[Finding]:
    table = table_of_frame("sales", case.make(np.random.default_rng(seed)))
    found = work_analyses(Study({"sales": table}, NOW), [case.analysis])
    findings = found[Piece(case.analysis, "sales")].findings
    return [f for f in findings if f.weight != "info" or f.metric in case.metrics]


def is_right(case: Case, finding: Finding) -> bool:
    """Whether a finding is what was planted, and when it was."""
    if finding.metric not in case.metrics:
        return False
    return not case.is_at or any(
        abs((datetime.fromisoformat(at) - FIRST).days - AT) <= NEAR_DAYS for at in times(finding)
    )


def times(finding: Finding) -> Iterator[str]:
    """The times of a finding's changes, which are one or several."""
    changes = finding.evidence.get("changes")
    for told in changes if isinstance(changes, list) else [dict(finding.evidence)]:
        if isinstance(told, dict) and isinstance(told.get("at"), str):
            yield str(told["at"])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("analyses", nargs="*", help="temporal, statistical_quality, slicing")
    asked.add_argument("--seeds", type=int, default=10)
    options = asked.parse_args()
    for case in (*temporal(), *quality(), *slicing()):
        if options.analyses and case.analysis not in options.analyses:
            continue
        began = time.process_time()
        hits, others = 0, 0
        for seed in range(options.seeds):
            found = told(case, seed)
            right = [is_right(case, f) for f in found]
            hits += any(right)
            others += right.count(False)
        recall = f"{hits} of {options.seeds} told, " if case.metrics else ""
        is_low = case.metrics and hits < LEAST_RECALL * options.seeds
        above = "  ABOVE" if is_low or others > MOST_ELSEWHERE * options.seeds else ""
        took = time.process_time() - began
        name = f"{case.analysis}: {case.name}"
        print(f"{name:44} {recall}{others} elsewhere; {took:.1f} cpu s{above}", flush=True)


if __name__ == "__main__":
    main()
