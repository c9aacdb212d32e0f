"""Two samples: tests and effect sizes against R, and their laws."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.effects import (
    cohen_d,
    glass_delta,
    hedges_factor,
    hedges_g,
    rank_biserial,
)
from dmaic_assets.sixsigma.tests.ranks import mann_whitney, wilcoxon_signed_rank
from dmaic_assets.sixsigma.tests.ttests import (
    kolmogorov_smirnov,
    mean_test,
    paired_t_test,
    t_test,
    variance_ratio_test,
)
from dmaic_assets_tests.sixsigma.samples import SLEEP_FIRST, SLEEP_SECOND

VALUES = st.lists(st.integers(-50, 50), min_size=3, max_size=12)


def test_welch_agrees_with_r() -> None:
    test = t_test(SLEEP_FIRST, SLEEP_SECOND)

    assert test.t == pytest.approx(-1.86081346748685, rel=1e-13)
    assert test.df == pytest.approx(17.7764735161785, rel=1e-13)
    assert test.p == pytest.approx(0.0793941401873582, rel=1e-12)
    assert (test.lower, test.upper) == pytest.approx((-3.36548323071171, 0.20548323071171))


def test_student_agrees_with_r() -> None:
    test = t_test(SLEEP_FIRST, SLEEP_SECOND, equal_variances=True)

    assert test.p == pytest.approx(0.0791867142159382, rel=1e-12)
    assert test.df == 18


def test_pairs_tell_more_than_groups() -> None:
    test = paired_t_test(SLEEP_FIRST, SLEEP_SECOND)

    assert test.t == pytest.approx(-4.06212768338204, rel=1e-13)
    assert test.p == pytest.approx(0.00283289019738427, rel=1e-12)


def test_a_mean_is_tested_against_its_null() -> None:
    test = mean_test([1, 2, 3, 4], null=2.5)

    assert (test.t, test.p) == (0, pytest.approx(1))


def test_variances_are_compared_like_in_r() -> None:
    test = variance_ratio_test(SLEEP_FIRST, SLEEP_SECOND)

    assert test.f == pytest.approx(0.798342617998392, rel=1e-13)
    assert test.p == pytest.approx(0.742719931726045, rel=1e-12)
    assert test.lower < test.f < test.upper


def test_ties_use_the_normal_limit_with_correction() -> None:
    assert mann_whitney(SLEEP_FIRST, SLEEP_SECOND).p == pytest.approx(0.0693275754336266)
    assert mann_whitney(SLEEP_FIRST, SLEEP_SECOND).method == "normal"
    paired = wilcoxon_signed_rank(SLEEP_FIRST, SLEEP_SECOND)
    assert (paired.statistic, paired.p) == (0, pytest.approx(0.00909069801592506, rel=1e-12))


@settings(deadline=None)
@given(st.sets(st.integers(0, 1000), min_size=4, max_size=40), st.data())
def test_small_samples_without_ties_are_exact(values: set[int], data: st.DataObject) -> None:
    order = data.draw(st.permutations(sorted(values)))
    cut = data.draw(st.integers(1, len(order) - 1))
    first, second = order[:cut], order[cut:]

    ours = mann_whitney(first, second)

    theirs = stats.mannwhitneyu(first, second, method="exact")
    assert ours.method == "exact"
    assert ours.statistic == theirs.statistic
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-10)


@settings(deadline=None)
@given(st.sets(st.integers(1, 1000), min_size=3, max_size=30), st.data())
def test_small_signed_ranks_without_ties_are_exact(sizes: set[int], data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=30, max_size=30))
    moved = [s * v for s, v in zip(signs, sorted(sizes), strict=False)]

    ours = wilcoxon_signed_rank(moved, [0] * len(moved))

    theirs = stats.wilcoxon(moved, method="exact")
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9)


def test_distributions_with_ties_are_compared_exactly() -> None:
    test = kolmogorov_smirnov(SLEEP_FIRST, SLEEP_SECOND)

    assert test.d == pytest.approx(0.4)
    assert test.p == pytest.approx(0.39682608413258, rel=1e-12)


def test_distributions_without_ties_agree_with_scipy() -> None:
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=23), generator.normal(0.7, size=31)

    assert kolmogorov_smirnov(x, y).p == pytest.approx(
        stats.ks_2samp(x, y, method="exact").pvalue, rel=1e-9
    )


def test_large_samples_use_the_limit_distribution() -> None:
    generator = np.random.default_rng(5)
    x, y = generator.normal(size=200), generator.normal(1, size=200)

    assert kolmogorov_smirnov(x, y).p < 1e-9


@pytest.mark.parametrize(
    ("effect", "value", "low", "high"),
    [
        (cohen_d, -0.83218108134954, -1.73881676925442, 0.0954504356575097),
        (hedges_g, -0.796935239191122, -1.66517166632542, 0.0914077686652717),
        (glass_delta, -0.78911274695909, -1.67642803227368, 0.134455504699063),
        (partial(rank_biserial, interval="ranks"), -0.49, -0.78359529183922, -0.0175008213986349),
    ],
)
def test_effect_sizes_agree_with_r(effect, value: float, low: float, high: float) -> None:
    found = effect(SLEEP_FIRST, SLEEP_SECOND)

    assert found.value == pytest.approx(value, rel=1e-12)
    assert (found.lower, found.upper) == pytest.approx((low, high), rel=1e-5)


def test_unequal_variances_have_their_own_standardizer() -> None:
    found = cohen_d(SLEEP_FIRST, SLEEP_SECOND, standardizer="average")

    assert found.value == pytest.approx(-0.83218108134954, rel=1e-12)
    assert found.lower == pytest.approx(-1.73918888274057, rel=1e-5)


def test_the_factor_of_hedges_is_exact_and_not_its_approximation() -> None:
    exact = hedges_factor(18)

    assert exact == pytest.approx(0.957646431, rel=1e-6)
    assert abs(exact / (1 - 3 / (4 * 18 - 1)) - 1) > 5e-5
    assert hedges_factor(1e7) == pytest.approx(1, abs=1e-7)


@settings(deadline=None)
@given(VALUES, VALUES, st.floats(0.1, 10), st.floats(-100, 100))
def test_effects_do_not_depend_on_units(
    first: list[int], second: list[int], scale: float, shift: float
) -> None:
    if len(set(first)) < 2 or len(set(second)) < 2:
        return

    before = cohen_d(first, second).value
    after = cohen_d([scale * v + shift for v in first], [scale * v + shift for v in second]).value

    assert after == pytest.approx(before, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_the_order_of_samples_turns_signs_alone(first: list[int], second: list[int]) -> None:
    if len({*first, *second}) < 2:
        return

    assert rank_biserial(first, second).value == pytest.approx(-rank_biserial(second, first).value)
    assert mann_whitney(first, second).p == pytest.approx(mann_whitney(second, first).p)


@pytest.mark.parametrize(
    "call",
    [
        lambda: t_test([1, 1], [2, 2]),
        lambda: paired_t_test([1, 2], [1]),
        lambda: mean_test([3, 3, 3]),
        lambda: variance_ratio_test([1, 1], [1, 2]),
        lambda: mann_whitney([1, 1], [1, 1]),
        lambda: wilcoxon_signed_rank([1, 2], [1, 2]),
        lambda: wilcoxon_signed_rank([1, 2], [1]),
        lambda: cohen_d([1, 1], [2, 2]),
        lambda: glass_delta([1, 2], [2, 2]),
        lambda: hedges_factor(1),
    ],
)
def test_what_cannot_be_compared_is_refused(call) -> None:
    with pytest.raises(BadInputError):
        call()


def test_separate_samples_have_the_largest_rank_effect() -> None:
    effect = rank_biserial([1, 2, 3], [4, 5, 6])

    assert effect.value == -1
    assert math.isfinite(effect.lower)
