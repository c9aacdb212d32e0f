"""The stop rules: sequences with known ends, and slow noisy decays."""

import numpy as np
import pytest

from dmaic_assets.process.recursion.plateau import CyclePoint, Stop, decide_stop, plateau
from dmaic_assets.settings.phases import (
    BudgetRule,
    PlateauRule,
    RecursionSettings,
    TargetRule,
    WindowRule,
)


def points(values: list[float | None], *, elapsed_s: float = 0.0) -> list[CyclePoint]:
    return [CyclePoint({"sigma": v}, elapsed_s=elapsed_s) for v in values]


def decided(values: list[float | None], *rules: object, most: int = 50) -> Stop:
    settings = RecursionSettings(max_iterations=most, stop_rules=tuple(rules))  # pyright: ignore
    return decide_stop(points(values), settings)


WINDOW = WindowRule(name="metric_improvement_plateau", min_delta=0.01, window=3)


@pytest.mark.parametrize(
    ("values", "stops"),
    [
        ([1.0, 1.0, 1.0], False),
        ([1.0, 1.0, 1.0, 1.0], True),
        ([1.0, 1.009, 1.018, 1.027], False),
        ([2.0, 1.0, 1.0, 1.0, 1.0], True),
        ([1.0, 1.0, None, 1.0], False),
        ([1.0, 1.0, 1.0, None], False),
    ],
)
def test_the_windowed_rule_of_the_original(values: list[float | None], stops: bool) -> None:
    assert decided(values, WINDOW).is_stop is stops


@pytest.mark.parametrize(
    ("values", "stops"),
    [
        ([2.0], False),
        ([2.0, 2.6, 3.4], False),
        ([2.0, 2.6, 3.4, 3.4], False),
        ([2.0, 2.6, 3.4, 3.4, 3.4], True),
        ([3.0, 2.9, 3.0], True),
        ([2.0, 2.03, 2.06, 2.09], False),
        ([None, None], False),
        ([2.0, None, None], True),
    ],
)
def test_patience_counts_runs_without_a_new_best(values: list[float | None], stops: bool) -> None:
    assert plateau(points(values), PlateauRule()).is_stop is stops


def decay(rate: float, noise: float, delta: float, gain: float, rng: np.random.Generator) -> int:
    """How many runs after the last one worth its while the rule stops (negative: too early)."""
    true = [gain * (1 - rate**k) for k in range(60)]
    ideal = next(k for k in range(59) if true[k + 1] - true[k] < delta)
    rule = PlateauRule(min_delta=delta)
    seen: list[CyclePoint] = []
    for k, value in enumerate(true):
        noisy = value + rng.normal(0, noise)
        seen.append(CyclePoint({"sigma": noisy}, {"sigma": noise}))
        if plateau(seen, rule).is_stop:
            return k - ideal
    return 60 - ideal


@pytest.mark.parametrize("rate", [0.8, 0.9])
def test_a_slow_noisy_decay_is_stopped_neither_early_nor_late(rate: float) -> None:
    rng = np.random.default_rng(7)
    delays = np.array([decay(rate, 0.003, 0.002, 0.3, rng) for _ in range(40)])

    assert (delays < 0).mean() <= 0.05
    assert (delays > 3).mean() <= 0.1


def test_runs_over_the_same_rows_stop_by_patience_however_uncertain_their_level_is() -> None:
    same = [CyclePoint({"sigma": 4.2}, {"sigma": 0.3}) for _ in range(3)]

    assert not plateau(same[:2], PlateauRule()).is_stop
    assert plateau(same, PlateauRule()).is_stop


def test_what_the_newest_run_promoted_is_seen_before_a_plateau_is_told() -> None:
    flat = points([4.0] * 6)
    promoting = [*flat[:-1], CyclePoint({"sigma": 4.0, "promoted": 2.0})]
    settings = RecursionSettings(max_iterations=50, stop_rules=(PlateauRule(),))

    assert decide_stop(flat, settings).is_stop
    waits = decide_stop(promoting, settings)
    assert (waits.is_stop, "promoted 2 changes" in waits.reason) == (False, True)
    assert decide_stop([*promoting, flat[-1]], settings).is_stop
    bounded = RecursionSettings(max_iterations=6, stop_rules=(PlateauRule(),))
    assert decide_stop(promoting, bounded).rule == "max_iterations"


def test_runs_without_the_metric_are_not_repeated_for_ever() -> None:
    settings = RecursionSettings(max_iterations=50, stop_rules=(PlateauRule(),))

    stops = [decide_stop(points([None] * runs), settings).is_stop for runs in (1, 2, 3)]

    assert stops == [False, False, True]


def test_a_target_stops_as_soon_as_it_is_reached() -> None:
    rule = TargetRule(name="target", at_least=4.5)

    assert not decided([3.0, 4.4], rule).is_stop
    assert decided([3.0, 4.5], rule).rule == "target"


def test_a_budget_stops_when_it_is_spent() -> None:
    settings = RecursionSettings(stop_rules=(BudgetRule(name="budget", max_elapsed_s=10),))

    assert not decide_stop(points([1.0], elapsed_s=6), settings).is_stop
    assert decide_stop(points([1.0, 2.0], elapsed_s=6), settings).is_stop


def test_the_number_of_runs_is_bounded() -> None:
    found = decided([1.0, 2.0, 3.0], PlateauRule(), most=3)

    assert found == Stop(True, "max_iterations", "3 runs are the most that are allowed")
