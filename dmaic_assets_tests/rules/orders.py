"""A small daily feed of orders, made by rule and seed, for the tests of learning."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from dmaic_assets.gate.judge import Judgement, judge
from dmaic_assets.history.baseline import History
from dmaic_assets.history.column_kinds import ColumnKind, column_kinds
from dmaic_assets.history.facts import FileFacts, collect_facts
from dmaic_assets.model import ColumnType, RuleSet, SourceFile, Thresholds
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.contract.type_names import dtype_name
from dmaic_assets.rules.learn import BUDGET, WINDOW, learn_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import TypedTable

SHOPS = ("north", "south", "east", "west")
CITY_OF = {"north": "Oslo", "south": "Rome", "east": "Kyiv", "west": "Cork"}
STATES = ("paid", "open", "void")
SOURCE = SourceSettings(name="orders")


def day_of_orders(day: int, *, rows: int = 120, seed: int = 0) -> pl.DataFrame:
    """One day's file: ids that go on, a batch date, a dependency, a formula, conditional nulls."""
    rng = np.random.default_rng([seed, day])
    count = int(rng.normal(rows, rows * 0.05))
    when = date(2024, 1, 1) + timedelta(days=day)
    start = datetime(when.year, when.month, when.day, tzinfo=UTC)
    seconds = np.sort(rng.integers(0, 86_000, count))
    shop = rng.choice(SHOPS, count, p=[0.4, 0.3, 0.2, 0.1]).tolist()
    state = rng.choice(STATES, count, p=[0.8, 0.15, 0.05]).tolist()
    amount = rng.integers(1, 9, count)
    price = rng.choice([5, 10, 20, 40], count)
    return pl.DataFrame(
        {
            "id": np.arange(count) + day * 1_000,
            "day": pl.Series([when] * count, dtype=pl.Date),
            "at": [start + timedelta(seconds=int(s)) for s in seconds],
            "shop": shop,
            "city": [CITY_OF[s] for s in shop],
            "state": state,
            "paid_by": [None if s != "paid" else "card" if i % 2 else "cash"
                        for i, s in enumerate(state)],
            "amount": amount,
            "price": price,
            "total": amount * price,
            "code": [f"{'ABC'[i % 3]}{n:04d}" for i, n in enumerate(rng.integers(0, 9999, count))],
        }
    )  # fmt: skip


def types_of(frame: pl.DataFrame) -> tuple[ColumnType, ...]:
    """Native types of a frame."""
    return tuple(
        ColumnType(name, dtype_name(dtype), str(dtype), "native", "native", 1.0, "")
        for name, dtype in frame.schema.items()
    )


def facts_of(frame: pl.DataFrame, sha: str = "0" * 64) -> FileFacts:
    """The facts of one accepted file."""
    types = types_of(frame)
    return collect_facts(frame, profile_frame(frame, types), types, file_sha256=sha)


def history_of(days: int, *, seed: int = 0) -> list[FileFacts]:
    """The facts of so many days."""
    return [facts_of(day_of_orders(d, seed=seed), f"{d:064x}") for d in range(days)]


def given_of(history: History, kinds: Mapping[str, ColumnKind] | None = None) -> Given:
    """What a learner is given of a history, with no proposals before its own."""
    known = column_kinds(history) if kinds is None else kinds
    return Given(history, known, SOURCE, BUDGET, WINDOW)


def learnt(facts: Sequence[FileFacts], *, budget: float = 0.01) -> RuleSet:
    """What is learnt from them for the source."""
    return learn_rules(facts, source=SOURCE, budget=budget)


def judged(frame: pl.DataFrame, rules: RuleSet) -> Judgement:
    """The gate's judgement of a typed frame, as a file in memory."""
    file = SourceFile(
        "orders", Path("orders.parquet"), sha256="f" * 64, size_bytes=1, format="parquet"
    )
    table = SourceTable(file, None, frame.lazy(), tuple(frame.columns), frame.height, is_text=False)
    typed = TypedTable(table, types_of(frame), frame.lazy(), _no_failures())
    return judge(typed, rules, Thresholds())


def _no_failures() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "_dmaic_row": pl.UInt32,
            "column": pl.String,
            "raw": pl.String,
            "reason": pl.String,
        }
    )
