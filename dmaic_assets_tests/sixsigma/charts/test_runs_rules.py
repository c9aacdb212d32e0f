"""Runs rules, with the bugs that other packages were measured to have (docs: six sigma)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.charts.runs_rules import (
    NELSON,
    WESTERN_ELECTRIC,
    RuleOptions,
    apply_rules,
)

FULL = RuleOptions(partial_windows=False)
series = st.lists(
    st.sampled_from([-3.5, -2.5, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 3.5]), max_size=60
)


def points(x, rule, options=None):
    signals = apply_rules(np.array(x, float), 0.0, 1.0, rules=[rule], options=options)
    return [point + 1 for point in signals.points(rule)]


def test_two_of_three_is_two_and_not_three():
    assert points([2.1, 0.0, 2.2], "nelson5") == [3]


def test_two_of_three_counts_when_the_third_is_on_the_other_side():
    assert points([2.1, -2.5, 2.2], "nelson5") == [3]


def test_six_rising_points_are_a_trend_and_five_are_not():
    assert points([1, 2, 3, 4, 5, 6], "nelson3") == [6]
    assert points([1, 2, 3, 4, 5], "nelson3") == []


def test_equal_neighbours_break_a_trend_and_do_not_count_as_falling():
    assert points([6, 5, 5, 4, 3, 2, 1], "nelson3") == []
    assert points([1, 1, 1, 1, 1, 1, 1], "nelson3") == []


def test_a_point_on_the_centre_line_is_on_neither_side():
    assert points([0.5] * 4 + [0.0] + [0.5] * 8, "nelson2") == []
    assert points([0.0] * 12, "we4") == []


def test_every_rule_of_a_point_is_kept():
    signals = apply_rules(np.array([2.5] * 8 + [3.5]), 0.0, 1.0)

    assert signals.at(8) == ("nelson1", "nelson2", "nelson5", "nelson6")


def test_old_points_are_judged_as_the_newest_are():
    old = [4.0, *[0.3, -0.3] * 40]

    assert points(old, "nelson1") == [1]


def test_only_the_completing_point_signals_and_not_the_whole_window():
    assert points([0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.2], "nelson3") == [6]


def test_the_first_complete_window_is_tested():
    assert points([0.5] * 9 + [-0.5], "nelson2") == [9]
    assert points([0.2, -0.2] * 7, "nelson4") == [14]
    assert points([0.5] * 15, "nelson7") == [15]


def test_a_run_of_seven_is_not_eight():
    assert points([0.5] * 7, "we4") == []
    assert points([0.5] * 8, "we4") == [8]


def test_runs_go_on_where_limits_vary():
    sigma = np.array([1.0, 2.0] * 5)
    signals = apply_rules(np.full(10, 0.5), 0.0, sigma, rules=["nelson2"])

    assert signals.points("nelson2") == [8, 9]


def test_rule_eight_wants_both_sides_unless_told_otherwise():
    assert points([1.5] * 8, "nelson8") == []
    assert points([1.5] * 8, "nelson8", RuleOptions(either_side=True)) == [8]
    assert points([1.5] * 7 + [-1.5], "nelson8") == [8]


def test_three_sigma_itself_is_inside():
    assert points([3.0, -3.0, np.nextafter(3.0, 4.0)], "nelson1") == [3]


def test_two_points_in_the_zone_may_fire_before_there_are_three():
    assert points([2.1, 2.2], "nelson5") == [2]
    assert points([2.1, 2.2], "nelson5", FULL) == []


@pytest.mark.parametrize(
    ("rule", "x"),
    [
        ("nelson2", [0.5] * 5 + [np.nan] + [0.5] * 5),
        ("nelson3", [1, 2, 3, np.nan, 4, 5, 6]),
        ("nelson5", [2.5, np.nan, 2.5]),
        ("nelson7", [0.1] * 8 + [np.nan] + [0.1] * 8),
    ],
)
def test_a_gap_cuts_runs(rule, x):
    assert points(x, rule) == []


def test_a_gap_does_not_hide_what_comes_after_it():
    assert points([np.nan, 2.5, 2.5], "nelson5") == [3]
    assert points([np.nan, *[0.5] * 9], "nelson2") == [10]


def test_windows_may_be_held_against_the_zones_of_their_last_point():
    x, sigma = np.array([1.5, 0.0, 4.0]), np.array([2.0, 1.0, 0.5])
    last = RuleOptions(window_zones="last")

    assert apply_rules(x, 0.0, sigma, rules=["nelson5"]).points("nelson5") == []
    assert apply_rules(x, 0.0, sigma, rules=["nelson5"], options=last).points("nelson5") == [2]


def test_an_unknown_rule_is_refused_by_name():
    with pytest.raises(BadInputError, match="'nelson9' is none"):
        apply_rules(np.zeros(3), 0.0, 1.0, rules=["nelson9"])


@given(series, st.sampled_from(NELSON + WESTERN_ELECTRIC), st.booleans())
def test_turning_a_chart_upside_down_moves_no_signal(x, rule, partial):
    options = RuleOptions(partial_windows=partial)

    assert points(x, rule, options) == points([-v for v in x], rule, options)


@given(series, st.sampled_from(NELSON))
def test_a_chart_is_judged_alike_alone_and_among_others(x, rule):
    alone = points(x, rule)
    table = np.array([x, x[::-1]], float).reshape(2, len(x))
    both = apply_rules(table, 0.0, 1.0, rules=[rule])

    assert [int(i) + 1 for i in np.flatnonzero(both.flags[0, 0])] == alone


@given(series, st.sampled_from(NELSON + WESTERN_ELECTRIC))
def test_later_points_change_no_earlier_signal(x, rule):
    assert points(x[:30], rule) == [p for p in points(x, rule) if p <= 30]
