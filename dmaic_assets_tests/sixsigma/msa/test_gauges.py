"""Gauge studies: sums of squares, pooling, truncation, and the laws of their shares."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.msa.components import Scale
from dmaic_assets.sixsigma.msa.crossed import crossed_gauge, sums_of_squares
from dmaic_assets.sixsigma.msa.levels import DayAverage, level_deviations
from dmaic_assets.sixsigma.msa.nested import nested_gauge
from dmaic_assets.sixsigma.msa.ranges import k_factor, range_gauge
from dmaic_assets.sixsigma.msa.study import gauge_study, gauge_study_of

# Parts 10 apart, operator 2 reads 2 more, trials +-1: every sum of squares is countable by hand.
ADDITIVE = np.array([[[p + o - 1.0, p + o + 1.0] for o in (0.0, 2.0)] for p in (0.0, 10.0, 20.0)])
# Operator 2 reads the parts the other way round: nothing but interaction.
TWISTED = np.array([[[0.0, 0.0], [10.0, 10.0]], [[10.0, 10.0], [0.0, 0.0]]])


def random_study(seed: int, shape=(6, 3, 3), *, operator_sd=0.5, interaction_sd=0.3):
    rng = np.random.default_rng(seed)
    parts, operators, _ = shape
    values = (
        rng.normal(0, 3, (parts, 1, 1))
        + rng.normal(0, operator_sd, (1, operators, 1))
        + rng.normal(0, interaction_sd, (parts, operators, 1))
        + rng.normal(0, 1, shape)
    )
    return gauge_study_of(values)


def test_sums_of_squares_are_those_counted_by_hand() -> None:
    assert sums_of_squares(ADDITIVE) == pytest.approx((800.0, 12.0, 0.0, 12.0))


def test_an_interaction_that_is_not_there_is_pooled() -> None:
    result = crossed_gauge(gauge_study_of(ADDITIVE))

    error = 12 / 8
    assert result.is_pooled
    assert [row.df for row in result.pooled_table] == [2, 1, 8, 11]
    assert result["repeatability"].variance == pytest.approx(error)
    assert result["operator"].variance == pytest.approx((12 - error) / 6)
    assert result["part"].variance == pytest.approx((400 - error) / 4)
    assert result.notes == ()


def test_no_pooling_keeps_the_interaction_and_says_what_was_negative() -> None:
    result = crossed_gauge(gauge_study_of(ADDITIVE), pool_above=1)

    assert not result.is_pooled
    assert result["part:operator"].variance == 0
    assert result["part:operator"].is_truncated
    assert result["repeatability"].variance == pytest.approx(2.0)
    assert result.notes == ("part:operator variance estimated as -1, set to 0",)


def test_a_gauge_that_repeats_exactly_has_no_test_and_is_not_pooled() -> None:
    result = crossed_gauge(gauge_study_of(TWISTED))

    assert result["repeatability"].variance == 0
    assert result["part:operator"].variance == pytest.approx(100)
    assert not result.is_pooled
    assert result.table[2].f is None
    assert result["part"].is_truncated


def test_a_perfect_gauge_has_no_number_of_categories() -> None:
    values = np.repeat(np.array([1.0, 2, 5])[:, None, None], 2, axis=1).repeat(2, axis=2)

    result = crossed_gauge(gauge_study_of(values))

    assert result.ndc is None
    assert result["gauge"].variance == 0
    assert result.verdict == "acceptable"


def test_the_error_term_changes_the_test_and_not_the_components() -> None:
    study = random_study(4)

    against = {
        term: crossed_gauge(study, error_term=term, pool_above=1)
        for term in ("interaction", "repeatability")
    }

    assert against["interaction"].table[0].f != against["repeatability"].table[0].f
    assert against["interaction"].components == against["repeatability"].components


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_contribution_is_the_square_of_the_share_of_study_variation(seed: int, pools: bool) -> None:
    result = crossed_gauge(random_study(seed), pool_above=0.25 if pools else 1)

    for component in result.components:
        assert component.contribution == pytest.approx(component.study_share**2)
    gauge, part = result["gauge"].contribution, result["part"].contribution
    assert gauge + part == pytest.approx(1)
    assert gauge == pytest.approx(
        result["repeatability"].contribution + result["reproducibility"].contribution
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1e4, 1e4), st.floats(0.01, 100))
def test_another_unit_changes_no_share(seed: int, offset: float, factor: float) -> None:
    study = random_study(seed)
    other = gauge_study_of(offset + factor * study.values)

    ours, theirs = crossed_gauge(study), crossed_gauge(other)

    for mine, its in zip(ours.components, theirs.components, strict=True):
        assert its.contribution == pytest.approx(mine.contribution, rel=1e-6, abs=1e-9)
        assert its.sd == pytest.approx(factor * mine.sd, rel=1e-6, abs=1e-9)
    assert ours.ndc == theirs.ndc


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_measurements_does_not_matter(seed: int) -> None:
    study = random_study(seed)
    rng = np.random.default_rng(seed)
    rows = [
        (part, operator, study.values[i, j, k])
        for i, part in enumerate(study.parts)
        for j, operator in enumerate(study.operators)
        for k in range(study.trials)
    ]
    shuffled = [rows[k] for k in rng.permutation(len(rows))]

    ours, theirs = (
        crossed_gauge(gauge_study(*zip(*table, strict=True))) for table in (rows, shuffled)
    )

    for mine, its in zip(ours.components, theirs.components, strict=True):
        assert its.variance == pytest.approx(mine.variance, rel=1e-9, abs=1e-12)


def test_the_components_are_unbiased() -> None:
    results = [crossed_gauge(random_study(seed, (10, 5, 2)), pool_above=1) for seed in range(400)]

    mean = {
        source: np.mean([result[source].variance for result in results])
        for source in ("repeatability", "operator", "part")
    }

    assert mean["repeatability"] == pytest.approx(1, rel=0.05)
    assert mean["operator"] == pytest.approx(0.25, rel=0.25)
    assert mean["part"] == pytest.approx(9, rel=0.1)


def test_tolerance_and_multiplier_scale_the_spread() -> None:
    study = random_study(8)

    six = crossed_gauge(study, scale=Scale(tolerance=12.0))
    old = crossed_gauge(study, scale=Scale(multiplier=5.15))

    assert six["gauge"].study_variation == pytest.approx(6 * six["gauge"].sd)
    assert six["gauge"].tolerance_share == pytest.approx(6 * six["gauge"].sd / 12)
    assert old["gauge"].study_variation == pytest.approx(5.15 * six["gauge"].sd)
    assert old["gauge"].tolerance_share is None


def test_nested_parts_are_compared_within_their_operator() -> None:
    values = np.array([[[0.0, 2.0], [10.0, 12.0]], [[4.0, 6.0], [14.0, 16.0]]])

    result = nested_gauge(values)

    assert result["repeatability"].variance == pytest.approx(2)
    assert result["part"].variance == pytest.approx((16 - 2) / 2)
    assert result["operator"].variance == pytest.approx((200 - 16) / 4)
    assert [row.df for row in result.table] == [1, 2, 4, 7]


@pytest.mark.parametrize(
    ("ranges", "size", "printed"),
    [(30, 2, 0.8862), (30, 3, 0.5908), (1, 2, 0.7071), (1, 3, 0.5231), (1, 10, 0.3146)],
)
def test_k_factors_round_to_the_printed_ones(ranges: int, size: int, printed: float) -> None:
    assert k_factor(ranges, size, factors="printed") == printed
    assert k_factor(ranges, size) == pytest.approx(printed, abs=5e-5)


def test_ranges_by_hand() -> None:
    result = range_gauge(gauge_study_of(ADDITIVE))

    ev = 2.0 * k_factor(6, 2)
    assert result["repeatability"].sd == pytest.approx(ev)
    assert result["part"].sd == pytest.approx(20 * k_factor(1, 3))
    assert result["operator"].variance == pytest.approx((2 * k_factor(1, 2)) ** 2 - ev**2 / 6)


def test_the_two_methods_agree_on_a_large_study() -> None:
    study = random_study(7, (80, 3, 4), interaction_sd=0.0)

    ranges, anova = range_gauge(study), crossed_gauge(study)

    assert ranges["repeatability"].sd == pytest.approx(anova["repeatability"].sd, rel=0.05)
    assert ranges.ndc is not None


def test_an_unbalanced_study_is_refused_by_operator_and_part() -> None:
    with pytest.raises(BadInputError, match="operator 'B' measured part 2 1, not 2 times"):
        gauge_study([1, 1, 1, 1, 2, 2, 2], list("AABBAAB"), [0.0] * 7)


@pytest.mark.parametrize(
    "work",
    [
        lambda: gauge_study([1], [1], [1.0, 2.0]),
        lambda: gauge_study([], [], []),
        lambda: gauge_study_of(np.zeros((2, 2))),
        lambda: gauge_study_of(np.zeros((2, 2, 1))),
        lambda: gauge_study_of(np.full((2, 2, 2), math.nan)),
        lambda: crossed_gauge(gauge_study_of(np.zeros((2, 1, 2)))),
        lambda: nested_gauge(np.zeros((2, 1, 2))),
        lambda: range_gauge(gauge_study_of(np.zeros((2, 1, 2)))),
        lambda: Scale(tolerance=0),
    ],
)
def test_what_is_no_study_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()


def test_levels_pool_days_and_runs_by_their_degrees_of_freedom() -> None:
    days = [
        DayAverage(item, run, average, sd=0.5, repeats=6)
        for item, run, average in [
            (1, "a", 1.0), (1, "a", 3.0), (1, "b", 6.0), (1, "b", 8.0),
            (2, "a", 0.0), (2, "a", 4.0), (2, "b", 2.0), (2, "b", 2.0),
        ]
    ]  # fmt: skip

    levels = level_deviations(days)

    assert (levels.repeatability.sd, levels.repeatability.df) == (0.5, 40)
    assert (levels.day_to_day.sd, levels.day_to_day.df) == (math.sqrt(12 / 4), 4)
    assert (levels.run_to_run.sd, levels.run_to_run.df) == (math.sqrt(12.5 / 2), 2)
    with pytest.raises(BadInputError, match="day to day"):
        level_deviations(days[::2])
