"""Several groups and two factors: tests, comparisons, effects."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.nested import nested_anova
from dmaic_assets.sixsigma.designs.two_way import two_way_anova
from dmaic_assets.sixsigma.tests.anova import one_way_anova
from dmaic_assets.sixsigma.tests.effects_explained import (
    explained_by_effect,
    explained_variance,
)
from dmaic_assets.sixsigma.tests.posthoc import games_howell, pairwise_t, tukey_kramer
from dmaic_assets.sixsigma.tests.ranks import dunn, kruskal_wallis
from dmaic_assets.sixsigma.tests.variances import bartlett, fligner_killeen, levene
from dmaic_assets_tests.sixsigma.samples import LEVELS

ROWS = list(LEVELS.values())
UNEVEN = {"a": [4, 6, 5, 9], "b": [8, 7, 9, 12, 10], "c": [1, 2, 4]}


def test_kruskal_wallis_agrees_with_scipy() -> None:
    test = kruskal_wallis(LEVELS)

    theirs = stats.kruskal(*ROWS)
    assert test.h == pytest.approx(theirs.statistic, rel=1e-12)
    assert test.p == pytest.approx(theirs.pvalue, rel=1e-12)


def test_whole_numbers_are_numbers_to_bartlett() -> None:
    test = bartlett(UNEVEN)

    theirs = stats.bartlett(*(np.array(v, float) for v in UNEVEN.values()))
    assert test.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert test.p == pytest.approx(theirs.pvalue, rel=1e-12)


def test_spread_tests_agree_with_scipy() -> None:
    assert levene(LEVELS).p == pytest.approx(stats.levene(*ROWS).pvalue, rel=1e-11)
    assert levene(LEVELS, center="mean").statistic == pytest.approx(
        stats.levene(*ROWS, center="mean").statistic, rel=1e-11
    )
    assert fligner_killeen(LEVELS).p == pytest.approx(stats.fligner(*ROWS).pvalue, rel=1e-11)


def test_tukey_kramer_agrees_with_scipy() -> None:
    theirs = stats.tukey_hsd(*UNEVEN.values())

    for found, (i, j) in zip(tukey_kramer(UNEVEN), [(0, 1), (0, 2), (1, 2)], strict=True):
        assert found.p == pytest.approx(theirs.pvalue[j, i], rel=1e-8)
        assert found.lower == pytest.approx(theirs.confidence_interval().low[j, i], rel=1e-6)
        assert found.difference == pytest.approx(theirs.statistic[j, i])


def test_games_howell_p_values_are_not_rounded() -> None:
    a, b = np.array([1.1, 1.9, 3.2, 4.4]), np.array([8.0, 9.1, 10.7, 15.2, 12.1])

    found = games_howell({"a": a, "b": b, "c": np.array([5.0, 5.5, 7.9])})[0]

    welch = stats.ttest_ind(b, a, equal_var=False)
    assert found.t == pytest.approx(welch.statistic, rel=1e-12)
    assert found.df == pytest.approx(welch.df, rel=1e-12)
    assert found.p == pytest.approx(
        stats.studentized_range.sf(abs(welch.statistic) * math.sqrt(2), 3, welch.df), rel=1e-9
    )
    assert float(f"{found.p:.3g}") != found.p


def test_comparisons_go_by_pairs_in_order() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]

    assert [(c.first, c.second) for c in pairwise_t(UNEVEN)] == pairs
    assert [(c.first, c.second) for c in dunn(UNEVEN)] == pairs
    assert all(c.adjusted_p >= c.p for c in dunn(UNEVEN))
    assert pairwise_t(UNEVEN, correction="none")[0].adjusted_p == pairwise_t(UNEVEN)[0].p


def test_two_groups_make_dunn_kruskal_wallis() -> None:
    two = {"a": UNEVEN["a"], "b": UNEVEN["b"]}

    assert dunn(two)[0].z ** 2 == pytest.approx(kruskal_wallis(two).h, rel=1e-12)


def test_raw_shares_of_variance_grow_with_levels_and_corrected_ones_do_not() -> None:
    generator = np.random.default_rng(11)

    def mean_share(levels: int) -> tuple[float, float]:
        draws = [generator.normal(size=(levels, 60 // levels)) for _ in range(200)]
        found = [
            explained_variance(one_way_anova({str(i): row for i, row in enumerate(draw)}))
            for draw in draws
        ]
        eta2, omega2 = ([getattr(f, name) for f in found] for name in ("eta2", "omega2"))
        return float(np.mean(eta2)), float(np.mean(omega2))

    few, many = mean_share(2), mean_share(20)
    assert many[0] > 0.3 > 0.05 > few[0]
    assert abs(many[1]) < 0.03
    assert abs(few[1]) < 0.01


def test_shares_of_variance_agree_with_their_formulas() -> None:
    table = one_way_anova(LEVELS)

    found = explained_variance(table)

    assert found.eta2 == pytest.approx(27.897 / (27.897 + 17.452), abs=1e-5)
    assert found.omega2 < found.epsilon2 < found.eta2
    assert 0 < found.lower < found.omega2 < found.upper < 1
    assert found.cohen_f == pytest.approx(math.sqrt(27.897 / 17.452), abs=1e-4)


def test_a_perfect_factor_explains_everything() -> None:
    found = explained_by_effect(5.0, 1, (0.0, 4))

    assert (found.eta2, found.lower, found.upper, found.cohen_f) == (1, 1, 1, math.inf)


def cells(sizes: dict[tuple[str, str], int], seed: int) -> tuple[list[float], list[str], list[str]]:
    generator = np.random.default_rng(seed)
    y, a, b = [], [], []
    for (first, second), size in sizes.items():
        y += generator.normal({"x": 0, "y": 2}[first] + int(second), 1, size).tolist()
        a += [first] * size
        b += [second] * size
    return y, a, b


def test_balanced_tables_have_one_kind_of_sums() -> None:
    y, a, b = cells(dict.fromkeys(product("xy", "123"), 4), seed=2)

    first, second, third = (two_way_anova(y, a, b, kind=kind) for kind in ("I", "II", "III"))

    for effect in ("first", "second", "interaction", "residual"):
        sums = [getattr(table, effect).ss for table in (first, second, third)]
        assert sums == pytest.approx([sums[0]] * 3, rel=1e-10)
    assert first.intercept is None
    assert third.intercept is not None


def test_type_three_tests_equally_weighted_cells() -> None:
    sizes = dict(zip(product("xy", "123"), (2, 9, 3, 8, 2, 5), strict=True))
    y, a, b = cells(sizes, seed=4)
    means = {
        cell: float(np.mean([v for v, *labels in zip(y, a, b, strict=True) if (*labels,) == cell]))
        for cell in sizes
    }

    table = two_way_anova(y, a, b, kind="III", names=("side", "step"))

    contrast = sum(means["x", s] - means["y", s] for s in "123") / 3
    ss = contrast**2 / sum(1 / (9 * n) for n in sizes.values())
    assert table.first.ss == pytest.approx(ss, rel=1e-10)
    at_reference = (means["x", "1"] - means["y", "1"]) ** 2 / (1 / 2 + 1 / 8)
    assert abs(at_reference / ss - 1) > 0.1
    assert [effect.source for effect in table.effects] == ["side", "step", "side:step"]


def test_type_two_is_each_factor_given_the_other() -> None:
    y, a, b = cells(dict(zip(product("xy", "123"), (2, 9, 3, 8, 2, 5), strict=True)), seed=4)

    first_last = two_way_anova(y, b, a, kind="I")
    table = two_way_anova(y, a, b)

    assert table.first.ss == pytest.approx(first_last.second.ss, rel=1e-10)
    assert table.kind == "II"
    assert table.residual.p is None


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ("xxyy", "1212", "no cell has two"),
        ("xxxx", "1212", "factor first: one level"),
        ("xxy", "1212", "3 labels"),
        ("xxyyxx", "121111", "never occurs"),
    ],
)
def test_tables_without_cells_or_repeats_are_refused(a: str, b: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        two_way_anova(range(len(b)), list(a), list(b))


def test_nested_sums_add_up_and_find_their_components() -> None:
    generator = np.random.default_rng(8)
    groups = {
        str(g): {
            str(s): (offset + shift + generator.normal(0, 0.5, 4)).tolist()
            for s, shift in enumerate(generator.normal(0, 2, 10))
        }
        for g, offset in enumerate(generator.normal(0, 4, 30))
    }
    pooled = {name: [v for sub in group.values() for v in sub] for name, group in groups.items()}

    table = nested_anova(groups)

    assert table.ss_group == pytest.approx(one_way_anova(pooled).ss_between, rel=1e-10)
    assert table.ss_subgroup + table.ss_within == pytest.approx(one_way_anova(pooled).ss_within)
    assert (table.df_group, table.df_subgroup, table.df_within) == (29, 270, 900)
    assert table.variance_within == pytest.approx(0.25, rel=0.15)
    assert table.variance_subgroup == pytest.approx(4, rel=0.25)
    assert table.variance_group == pytest.approx(16, rel=0.5)


def test_a_nested_table_needs_repeats_at_each_level() -> None:
    with pytest.raises(BadInputError, match="2 groups, 2 subgroups"):
        nested_anova({"a": {"1": [1, 2]}, "b": {"1": [3, 4]}})


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 10**6))
def test_groups_without_difference_are_never_sure(k: int, n: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=n)
    groups = {str(i): values for i in range(k)}

    assert one_way_anova(groups).p == pytest.approx(1, abs=1e-6)
    assert kruskal_wallis(groups).p == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("test", [tukey_kramer, pairwise_t])
def test_groups_that_do_not_vary_are_refused(test) -> None:
    with pytest.raises(BadInputError, match="do not vary within"):
        test({"a": [1, 1], "b": [2, 2]})


@pytest.mark.parametrize("test", [kruskal_wallis, dunn, fligner_killeen])
def test_equal_values_are_refused(test) -> None:
    with pytest.raises(BadInputError, match="equal"):
        test({"a": [1, 1], "b": [1, 1]})


def test_constant_groups_are_named() -> None:
    with pytest.raises(BadInputError, match="group b is constant"):
        bartlett({"a": [1, 2], "b": [1, 1]})
    with pytest.raises(BadInputError, match="groups a and b"):
        games_howell({"a": [1, 1], "b": [2, 2]})
