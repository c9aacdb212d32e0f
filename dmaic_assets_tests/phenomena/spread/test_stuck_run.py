"""A number that stands still for a part of a file, where its values come again and again."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.spread.stuck_run import StuckRunKind
from dmaic_assets_tests.rules.frames import context, rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 80
ROW = pl.int_range(ROWS)


def stays(day: int) -> pl.DataFrame:
    """Days in hospital: one to twenty, a third of them one; and a level that stays for weeks."""
    rng = np.random.default_rng([23, day])
    days = np.clip(rng.geometric(0.33, ROWS), 1, 20)
    level = np.repeat(rng.integers(0, 40, 2), [50, ROWS - 50])
    return pl.DataFrame({"days": days, "level": level})


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(stays(day), f"{day:064x}") for day in range(20)])


def broken(frame: pl.DataFrame, rules: RuleSet) -> dict[str, str | None]:
    return {v.rule: v.cause for v in judged(frame, rules).verdict.violations if v.is_broken}


def test_the_usual_value_in_a_third_of_the_rows_one_after_the_other_is_stuck(
    rules: RuleSet,
) -> None:
    stuck = pl.when(ROW.is_between(30, 54)).then(1).otherwise("days").alias("days")

    assert broken(stays(40).with_columns(stuck), rules)["days.stuck_run"] == "stuck value"


def test_zeros_where_every_file_counts_from_one_hold_the_file(rules: RuleSet) -> None:
    zeros = pl.when(ROW % 10 == 3).then(0).otherwise("days").alias("days")

    assert "days.top_share:zeros" in broken(stays(40).with_columns(zeros), rules)


def test_the_next_files_pass_and_a_level_that_stays_gets_no_rule(rules: RuleSet) -> None:
    assert not any(
        "stuck_run" in name for day in range(20, 40) for name in broken(stays(day), rules)
    )
    assert "level.stuck_run" not in {each.id for each in rules.rules}


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.floats(0, 1))
def test_the_run_is_the_longest_of_neighbours(values: list[int], most: float) -> None:
    frame = pl.DataFrame({"x": [*values, None]})
    kind, share = StuckRunKind(), rule("stuck_run", "x", max=most)
    measured = frame.select(*kind.measure(share, context(frame))).row(0, named=True)
    longest = max(
        n
        for start in range(len(values))
        for n in range(1, len(values) - start + 1)
        if len(set(values[start : start + n])) == 1
    )

    assert kind.judge(share, measured, context(frame)).is_violated is (longest / len(values) > most)
