"""Run lengths against published tables, and against each other."""

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.charts.runs_rules import NELSON
from dmaic_assets_tests.oracle.estimated_lengths import (
    autocorrelated_arl,
    conditional_lengths,
    guaranteed_width,
)
from dmaic_assets_tests.oracle.integral_lengths import (
    cusum_arl,
    cusum_decision,
    ewma_arl,
    ewma_width,
    shewhart_arl,
)
from dmaic_assets_tests.oracle.run_lengths import runs_arl, simulated_run_length

# Montgomery, tables 9.3, 9.5 and 9.11; Champ & Woodall 1987.
CUSUM_H5 = {0: 465, 0.5: 38.0, 1: 10.4, 1.5: 5.75, 2: 4.01, 3: 2.57, 4: 2.01}
FIR_H5 = {0: 430, 0.5: 28.7, 1: 6.35, 2: 2.36, 3: 1.54, 4: 1.16}
EWMA_01 = {0: 500, 0.5: 31.3, 1: 10.3, 2: 4.4, 3: 2.9, 4: 2.2}
RUNS = {"1": 370.4, "12": 225.44, "13": 166.05, "14": 152.73, "1234": 91.75}


def test_a_three_sigma_chart_alarms_once_in_370_points():
    assert shewhart_arl() == pytest.approx(370.398, abs=5e-4)
    assert shewhart_arl(shift=1.0, n=4) == shewhart_arl(shift=2.0)


@pytest.mark.parametrize(("shift", "length"), CUSUM_H5.items())
def test_cusum_lengths_are_those_of_the_books(shift, length):
    ours = cusum_arl(reference=0.5, decision=5, shift=shift)

    assert ours == pytest.approx(length, rel=2.5e-3, abs=0.005)


@pytest.mark.parametrize(("shift", "length"), FIR_H5.items())
def test_a_head_start_shortens_as_lucas_and_crosier_print(shift, length):
    ours = cusum_arl(reference=0.5, decision=5, shift=shift, head_start=2.5)

    assert ours == pytest.approx(length, rel=2e-3, abs=0.005)


@pytest.mark.parametrize(("shift", "length"), EWMA_01.items())
def test_ewma_lengths_are_those_of_lucas_and_saccucci(shift, length):
    assert ewma_arl(smoothing=0.1, width=2.814, shift=shift) == pytest.approx(length, rel=1.2e-2)


def test_widths_for_a_wanted_length_give_it_back():
    width = ewma_width(smoothing=0.2, arl0=370.4)
    decision = cusum_decision(reference=0.5, arl0=370.4)

    assert width == pytest.approx(2.8593, abs=5e-5)
    assert decision == pytest.approx(4.7749, abs=5e-5)
    assert ewma_arl(smoothing=0.2, width=width) == pytest.approx(370.4, rel=1e-8)


def test_an_ewma_without_memory_is_a_shewhart_chart():
    assert ewma_arl(smoothing=1.0, width=3.0, shift=0.7) == shewhart_arl(shift=0.7)


def test_growing_limits_see_a_shift_at_the_start_sooner():
    fixed = ewma_arl(smoothing=0.1, width=2.7, shift=1.5)
    growing = ewma_arl(smoothing=0.1, width=2.7, shift=1.5, time_varying=True)

    assert growing == pytest.approx(3.88284, rel=1e-5)
    assert growing < fixed


@pytest.mark.parametrize(("rules", "length"), RUNS.items())
def test_runs_rules_have_the_lengths_of_champ_and_woodall(rules, length):
    assert runs_arl([f"we{digit}" for digit in rules]) == pytest.approx(length, abs=0.005)


def test_all_four_rules_see_one_sigma_in_nine_points():
    assert runs_arl(["we1", "we2", "we3", "we4"], shift=1.0) == pytest.approx(9.22, abs=0.005)


def test_single_rules_follow_from_coins():
    assert runs_arl(["nelson2"]) == pytest.approx(2**9 - 1, rel=1e-9)
    assert runs_arl(["we4"]) == pytest.approx(2**8 - 1, rel=1e-9)


def test_the_chain_and_the_simulation_agree():
    rules = ["nelson1", "nelson5", "nelson6", "nelson7", "nelson8"]
    simulated = simulated_run_length(rules, rng=np.random.default_rng(1), charts=4000)

    exact = runs_arl(rules)
    assert abs(simulated.mean - exact) < 4 * simulated.standard_error


def test_all_eight_rules_alarm_after_73_points():
    simulated = simulated_run_length(NELSON, rng=np.random.default_rng(2), charts=6000)

    assert abs(simulated.mean - 73.47) < 4 * simulated.standard_error


def test_rules_that_look_at_values_have_no_chain():
    with pytest.raises(BadInputError, match="nelson3"):
        runs_arl(["nelson1", "nelson3"])


def test_a_head_start_beyond_the_decision_interval_is_refused():
    with pytest.raises(BadInputError, match="head start 6"):
        cusum_arl(reference=0.5, decision=5, head_start=6)


def test_autocorrelation_ruins_the_length_of_an_individuals_chart():
    lengths = [autocorrelated_arl(phi) for phi in (0.0, 0.4, 0.6, 0.8)]

    assert lengths == pytest.approx([370.4, 54, 22, 10], rel=0.05)


def test_limits_from_few_points_give_lengths_all_over_the_place():
    few = conditional_lengths(14, rng=np.random.default_rng(3), charts=20_000)
    many = conditional_lengths(1000, rng=np.random.default_rng(3), charts=4000)

    assert np.quantile(few, [0.1, 0.5]) == pytest.approx([22, 238], rel=0.1)
    assert np.quantile(many, [0.1, 0.5]) == pytest.approx([259, 368], rel=0.05)


def test_a_guaranteed_width_holds_for_nine_charts_in_ten():
    width = guaranteed_width(25, arl0=370.4, rng=np.random.default_rng(4), charts=8000)

    lengths = conditional_lengths(25, width=width, rng=np.random.default_rng(5), charts=8000)
    assert np.mean(lengths >= 370.4) == pytest.approx(0.9, abs=0.015)
    assert width > 3
