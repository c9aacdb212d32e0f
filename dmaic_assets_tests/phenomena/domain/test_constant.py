"""A column that never changed and then changes in every row is held, or said."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.domain.constant import stopped_by_change
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 80
USUAL = {"depot": "Lund", "floor": 3, "rate": 0.5, "open": False}
CHANGED = {"depot": "Oulu", "floor": 4, "rate": 0.75, "open": True}


def parcels(day: int, **constants: object) -> pl.DataFrame:
    rng = np.random.default_rng([5, day])
    same = {name: [value] * ROWS for name, value in (USUAL | constants).items()}
    grams = rng.gamma(9.0, 50.0, ROWS).round(1)
    number = day * ROWS + np.arange(ROWS)
    return pl.DataFrame({"number": number, "grams": grams, "zero": [0] * ROWS, **same})


def rules_of(files: int) -> RuleSet:
    return learnt([facts_of(parcels(day), f"{day:064x}") for day in range(files)])


@pytest.fixture(scope="module")
def many() -> RuleSet:
    return rules_of(25)


@pytest.mark.parametrize("name", list(CHANGED))
def test_after_many_files_a_new_constant_holds_the_file(name: str, many: RuleSet) -> None:
    verdict = judged(parcels(70, **{name: CHANGED[name]}), many).verdict

    assert verdict.decision == "reject"
    assert [v.rule for v in verdict.violations] == [f"{name}.constant"]


@pytest.mark.parametrize("name", list(CHANGED))
def test_after_few_files_it_is_said(name: str) -> None:
    verdict = judged(parcels(70, **{name: CHANGED[name]}), rules_of(5)).verdict

    assert verdict.decision == "accept"
    assert [v.rule for v in verdict.violations] == [f"{name}.constant"]


def test_the_same_constants_and_missing_ones_pass(many: RuleSet) -> None:
    some = parcels(70).with_columns(pl.when(pl.int_range(ROWS) > 0).then("depot").alias("depot"))

    assert judged(parcels(70), many).verdict.violations == ()
    assert "depot.constant" not in [v.rule for v in judged(some, many).verdict.violations]


def test_rows_that_differ_from_their_file_leave_the_constant_alone(many: RuleSet) -> None:
    few = parcels(70).with_columns(
        pl.when(pl.int_range(ROWS) < 3).then(pl.lit("Oulu")).otherwise("depot").alias("depot")
    )

    assert [v.rule for v in judged(few, many).verdict.violations] == ["depot.one_value"]


def test_an_amount_that_never_occurred_may_occur(many: RuleSet) -> None:
    assert "zero.constant" not in [rule.id for rule in many.rules]


@given(st.integers(1, 400), st.integers(1, 400))
def test_the_longer_nothing_changed_the_fewer_files_a_change_stops(files: int, window: int) -> None:
    now, later = stopped_by_change(files, window), stopped_by_change(files + 1, window)

    assert 0 < later < now <= 1 / window
