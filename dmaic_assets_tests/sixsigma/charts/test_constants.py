import math

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.charts.constants import (
    c4,
    constants,
    d2_star,
    printed_factors,
    range_median,
)


@pytest.mark.parametrize(
    ("n", "d2"),
    [
        (2, 2 / math.sqrt(math.pi)),
        (3, 3 / math.sqrt(math.pi)),
        (4, 6 / math.sqrt(math.pi) * (0.5 + math.asin(1 / 3) / math.pi)),
    ],
)
def test_d2_is_exact_where_it_has_a_closed_form(n, d2):
    assert constants(n).d2 == pytest.approx(d2, rel=1e-13)


def test_d3_of_two_follows_from_the_half_normal_law():
    assert constants(2).d3 == pytest.approx(math.sqrt(2 - 4 / math.pi), rel=1e-12)


def test_the_shipped_seven_digit_d3_stays_near_the_exact_one():
    away = [abs(constants(n, "table3").d3 - constants(n).d3) for n in range(2, 51)]

    assert 0 < max(away) < 1.3e-5


def test_table_constants_round_d2_to_three_decimals():
    printed = {2: 1.128, 5: 2.326, 10: 3.078, 25: 3.931}

    assert {n: constants(n, "table3").d2 for n in printed} == printed


def test_books_print_these_factors_for_five():
    shown = printed_factors(5)

    assert (shown["A2"], shown["A3"], shown["B4"], shown["D4"]) == (0.577, 1.427, 2.089, 2.114)
    assert printed_factors(2)["E2"] == 2.660


def test_lower_factors_are_zero_for_small_samples():
    assert constants(6).factors["D3"] == 0 < constants(7).factors["D3"]
    assert constants(5).factors["B3"] == 0 < constants(6).factors["B3"]


def test_c4_tends_to_one_and_d2_star_to_d2():
    assert 1 - c4(10_000) < 3e-5
    assert d2_star(10**9, 5) == pytest.approx(constants(5).d2, rel=1e-9)


def test_the_median_range_of_two_is_the_root_of_two_times_the_quartile():
    assert range_median(2) == pytest.approx(0.953872552408939747, rel=1e-14)
    assert range_median(3) == pytest.approx(1.5877877504463467, rel=1e-9)


def test_a_sample_of_one_has_no_range():
    with pytest.raises(BadInputError, match="1 has no range"):
        constants(1)
