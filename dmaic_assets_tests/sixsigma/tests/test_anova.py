import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import one_way_anova, welch_anova
from dmaic_assets.sixsigma.tests.descriptive import summarize
from dmaic_assets_tests.oracle.exact_summary import certified_anova

# NIST/SEMATECH e-Handbook 7.4.3 (TABLE733): three levels, five repeats.
LEVELS = {
    "1": [6.9, 5.4, 5.8, 4.6, 4.0],
    "2": [8.3, 6.8, 7.8, 9.2, 6.5],
    "3": [8.0, 10.5, 8.1, 6.9, 9.3],
}


def test_the_handbook_table_is_reproduced() -> None:
    table = one_way_anova(LEVELS)

    assert table.ss_between == pytest.approx(27.897, abs=5e-4)
    assert table.ss_within == pytest.approx(17.452, abs=5e-4)
    assert table.f == pytest.approx(9.59, abs=5e-3)
    assert table.p == pytest.approx(0.00325, abs=5e-6)


def test_a_large_common_part_costs_only_what_the_doubles_lost() -> None:
    groups = {k: [f"{1_000_000 + v:.1f}" for v in values] for k, values in LEVELS.items()}
    exact = certified_anova({**groups})

    table = one_way_anova({k: map(float, texts) for k, texts in groups.items()})

    assert table.f == pytest.approx(float(exact.f or 0), rel=1e-9)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(-1000, 1000), min_size=2, max_size=8), min_size=2, max_size=5))
def test_doubles_agree_with_exact_arithmetic(rows: list[list[int]]) -> None:
    groups = {str(i): row for i, row in enumerate(rows)}
    exact = certified_anova({k: [str(v) for v in row] for k, row in groups.items()})

    table = one_way_anova(groups)

    assert table.ss_between == pytest.approx(float(exact.ss_between), rel=1e-12, abs=1e-9)
    assert table.ss_within == pytest.approx(float(exact.ss_within), rel=1e-12, abs=1e-9)


def test_welch_is_the_t_test_squared_for_two_groups() -> None:
    a, b = [1, 2, 3, 4.5], [2, 4, 7, 9, 13]
    t_test = stats.ttest_ind(a, b, equal_var=False)

    table = welch_anova({"a": a, "b": b})

    assert table.f == pytest.approx(t_test.statistic**2, rel=1e-13)
    assert table.p == pytest.approx(t_test.pvalue, rel=1e-12)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"a": [1, 2]}, "1 groups"),
        ({"a": [1], "b": [2]}, "every group has one value"),
        ({"a": [1, 2], "b": []}, "group b"),
        ({"a": [1, 2], "b": [1, math.inf]}, "value 1 is not finite"),
    ],
)
def test_what_is_no_comparison_is_refused(groups: dict[str, list[float]], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        one_way_anova(groups)


def test_a_constant_group_is_refused_by_welch() -> None:
    with pytest.raises(BadInputError, match="group b is constant"):
        welch_anova({"a": [1, 2], "b": [3, 3]})


def test_groups_without_spread_differ_beyond_doubt() -> None:
    assert one_way_anova({"a": [1, 1], "b": [2, 2]}).f == math.inf
    assert math.isnan(one_way_anova({"a": [1, 1], "b": [1, 1]}).f)


def test_a_summary_keeps_the_digits_under_large_values() -> None:
    summary = summarize([10_000_001, 10_000_003, 10_000_002])

    assert (summary.mean, summary.sd, summary.lag1) == (10_000_002, 1, -0.5)
    assert summary.quartiles == (10_000_001.5, 10_000_002, 10_000_002.5)


def test_a_summary_of_a_constant_has_no_shape() -> None:
    summary = summarize([0.1, 0.1, 0.1])

    assert summary.variance == 0
    assert math.isnan(summary.lag1)
    assert math.isnan(summary.skewness)
