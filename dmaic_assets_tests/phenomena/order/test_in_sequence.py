"""Single rows out of place in a sorted file: found, set apart and named."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.order.in_sequence import out_of_place
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, judged, learnt

ROWS = 60


def seasons(file: int) -> pl.DataFrame:
    """Matches in the order of their season, two seasons a file."""
    rng = np.random.default_rng([8, file])
    year = 1950 + file + np.sort(rng.integers(0, 2, ROWS))
    return pl.DataFrame({"season": year, "goals": rng.poisson(2.5, ROWS)})


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(seasons(n), f"{n:064x}") for n in range(12)])


def test_rows_of_another_year_are_set_apart_and_named(rules: RuleSet) -> None:
    wrong = [17, 29, 44]
    season = pl.col("season") - pl.int_range(ROWS).is_in(wrong).cast(pl.Int64) * 3
    found = judged(seasons(14).with_columns(season), rules)
    (told,) = (v for v in found.verdict.violations if v.rule == "season.in_sequence")

    assert found.quarantined_rows.to_list() == wrong
    assert told.cause == "wrong period"


def test_rows_in_another_order_are_the_same_rows(rules: RuleSet) -> None:
    for frame in (seasons(14).reverse(), seasons(14).sample(fraction=1, shuffle=True, seed=1)):
        assert judged(frame, rules).quarantined_rows.is_empty()


def test_rows_that_come_again_at_the_end_are_a_duplicated_delivery() -> None:
    rules = learnt([facts_of(day_of_orders(n).drop("id"), f"{n:064x}") for n in range(12)])
    day = day_of_orders(14).drop("id")
    found = judged(pl.concat([day, day[20:26]]), rules)
    (told,) = (v for v in found.verdict.violations if v.rule == "at.in_sequence")

    assert told.cause == "duplicated delivery"
    assert found.quarantined_rows.to_list() == list(range(day.height, day.height + 6))


@given(st.lists(st.integers(0, 6), max_size=9))
def test_the_rows_found_are_the_fewest_that_leave_the_others_in_order(values: list[int]) -> None:
    x = np.array(values, dtype=np.float64)
    found = out_of_place(x)
    fewest = next(
        n
        for n in range(len(x) + 1)
        for kept in combinations(range(len(x)), len(x) - n)
        if (np.diff(x[list(kept)]) >= 0).all()
    )

    assert (np.diff(x[~found]) >= 0).all() or not found.any()
    assert int(found.sum()) == (fewest if fewest <= 0.2 * len(x) else 0)
