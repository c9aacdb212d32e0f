"""Tables of counts, corrections of p-values, agreement of raters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.msa.raters import intraclass_correlations, table_kappa
from dmaic_assets.sixsigma.tests.contingency import (
    binomial_test,
    chi_square_test,
    fisher_exact,
    rate_ratio,
    share_difference,
)
from dmaic_assets.sixsigma.tests.effects_explained import cramers_v
from dmaic_assets.sixsigma.tests.multiplicity import adjust_p_values

# Hair and eye colour of men (Snee 1974).
HAIR_EYE = [[32, 11, 10, 3], [53, 50, 25, 15], [10, 10, 7, 7], [3, 30, 5, 8]]
P_VALUES = [0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.2, 0.8]


def test_independence_agrees_with_r() -> None:
    test = chi_square_test(HAIR_EYE)

    assert test.chi2 == pytest.approx(41.2802887910493, rel=1e-13)
    assert test.df == 9
    assert test.p == pytest.approx(4.44727947368525e-06, rel=1e-11)
    assert test.least_expected < 5


def test_cramers_v_lies_in_its_interval() -> None:
    effect = cramers_v(HAIR_EYE)

    assert effect.value == pytest.approx(0.222079583588615, rel=1e-13)
    assert 0 < effect.lower < effect.value < effect.upper < 1
    assert cramers_v([[9, 0], [0, 9]]).value == 1


def test_the_lady_tasting_tea() -> None:
    assert fisher_exact([[3, 1], [1, 3]]) == pytest.approx(34 / 70, rel=1e-13)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_fisher_agrees_with_scipy(cells: list[int]) -> None:
    table = [cells[:2], cells[2:]]

    assert fisher_exact(table) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)


def test_two_shares_agree_with_r() -> None:
    corrected = share_difference((15, 25), (50, 50), interval="wald")
    plain = share_difference((15, 25), (50, 50), is_corrected=False)

    assert corrected.chi2 == pytest.approx(3.375, rel=1e-13)
    assert (corrected.lower, corrected.upper) == pytest.approx(
        (-0.407993141232296, 0.00799314123229583), rel=1e-11
    )
    assert plain.p == pytest.approx(0.0412268333371636, rel=1e-12)
    # Newcombe 1998, table II, contrast (a): 56 of 70 against 48 of 80.
    newcombe = share_difference((56, 48), (70, 80))
    assert (newcombe.lower, newcombe.upper) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_two_rates_agree_with_r() -> None:
    test = rate_ratio((11, 21), (800, 3011))

    assert test.ratio == pytest.approx(1.9714880952381, rel=1e-12)
    assert test.p == pytest.approx(0.0796686330333295, rel=1e-11)
    assert (test.lower, test.upper) == pytest.approx(
        (0.858426403391639, 4.27726594365407), rel=1e-11
    )
    assert rate_ratio((3, 0), (1, 1)).upper == float("inf")


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 0.95))
def test_counts_agree_with_scipy(count: int, more: int, share: float) -> None:
    trials = count + more + 1

    assert binomial_test(count, trials, share) == pytest.approx(
        stats.binomtest(count, trials, share).pvalue, rel=1e-8
    )


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("bonferroni", [0.08, 0.16, 0.24, 0.32, 0.4, 0.008, 1, 1]),
        ("holm", [0.07, 0.12, 0.15, 0.16, 0.16, 0.008, 0.4, 0.8]),
        ("hochberg", [0.07, 0.12, 0.15, 0.15, 0.15, 0.008, 0.4, 0.8]),
        ("bh", [0.04, 0.16 / 3, 0.06, 0.064, 0.2 / 3, 0.008, 1.6 / 7, 0.8]),
        ("none", P_VALUES),
    ],
)
def test_corrections_agree_with_r(correction, expected: list[float]) -> None:
    assert adjust_p_values(P_VALUES, correction=correction) == pytest.approx(expected, rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections_keep_order_and_range(p_values: list[float]) -> None:
    for correction in ("bonferroni", "holm", "hochberg", "bh", "by"):
        adjusted = adjust_p_values(p_values, correction=correction).tolist()
        pairs = zip(p_values, adjusted, strict=True)
        assert all(p <= q * (1 + 1e-12) <= 1 + 1e-12 for p, q in pairs)
        ordered = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
        assert ordered == sorted(ordered)


def test_ratings_of_shrout_and_fleiss() -> None:
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    found = intraclass_correlations(ratings)

    assert [round(v, 2) for v in (found.icc1, found.icc2, found.icc3)] == [0.17, 0.29, 0.71]
    assert [round(v, 2) for v in (found.icc1_k, found.icc2_k, found.icc3_k)] == [0.44, 0.62, 0.91]


def test_kappa_counts_agreement_beyond_chance() -> None:
    assert table_kappa([[20, 5], [10, 15]]) == pytest.approx(0.4)
    ordered = [[10, 5, 0], [5, 10, 5], [0, 5, 10]]
    linear = table_kappa(ordered, weights="linear")
    assert table_kappa(ordered) < linear < table_kappa(ordered, weights="quadratic")


@pytest.mark.parametrize(
    "call",
    [
        lambda: chi_square_test([[1, 2], [0, 0]]),
        lambda: chi_square_test([[1, 2]]),
        lambda: fisher_exact([[1, 2, 3], [1, 2, 3]]),
        lambda: share_difference((0, 0), (5, 5)),
        lambda: share_difference((6, 0), (5, 5)),
        lambda: rate_ratio((0, 0), (1, 1)),
        lambda: adjust_p_values([0.5, float("nan")]),
        lambda: intraclass_correlations([[1, 2]]),
        lambda: table_kappa([[1, 2, 3], [1, 2, 3]]),
        lambda: table_kappa([[5, 0], [0, 0]]),
    ],
)
def test_what_is_no_table_is_refused(call) -> None:
    with pytest.raises(BadInputError):
        call()
