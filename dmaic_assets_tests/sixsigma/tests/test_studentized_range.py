import math

import pytest
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.studentized_range import (
    studentized_range_quantile,
    studentized_range_tail,
)


@pytest.mark.parametrize("df", [0.5, 1, 2.5, 7, 40, 1000])
@pytest.mark.parametrize("q", [0.2, 1, 5, 12, 30])
def test_two_groups_make_a_t_test_to_the_end_of_its_tail(q: float, df: float) -> None:
    expected = 2 * stats.t.sf(q / math.sqrt(2), df)

    if expected > 1e-40:
        assert studentized_range_tail(q, 2, df) == pytest.approx(expected, rel=1e-10)


def test_tails_agree_with_long_arithmetic() -> None:
    # By mpmath quadrature at 25 digits.
    assert studentized_range_tail(14.88, 3, 86.5) == pytest.approx(1.12566801823612e-16, rel=1e-10)
    assert studentized_range_tail(10, 3, 5) == pytest.approx(0.00204617876669983, rel=1e-12)


def test_a_quantile_has_its_tail() -> None:
    q = studentized_range_quantile(0.95, 3, 12)

    assert q == pytest.approx(3.7729289, abs=1e-6)
    assert studentized_range_tail(q, 3, 12) == pytest.approx(0.05, rel=1e-9)
    assert studentized_range_tail(0, 3, 12) == 1


def test_what_has_no_distribution_is_refused() -> None:
    with pytest.raises(BadInputError):
        studentized_range_tail(1, 1, 5)
    with pytest.raises(BadInputError):
        studentized_range_quantile(1.0, 3, 5)
