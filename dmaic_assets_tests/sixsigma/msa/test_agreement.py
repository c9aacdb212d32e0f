"""Agreement of decisions: kappas, misses, false alarms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.msa.agreement import (
    appraise,
    cohen_kappa,
    detection_rates,
    fleiss_kappa,
)

LABELS = st.sampled_from("abc")


def test_misses_are_of_the_bad_and_false_alarms_of_the_good() -> None:
    is_defect = [True] * 10 + [False] * 40
    flagged = [True] * 8 + [False] * 2 + [True] * 4 + [False] * 36

    rates = detection_rates(flagged, is_defect)

    assert rates.miss.value == 0.2
    assert rates.false_alarm.value == 0.1
    assert rates.effectiveness.value == 44 / 50
    assert rates.miss.interval.holds(0.2)
    assert 0 < rates.kappa.value < 1


def test_without_defects_there_is_no_miss_rate() -> None:
    rates = detection_rates([False, True], [False, False])

    assert rates.miss.value is None
    assert rates.miss.interval is None
    assert rates.false_alarm.value == 0.5


@settings(deadline=None)
@given(st.lists(st.tuples(LABELS, LABELS), min_size=5, max_size=60))
def test_cohens_kappa_is_that_of_statsmodels(pairs: list) -> None:
    from statsmodels.stats import inter_rater

    first, second = zip(*pairs, strict=True)
    ours = cohen_kappa(first, second)

    table = [[pairs.count((a, b)) for b in "abc"] for a in "abc"]
    if ours.z is not None:
        with np.errstate(all="ignore"):
            theirs = inter_rater.cohens_kappa(table)
            z = theirs.kappa / theirs.std_kappa0
        assert ours.value == pytest.approx(theirs.kappa, abs=1e-12)
        assert ours.z == pytest.approx(z, abs=1e-6)


@settings(deadline=None)
@given(st.lists(st.lists(LABELS, min_size=4, max_size=4), min_size=3, max_size=40))
def test_fleiss_kappa_is_that_of_statsmodels(ratings: list) -> None:
    from statsmodels.stats import inter_rater

    ours = fleiss_kappa(ratings)

    table = [[item.count(label) for label in "abc"] for item in ratings]
    if ours.value is not None:
        assert ours.value == pytest.approx(inter_rater.fleiss_kappa(table), abs=1e-12)


def test_perfect_agreement_is_1_and_one_category_has_no_kappa() -> None:
    assert cohen_kappa("aabb", "aabb").value == 1
    assert cohen_kappa("aaa", "aaa").value is None
    assert fleiss_kappa([["a", "a"], ["b", "b"]]).value == 1
    assert fleiss_kappa([["a", "a"], ["a", "a"]]).value is None


def test_an_item_counts_only_when_every_trial_is_right() -> None:
    score = appraise([["ok", "ok"], ["ok", "bad"], ["bad", "bad"]], ["ok"] * 3, appraiser="A")

    assert score.within.count == 2
    assert score.effectiveness.count == 1


@pytest.mark.parametrize(
    "work",
    [
        lambda: cohen_kappa([], []),
        lambda: cohen_kappa("a", "ab"),
        lambda: fleiss_kappa([["a"], ["b"]]),
        lambda: fleiss_kappa([["a", "b"], ["b"]]),
        lambda: appraise([[]], ["ok"], appraiser="A"),
    ],
)
def test_what_cannot_be_compared_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
