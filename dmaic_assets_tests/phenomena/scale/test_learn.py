"""Part of a number's values in another unit: told apart, or the file held."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Rule, RuleSet, Violation
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.phenomena.scale.mixture import mixture_of, spread_of
from dmaic_assets_tests.rules.frames import rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 240
GOODS = tuple("ABCDEFGH")


def parcels(number: int) -> pl.DataFrame:
    """A file of parcels: weights follow from the goods, lengths vary little, prices a lot."""
    rng = np.random.default_rng([11, number])
    goods = rng.integers(0, len(GOODS), ROWS)
    return pl.DataFrame(
        {
            "good": [GOODS[i] for i in goods],
            "grams": (20.0 * 2.0**goods * rng.lognormal(0, 0.15, ROWS)).round(1),
            "length": rng.lognormal(3.0, 0.15, ROWS).round(2),
            "price": rng.lognormal(3.0, 0.6, ROWS).round(2),
        }
    )


def with_some(frame: pl.DataFrame, name: str, factor: float, rows: int) -> pl.DataFrame:
    """The first rows in another unit."""
    x = pl.col(name)
    return frame.with_columns(pl.when(pl.int_range(pl.len()) < rows).then(x * factor).otherwise(x))


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(parcels(i), f"{i:064x}") for i in range(16)])


def mixes(frame: pl.DataFrame, rules: RuleSet) -> dict[str, Violation]:
    verdict = judged(frame, rules).verdict
    return {v.columns[-1]: v for v in verdict.violations if v.kind == "scale_mix"}


def test_a_number_is_compared_given_the_column_that_narrows_it(rules: RuleSet) -> None:
    found = {r.columns[-1]: r for r in rules.rules if r.kind == "scale_mix"}

    assert found["grams"].columns == ("good", "grams")
    assert found["length"].columns == ("length",)
    assert all(r.evidence["stop_rate"] for r in found.values())


@pytest.mark.parametrize(
    ("name", "factor", "rows", "unit"),
    [
        ("grams", 1 / 28.349523125, 24, "grams to ounces"),
        ("grams", 1 / 453.59237, 30, "0.00"),
        ("length", 2.54, 36, "inches to centimetres"),
        ("length", 0.001, 12, "1/thousands"),
    ],
)
def test_rows_in_another_unit_are_set_apart_and_the_unit_is_named(
    rules: RuleSet, name: str, factor: float, rows: int, unit: str
) -> None:
    result = judged(with_some(parcels(100), name, factor, rows), rules)

    apart = set(result.quarantined_rows.to_list())
    assert result.verdict.decision == "quarantine"
    assert len(apart & set(range(rows))) >= 0.95 * rows
    assert len(apart - set(range(rows))) <= 0.01 * ROWS
    causes = [v.cause for v in result.verdict.violations if v.kind == "scale_mix"]
    assert any(cause and unit in cause for cause in causes)


def test_a_file_whose_units_cannot_be_told_apart_is_held_and_says_so(rules: RuleSet) -> None:
    result = judged(with_some(parcels(101), "price", 10.0, 45), rules)

    assert result.verdict.decision == "reject"
    assert any("cannot be told apart by price.scale_mix" in r for r in result.verdict.reasons)
    assert mixes(with_some(parcels(101), "price", 10.0, 45), rules)["price"].cause


def test_numbers_that_are_compared_with_the_wrong_one_name_its_unit() -> None:
    def boxes(number: int) -> pl.DataFrame:
        rng = np.random.default_rng([13, number])
        side = rng.lognormal(3.0, 0.4, ROWS)
        noise = rng.lognormal(0, 0.03, (4, ROWS))
        volume = side**3 * noise[0]
        return pl.DataFrame(
            {"volume": volume, **{c: side * noise[i + 1] for i, c in enumerate("xyz")}}
        )

    found = learnt([facts_of(boxes(i), f"{i:064x}") for i in range(10)])

    causes = {v.cause for v in mixes(with_some(boxes(50), "volume", 0.001, 20), found).values()}

    assert causes == {"unit change (1/thousands)"}


def test_clean_files_lose_no_row(rules: RuleSet) -> None:
    assert not [i for i in range(200, 225) if mixes(parcels(i), rules)]


def test_a_column_that_arrives_as_text_is_told_as_such(rules: RuleSet) -> None:
    verdict = judged(parcels(30).with_columns(length=pl.lit("long")), rules).verdict

    assert verdict.decision == "reject"
    causes = {v.cause for v in verdict.violations if v.rule == "length.scale_mix"}
    assert causes <= {"the column arrived as another type"}


def test_a_file_that_is_merely_different_is_no_mixture(rules: RuleSet) -> None:
    rng = np.random.default_rng(5)
    wide = parcels(102).with_columns(pl.Series("length", rng.lognormal(3.6, 0.9, ROWS)))

    assert "length" not in mixes(wide, rules)


def test_zeros_and_missing_values_pass(rules: RuleSet) -> None:
    frame = with_some(parcels(103), "length", 2.54, 30)
    holed = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 5)
        .then(None)
        .when(pl.int_range(pl.len()) < 10)
        .then(0.0)
        .otherwise(pl.col("length"))
        .alias("length")
    )
    only = RuleSet("s", tuple(r for r in rules.rules if r.id == "length.scale_mix"))

    assert judged(holed, only).quarantined_rows.to_list() == list(range(10, 30))


@settings(max_examples=25, deadline=None)
@given(
    factor=st.sampled_from([1000.0, 60.0, 12.0, 2.54, 1.609344]),
    inverse=st.booleans(),
    share=st.floats(0.05, 0.3),
    seed=st.integers(0, 50),
)
def test_the_share_of_scaled_values_is_estimated(
    factor: float, *, inverse: bool, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    counts, _ = np.histogram(rng.normal(0, 0.1, 20_000), bins=40, range=(-0.5, 0.5))
    spread = spread_of(counts.astype(float), -0.5, 0.025)
    factor = 1 / factor if inverse else factor
    scaled = np.arange(600) < 600 * share
    logs = rng.normal(0, 0.1, 600) + np.where(scaled, math.log(factor), 0.0)

    found = mixture_of(spread, logs, {factor: 0.02, 1 / factor: 0.02}, distance=0.1)

    assert found is not None
    assert found.factors[0] == factor
    assert found.share == pytest.approx(scaled.mean(), abs=0.02)
    assert (found.is_scaled != scaled).mean() <= 0.02


GIVEN: dict[str, Any] = {"factors": {"2": 0.05}, "start": 0, "width": 0.1, "shares": [1.0]}


@pytest.mark.parametrize(
    ("one", "culprit"),
    [
        (rule("scale_mix", "x", **{**GIVEN, "factors": {"-2": 0.1}}), "'-2' is no factor"),
        (rule("scale_mix", "x", **{**GIVEN, "factors": {"kg": 0.1}}), "'kg' is no factor"),
        (rule("scale_mix", "x", **{**GIVEN, "shares": [0.0]}), "none is positive"),
        (rule("scale_mix", "x", **{**GIVEN, "width": 0}), "is not positive"),
        (rule("scale_mix", "a", "x", **GIVEN), "0 of centres and slope given"),
        (rule("scale_mix", "x", **GIVEN, slope=1.0), "1 of centres and slope given"),
    ],
)
def test_a_rule_without_a_meaning_is_refused(one: Rule, culprit: str) -> None:
    with pytest.raises(BadInputError, match=culprit):
        kind_of(one).validate(one)
