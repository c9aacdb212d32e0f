"""Intervals from few files: what they promise of history and of chance."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dmaic_assets.history.tolerance import interval, level_ahead, rare_upper

COUNTS = st.lists(st.integers(1, 100_000), min_size=3, max_size=40)


@given(COUNTS, st.sampled_from(["plain", "log"]))
@settings(max_examples=50, deadline=None)
def test_history_itself_is_always_inside(counts: list[int], scale: str) -> None:
    x = np.array(counts, dtype=np.float64)

    found = interval(x, 0.01, scale=scale)  # type: ignore[arg-type]

    assert found.low <= x.min() * (1 + 1e-9)
    assert found.high >= x.max() * (1 - 1e-9)


@given(st.lists(st.floats(0.001, 0.999), min_size=3, max_size=30))
@settings(max_examples=50, deadline=None)
def test_bounds_of_shares_are_shares(shares: list[float]) -> None:
    for scale in ("logit", "arcsine"):
        found = interval(np.array(shares), 0.01, scale=scale)  # type: ignore[arg-type]

        assert 0 <= found.low <= found.high <= 1


@given(COUNTS)
@settings(max_examples=50, deadline=None)
def test_fewer_false_alarms_need_wider_bounds(counts: list[int]) -> None:
    x = np.array(counts, dtype=np.float64)

    strict, lenient = interval(x, 0.2), interval(x, 0.0001)

    assert lenient.high - lenient.low >= (strict.high - strict.low) * (1 - 1e-12)


@pytest.mark.parametrize("files", [5, 10, 30])
def test_normal_files_fall_outside_no_more_often_than_asked(files: int) -> None:
    rng = np.random.default_rng(files)
    draws = rng.normal(100, 10, (1_500, files + 1))

    outside = 0
    for row in draws:
        found = interval(row[:-1], 0.01)
        outside += not found.low <= row[-1] <= found.high

    assert outside / len(draws) <= 0.02


def test_files_that_depend_on_each_other_count_for_fewer() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, 40)
    wave = np.sin(np.arange(40) / 6) * 3 + noise * 0.3

    assert interval(wave, 0.01).effective < 15
    assert interval(noise, 0.01).effective > 25


def test_a_trend_may_go_on() -> None:
    x = np.arange(30) * 10.0 + 100

    found = interval(x, 0.01)

    assert found.high > 10 * 60 + 100
    assert found.low < 100


def test_a_burst_in_history_widens_its_own_side_only() -> None:
    calm = np.array([10.0, 11, 9, 10, 12, 10, 9, 11, 10, 10, 11, 9])
    burst = np.append(calm, 40.0)

    found = interval(burst, 0.01)

    assert found.high > 50
    assert found.centre - found.low < found.high - found.centre


def test_a_constant_history_still_leaves_room() -> None:
    found = interval(np.full(30, 500.0), 0.001, scale="log", floor=0.07)

    assert 300 < found.low < 450
    assert 550 < found.high < 800


def test_a_rate_never_seen_is_about_its_rule_of_three() -> None:
    assert rare_upper(0, 1000) == pytest.approx(0.000693, rel=0.01)
    assert rare_upper(0, 1000, confidence=0.95) == pytest.approx(0.003, rel=0.01)
    assert rare_upper(0, 0) == 1.0


def test_files_that_follow_one_another_leave_more_room_than_independent_ones() -> None:
    steps = np.random.default_rng(5).normal(0, 1, 30)
    walk = 100 + np.cumsum(steps)

    shuffled = interval(np.random.default_rng(6).permutation(walk), 1e-4)
    in_order = interval(walk, 1e-4)

    assert in_order.effective < shuffled.effective
    assert in_order.multiplier > shuffled.multiplier


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=40),
    st.floats(-1e6, 1e6),
    st.floats(0.01, 100),
)
@example([3.0, 0.0, 0.0, 0.0, 419521.0, 0.0, 2.0, 0.0], 0.0, 0.01)
def test_a_predicted_level_holds_history_and_moves_with_it(
    levels: list[float], shift: float, scale: float
) -> None:
    x = np.array(levels, dtype=np.float64)
    found = level_ahead(x, 1e-3, files=60, floor=1.0)
    moved = level_ahead((scale * x + shift).astype(np.float64), 1e-3, files=60, floor=scale)
    near = 1e-6 * (float(x.max() - x.min()) + 1) * scale + 1e-6 * abs(shift)

    assert found.low <= x.min()
    assert found.high >= x.max()
    assert moved.low == pytest.approx(scale * found.low + shift, abs=near, rel=1e-6)
    assert moved.high == pytest.approx(scale * found.high + shift, abs=near, rel=1e-6)


def test_a_counter_that_goes_on_stays_within_its_predicted_level() -> None:
    rng = np.random.default_rng(4)
    x = rng.poisson(200, 90).cumsum().astype(np.float64)
    found = level_ahead(x[:30], 1e-3, files=60, floor=1.0)

    assert found.high < 3 * (x[-1] - x[0])
    assert all(found.low <= level <= found.high for level in x[30:])


def test_values_far_from_zero_have_the_bounds_of_the_same_values_near_it() -> None:
    near = np.array([0.0] * 7 + [0.88] + [0.0] * 3)
    far = near + 361_791.27759268344

    ours, theirs = (interval(x, 1e-3, floor=0.01) for x in (near, far))

    assert theirs.worst == pytest.approx(ours.worst, rel=1e-6)
    assert theirs.multiplier == pytest.approx(ours.multiplier, rel=1e-6)
