"""A column that slipped by a row is held, although every column alone looks as ever."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import RuleSet, Violation
from dmaic_assets.phenomena.exchange.moved import RowMatchKind
from dmaic_assets_tests.rules.frames import context, rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 120
CITIES = ("Bergen", "Oslo", "Bodo")


def readings(day: int) -> pl.DataFrame:
    """A weight that goes with its length, a zone that goes with its city, a slow temperature."""
    rng = np.random.default_rng([31, day])
    length = rng.gamma(6.0, 4.0, ROWS)
    place = rng.integers(0, 3, ROWS)
    other = np.where(rng.random(ROWS) < 0.15, rng.integers(0, 3, ROWS), place)
    return pl.DataFrame(
        {
            "length": length.round(2),
            "weight": (2 * length + rng.normal(0, 6, ROWS)).round(2),
            "city": [CITIES[n] for n in place],
            "zone": [f"z{n}" for n in other],
            "luck": rng.normal(0, 1, ROWS).round(3),
            "warm": (12 + day + np.cumsum(rng.normal(0, 0.2, ROWS))).round(2),
        }
    )


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(readings(day), f"{day:064x}") for day in range(20)])


def broken(frame: pl.DataFrame, rules: RuleSet) -> list[Violation]:
    violations = judged(frame, rules).verdict.violations
    return [v for v in violations if v.is_broken and v.kind == "row_match"]


@pytest.mark.parametrize(("name", "partner"), [("weight", "length"), ("zone", "city")])
@pytest.mark.parametrize("by", [1, -1])
def test_a_column_moved_by_a_row_holds_the_file(
    name: str, partner: str, by: int, rules: RuleSet
) -> None:
    frame = readings(40)
    moved = pl.Series(name, np.roll(frame[name].to_numpy(), by))

    (found,) = broken(frame.with_columns(moved), rules)

    assert {*found.columns} == {name, partner}
    assert found.cause == "column moved by one row"


def test_files_to_come_pass_also_where_levels_move(rules: RuleSet) -> None:
    later = (readings(day).with_columns(pl.col("weight") * 1.3) for day in range(20, 60))

    assert [v.rule for frame in later for v in broken(frame, rules)] == []


def test_a_relation_that_is_lost_is_no_slip(rules: RuleSet) -> None:
    stuck = readings(41).with_columns(pl.lit(7.0).alias("weight"))
    mixed = readings(42).with_columns(pl.col("zone").shuffle(3))

    assert broken(stuck, rules) == []
    assert broken(mixed, rules) == []


def test_what_goes_with_nothing_or_as_well_with_the_next_row_gets_no_rule(rules: RuleSet) -> None:
    named = {name for r in rules.rules if r.kind == "row_match" for name in r.columns}

    assert named == {"length", "weight", "city", "zone"}


def test_missing_and_new_values_have_classes_of_their_own() -> None:
    scores = [[1.0, -1.0, 0.0, 0.5]] * 3
    known = rule(
        "row_match",
        "city",
        "zone",
        scores=scores,
        values={"city": ["Oslo"], "zone": ["a", "b"]},
        margin=0.1,
        least=3,
    )
    frame = pl.DataFrame({"city": ["Oslo", "x", None], "zone": ["a", "c", None]})
    ctx = context(frame)

    measured = frame.select(RowMatchKind().measure(known, ctx)).row(0, named=True)

    assert measured["here"] == pytest.approx((1.0 + 0.0 + 0.5) / 3)
    assert not RowMatchKind().judge(known, {**measured, "rows": 2}, ctx).is_violated


def test_what_is_wrong_with_the_column_alone_is_the_cause(rules: RuleSet) -> None:
    """Ranks stay as they are in another unit: the file breaks the same rule, and others."""
    frame = readings(40)
    weight = np.roll(frame["weight"].to_numpy(), 1) * 1000

    (found,) = broken(frame.with_columns(pl.Series("weight", weight)), rules)

    assert found.cause is not None
    assert found.cause.startswith(("unit change", "change of scale"))
