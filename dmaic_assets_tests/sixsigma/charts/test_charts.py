import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.charts.constants import constants
from dmaic_assets.sixsigma.charts.counts import (
    g_chart,
    laney_p_chart,
    np_chart,
    p_chart,
    t_chart,
    u_chart,
)
from dmaic_assets.sixsigma.charts.measures import (
    individuals_chart,
    moving_range_chart,
    range_chart,
    sd_chart,
    xbar_chart,
)
from dmaic_assets.sixsigma.charts.memory import cusum_chart, ewma_chart
from dmaic_assets.sixsigma.charts.model import ChartOptions, Exclusion
from dmaic_assets.sixsigma.charts.multivariate import t2_baseline, t2_chart
from dmaic_assets.sixsigma.charts.phases import control_chart, freeze, later_points
from dmaic_assets.sixsigma.charts.runs_rules import RuleOptions

# NIST/SEMATECH e-Handbook 6.3.2.2 (individuals) and 6.3.3.1 (wafer defects), public domain.
NIST_FLOW = np.array([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
NIST_WAFERS = np.array(
    [
        "16",
        "14",
        "28",
        "16",
        "12",
        "20",
        "10",
        "12",
        "10",
        "17",
        "19",
        "17",
        "14",
        "16",
        "15",
        "13",
        "14",
        "16",
        "11",
        "20",
        "11",
        "19",
        "16",
        "31",
        "13",
    ],
    dtype=float,
)
# Montgomery, Introduction to Statistical Quality Control, table 9.1.
TABLE_91 = np.array(
    [
        "9.45",
        "7.99",
        "9.29",
        "11.66",
        "12.16",
        "10.18",
        "8.04",
        "11.46",
        "9.2",
        "10.34",
        "9.03",
        "11.47",
        "10.51",
        "9.4",
        "10.08",
        "9.37",
        "10.62",
        "10.31",
        "8.52",
        "10.84",
        "10.9",
        "9.33",
        "12.29",
        "11.5",
        "10.6",
        "11.08",
        "10.38",
        "11.62",
        "11.31",
        "10.52",
    ],
    dtype=float,
)
SUBGROUPS = np.array([[1.0, 2, 4], [2, 2, 3], [0, 3, 5], [1, 1, 2]])


def test_individuals_have_the_limits_that_nist_prints():
    chart = individuals_chart(NIST_FLOW, ChartOptions(constants="table3"))

    assert chart.ucl[0] == pytest.approx(55.8041, abs=5e-5)
    assert chart.lcl[0] == pytest.approx(45.8159, abs=5e-5)
    assert chart.limits.sigma.method == "mr"


def test_exact_constants_move_the_limit_by_what_the_table_rounds():
    chart = individuals_chart(NIST_FLOW)

    assert chart.ucl[0] == pytest.approx(55.8024, abs=5e-5)


def test_counts_have_the_limits_that_nist_prints():
    chart = control_chart("c", NIST_WAFERS, options=ChartOptions(limits="sigma"))

    assert (chart.center[0], chart.lcl[0], chart.ucl[0]) == (16, 4, 28)
    assert chart.beyond_limits == [23]


def test_a_far_point_is_found_although_its_own_z_score_cannot_reach_three():
    x = np.array([10.1, 9.9, 10.0, 10.2, 9.8, 10.1, 9.9, 10.0, 10.1, 14.0])
    z = abs(x - x.mean()) / x.std(ddof=1)

    assert z.max() < 3  # (n - 1)/sqrt(n) = 2.85 at most
    assert individuals_chart(x).beyond_limits == [9]


def test_xbar_limits_are_a2_times_the_mean_range():
    chart = xbar_chart(SUBGROUPS)
    mean_range = np.array([3, 1, 5, 1]).mean()

    reach = constants(3).factors["A2"] * mean_range
    assert chart.ucl[0] - chart.center[0] == pytest.approx(reach, rel=1e-12)


def test_range_and_sd_limits_follow_their_factors():
    ranges, sds = range_chart(SUBGROUPS), sd_chart(SUBGROUPS)
    factors = constants(3).factors

    assert ranges.ucl[0] == pytest.approx(factors["D4"] * 2.5, rel=1e-12)
    assert sds.ucl[0] == pytest.approx(factors["B4"] * sds.center[0], rel=1e-12)
    assert ranges.lcl[0] == sds.lcl[0] == 0


def test_spread_charts_apply_no_zone_rules_unless_asked():
    assert range_chart(SUBGROUPS).signals.rules == ("nelson1",)
    assert moving_range_chart(NIST_FLOW).signals.rules == ("nelson1",)


def test_each_point_has_the_limits_of_its_own_size():
    data = np.array([[1.0, 2, 3, 4], [2, 3, np.nan, np.nan], [1, 4, 2, np.nan]])
    chart = xbar_chart(data)

    reach = chart.ucl - chart.center
    assert reach * np.sqrt([4, 2, 3]) == pytest.approx(np.full(3, reach[0] * 2))


def test_the_zones_of_the_last_point_hold_counts_and_not_shares():
    defects = np.array([9.0, 10, 11, 30, 32, 19, 10, 9, 11, 10])
    sizes = np.array([100.0, 100, 100, 300, 310, 100, 100, 100, 100, 100])
    zones = RuleOptions(partial_windows=False, window_zones="last")
    options = ChartOptions(limits="sigma", rules=("nelson5",), rule_options=zones)

    assert np.flatnonzero(np_chart(defects, sizes, options).signals.flags[0]).tolist() == [5]
    assert not p_chart(defects, sizes, options).signals.flags.any()


def test_a_missing_subgroup_is_a_gap_and_nothing_else_changes():
    gap = np.vstack([SUBGROUPS[:2], np.full((1, 3), np.nan), SUBGROUPS[2:]])
    whole, gapped = xbar_chart(SUBGROUPS), xbar_chart(gap)

    assert np.isnan(gapped.statistics[2]) and np.isnan(gapped.ucl[2])
    assert gapped.center[0] == whole.center[0]
    assert gapped.limits.sigma == whole.limits.sigma


def test_the_centre_of_proportions_is_the_pooled_share():
    chart = p_chart(np.array([1.0, 9.0]), np.array([10.0, 30.0]))

    assert chart.center[0] == 0.25


def test_rare_defects_get_limits_of_quantiles():
    sizes = np.full(20, 1000.0)
    chart = p_chart(np.ones(20), sizes)

    assert chart.ucl[0] * 1000 == 5  # P(X > 5) = .0006 <= .00135 < P(X > 4)
    normal = p_chart(np.ones(20), sizes, ChartOptions(limits="sigma"))
    assert normal.ucl[0] * 1000 == pytest.approx(1 + 3 * (0.999**0.5), rel=1e-12)


def test_laney_limits_follow_the_spread_between_points():
    rng = np.random.default_rng(5)
    n = np.full(200, 100_000.0)
    shares = np.clip(rng.normal(0.05, 0.005, 200), 0, 1)
    defects = rng.binomial(100_000, shares).astype(float)

    plain, laney = p_chart(defects, n), laney_p_chart(defects, n)
    assert len(plain.beyond_limits) > 50 > 5 > len(laney.beyond_limits)
    assert laney.limits.sigma.method == "laney"


def test_more_defective_units_than_units_are_refused():
    with pytest.raises(BadInputError, match="more defective units than units"):
        p_chart(np.array([5.0]), np.array([4.0]))


def test_a_g_chart_keeps_its_limits_around_the_mean_when_the_median_is_drawn():
    gaps = np.array([1.0, 2, 3, 30])

    chart = g_chart(gaps, center_line="median")
    assert chart.center[0] == 2.5
    assert chart.ucl[0] == pytest.approx(9 + 3 * (9 * 10) ** 0.5)


def test_times_between_events_have_positive_limits_around_their_centre():
    times = np.random.default_rng(2).exponential(10, 200)
    chart = t_chart(times)

    assert 0 <= chart.lcl[0] < chart.center[0] < chart.ucl[0]
    assert len(chart.beyond_limits) <= 3


def test_an_excluded_point_is_plotted_but_not_estimated_from():
    x = np.append(NIST_FLOW, 90.0)
    chart = individuals_chart(x, ChartOptions(excluded=(Exclusion(10, "valve stuck"),)))

    assert chart.limits.center == individuals_chart(NIST_FLOW).limits.center
    assert chart.beyond_limits == [10]
    assert chart.limits.excluded[0].reason == "valve stuck"


def test_a_point_is_never_left_out_without_a_reason():
    with pytest.raises(BadInputError, match="no reason"):
        Exclusion(3, " ")


def test_phase_two_is_judged_by_frozen_limits_of_phase_one():
    frozen = freeze(individuals_chart(NIST_FLOW), day="2026-11-25")

    later = later_points(frozen, np.array([50.0, 60.0]))
    assert later.beyond_limits == [1]
    assert later.limits.digest == frozen.digest == individuals_chart(NIST_FLOW).limits.digest
    assert frozen.n_points == 10


def test_the_digest_tells_other_limits_apart():
    frozen = individuals_chart(NIST_FLOW).limits

    assert frozen.digest != individuals_chart(NIST_FLOW[1:]).limits.digest


def test_limits_of_another_kind_are_refused():
    frozen = individuals_chart(NIST_FLOW).limits

    with pytest.raises(BadInputError, match="limits of a i chart"):
        control_chart("c", NIST_WAFERS, options=ChartOptions(baseline=frozen))


def test_montgomerys_ewma_and_cusum_signal_at_29_and_30():
    ewma = ewma_chart(TABLE_91, center=10.0, sigma=1.0, smoothing=0.1, width=2.7)
    cusum = cusum_chart(TABLE_91, center=10.0, sigma=1.0, reference=0.5, decision=5.0)

    assert np.flatnonzero(ewma.signals).tolist() == [28, 29]
    assert np.flatnonzero(cusum.signals_up).tolist() == [28, 29]
    assert not cusum.signals_down.any()


def test_time_varying_ewma_limits_start_narrow_and_reach_the_steady_ones():
    args = {"center": 0.0, "sigma": 1.0, "smoothing": 0.3, "width": 3.0}
    growing = ewma_chart(np.zeros(60), **args)
    steady = ewma_chart(np.zeros(60), **args, steady=True)

    assert growing.ucl[0] == pytest.approx(0.9)
    assert steady.ucl[0] / growing.ucl[0] == pytest.approx(1 / (1 - 0.49) ** 0.5)
    assert growing.ucl[-1] == pytest.approx(steady.ucl[-1])


def test_charts_with_memory_carry_over_gaps():
    x = np.array([1.0, np.nan, 1.0])
    ewma = ewma_chart(x, center=0.0, sigma=1.0, smoothing=0.5)
    cusum = cusum_chart(x, center=0.0, sigma=1.0)

    assert ewma.smoothed[[0, 2]].tolist() == [0.5, 0.75]
    assert cusum.upper[[0, 2]].tolist() == [0.5, 1.0]
    assert np.isnan(ewma.smoothed[1]) and np.isnan(cusum.upper[1])


def test_a_long_cusum_is_the_recursion():
    x = np.random.default_rng(3).normal(size=6000)
    chart = cusum_chart(x, center=0.0, sigma=1.0, head_start=2.0)

    up, expected = 2.0, []
    for value in x:
        up = max(0.0, up + value - 0.5)
        expected.append(up)
    assert np.abs(chart.upper - expected).max() < 1e-10


def test_t2_of_independent_measures_is_the_sum_of_squares():
    rng = np.random.default_rng(4)
    data = rng.normal(size=(400, 1, 2))
    chart = t2_chart(data, baseline=t2_baseline(data))

    plain = (data[:, 0] ** 2).sum(axis=1)
    assert np.corrcoef(chart.statistics, plain)[0, 1] > 0.99
    assert chart.phase_two_ucl > chart.ucl


def test_a_singular_covariance_is_refused():
    same = np.repeat(np.arange(12.0).reshape(12, 1, 1), 2, axis=2)

    with pytest.raises(BadInputError, match="singular"):
        t2_chart(same)


@given(
    st.lists(st.integers(-1000, 1000), min_size=5, max_size=30).filter(lambda v: len(set(v)) > 1),
    st.sampled_from([0.5, 2.0, 1024.0]),
    st.integers(-64, 64),
)
def test_a_chart_in_other_units_signals_at_the_same_points(values, scale, shift):
    x = np.array(values, float)

    here, there = individuals_chart(x), individuals_chart(x * scale + shift * scale)
    assert there.ucl == pytest.approx(here.ucl * scale + shift * scale, rel=1e-9, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 99)), min_size=3, max_size=20))
def test_limits_of_shares_stay_within_zero_and_one(pairs):
    defects, sizes = np.array(pairs, float).T

    chart = p_chart(defects, sizes)
    assert (chart.lcl >= 0).all() and (chart.ucl <= 1).all()
    assert (u_chart(defects, sizes).lcl >= 0).all()
