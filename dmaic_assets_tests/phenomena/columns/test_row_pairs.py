"""Pairs of rows contradict what all rows contradict, and never a dependency that holds."""

from itertools import combinations

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import History
from dmaic_assets.phenomena.mapping.row_pairs import RowPairs
from dmaic_assets_tests.rules.orders import facts_of

FIRSTS, TARGETS = ("a", "b", "c"), ("a", "b", "c", "sum", "of_a", "free", "gap")


def _history(files: int) -> History:
    random = np.random.default_rng(7)
    frames: list[pl.DataFrame] = []
    for number in range(files):
        a, b, c = (random.integers(0, size, 300) for size in (6, 9, 40))
        gaps = pl.Series(np.where(random.random(300) < 0.9, 1, 2))
        columns = {"a": a, "b": b, "c": c, "sum": a + 10 * b, "of_a": a * 3 + number}
        frame = pl.DataFrame({**columns, "free": random.integers(0, 5, 300)})
        gap = pl.when(gaps == 1).then(None).otherwise(pl.lit(7))
        frames.append(frame.with_columns(gap.alias("gap")))
    return History([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])


def test_few_pairs_of_rows_leave_the_dependencies_that_hold_within_files() -> None:
    history = _history(files=6)
    pairs = RowPairs(history, FIRSTS, TARGETS)
    frame = history.pooled

    determinants = [(name,) for name in FIRSTS] + [*combinations(FIRSTS, 2)]
    for first in determinants:
        groups = frame.group_by("_dmaic_part", *first)
        for target in (t for t in TARGETS if t not in first):
            kinds = groups.agg(pl.col(target).drop_nulls().n_unique().alias("kinds"))
            holds = bool((kinds["kinds"] <= 1).all())
            assert (pairs.uncontradicted(first, [target]) == [target]) is holds, (first, target)


def test_no_rows_contradict_nothing() -> None:
    history = History([facts_of(pl.DataFrame({"a": [1], "b": [2]}), "0" * 64)])

    assert RowPairs(history, ("a",), ("a", "b")).uncontradicted(("a",), ["b"]) == ["b"]
