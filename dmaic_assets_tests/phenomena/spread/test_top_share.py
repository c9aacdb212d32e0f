"""The most frequent number of a file: a stuck sensor, zeros and placeholders show in it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.range.causes import ZEROS
from dmaic_assets.phenomena.spread.top_share import MARGIN, TopShareKind
from dmaic_assets_tests.rules.frames import context, rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 100
ROW = pl.int_range(ROWS)


def readings(day: int) -> pl.DataFrame:
    """A measure, one that rises with the days, and counts of which many are 0."""
    rng = np.random.default_rng([21, day])
    return pl.DataFrame(
        {
            "flow": rng.gamma(6.0, 4.0, ROWS).round(1),
            "height": (40 + 6 * day + rng.normal(0, 5, ROWS)).round(1),
            "trips": rng.poisson(0.2, ROWS),
        }
    )


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(readings(day), f"{day:064x}") for day in range(20)])


def broken(frame: pl.DataFrame, rules: RuleSet) -> list[str]:
    return [v.rule for v in judged(frame, rules).verdict.violations if v.is_broken]


@pytest.mark.parametrize("name", ["flow", "height"])
def test_a_value_stuck_for_a_third_of_the_rows_holds_the_file(name: str, rules: RuleSet) -> None:
    first = pl.col(name).get(30)
    stuck = pl.when(ROW.is_between(30, 60)).then(first).otherwise(name)

    assert f"{name}.top_share" in broken(readings(40).with_columns(stuck.alias(name)), rules)


@pytest.mark.parametrize("filler", [0.0, 18.4])
def test_a_filler_in_some_of_the_rows_holds_the_file(filler: float, rules: RuleSet) -> None:
    filled = pl.when(ROW % 7 == 3).then(filler).otherwise("flow")

    assert "flow.top_share" in broken(readings(40).with_columns(flow=filled), rules)


@pytest.mark.parametrize("name", ["flow", "height"])
def test_zeros_where_history_has_none_hold_the_file_and_are_named(
    name: str, rules: RuleSet
) -> None:
    zeros = pl.when(ROW % 14 == 3).then(0.0).otherwise(name).alias(name)
    told = judged(readings(40).with_columns(zeros), rules).verdict.violations
    (found,) = (each for each in told if each.rule == f"{name}.top_share:zeros")

    assert found.is_broken
    assert found.cause == ZEROS


def test_two_zeros_hold_no_file(rules: RuleSet) -> None:
    zeros = pl.when(ROW % 50 == 3).then(0.0).otherwise("flow")

    assert not any("top_share" in n for n in broken(readings(40).with_columns(flow=zeros), rules))


def test_usual_zeros_get_no_share_of_their_own(rules: RuleSet) -> None:
    assert "trips.top_share:zeros" not in {each.id for each in rules.rules}


def test_the_next_files_pass(rules: RuleSet) -> None:
    later = [broken(readings(day), rules) for day in range(20, 70)]

    assert [names for names in later if any("top_share" in n for n in names)] == []


def test_counts_of_which_most_are_alike_get_no_share(rules: RuleSet) -> None:
    assert "trips.top_share" not in {each.id for each in rules.rules}


def test_a_bound_leaves_room_above_the_worst_of_history(rules: RuleSet) -> None:
    flows = [readings(day)["flow"].to_list() for day in range(20)]
    worst = max(values.count(v) / ROWS for values in flows for v in values)
    (found,) = (each for each in rules.rules if each.id == "flow.top_share")

    assert float(str(found.parameters["max"])) >= worst + MARGIN


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.floats(0, 1))
def test_the_share_is_that_of_the_most_frequent_number(values: list[int], most: float) -> None:
    frame = pl.DataFrame({"x": [*values, None]})
    kind, share = TopShareKind(), rule("top_share", "x", max=most)
    measured = frame.select(*kind.measure(share, context(frame))).row(0, named=True)
    judgement = kind.judge(share, measured, context(frame))
    greatest = max(values.count(v) for v in values) / len(values)

    assert judgement.measures["share"] == pytest.approx(greatest)
    assert judgement.is_violated is (greatest > most)
