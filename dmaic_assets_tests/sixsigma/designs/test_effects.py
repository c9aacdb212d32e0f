"""Effects: recovered exactly without noise, with honest intervals under it, aliases told."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.effects import estimate_effects, lenth_error
from dmaic_assets.sixsigma.designs.fractional import best_fraction, two_level_design

CUBE = two_level_design("ABC")


@settings(deadline=None)
@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(-9, 9))
def test_effects_are_recovered_from_exact_responses(a: float, b: float, ab: float) -> None:
    signal = 5 + (a * CUBE.column("A") + b * CUBE.column("B") + ab * CUBE.column("AB")) / 2

    found = {effect.word: effect.value for effect in _effects(CUBE, signal).effects}

    assert found["A",] == pytest.approx(a, abs=1e-9)
    assert found["B",] == pytest.approx(b, abs=1e-9)
    assert found["A", "B"] == pytest.approx(ab, abs=1e-9)
    assert found["C",] == pytest.approx(0, abs=1e-9)


def test_the_error_comes_from_replicates_and_what_is_left_out() -> None:
    responses = [[1.0, 3.0], [5.0, 7.0], [1.0, 3.0], [5.0, 7.0]]

    found = estimate_effects(two_level_design("AB"), responses)

    assert found.mean == 4
    assert found.error_source == "replicates"
    assert found.df == 4
    assert found.error == pytest.approx(math.sqrt(2) * 2 / math.sqrt(8))
    assert found.effects[0].word == ("A",)
    assert found.effects[0].value == 4
    assert found.effects[0].is_active
    assert not found.effects[1].is_active


def test_lenth_by_hand() -> None:
    assert lenth_error([0.1, -0.2, 0.3, 0.2, -10.0]) == pytest.approx(1.5 * 0.2)
    assert lenth_error([0.0, 0.0, 0.0]) == 0


def test_without_replicates_the_large_effect_stands_out() -> None:
    rng = np.random.default_rng(5)
    design = best_fraction("ABCDEFG", 8)
    signal = 10 * design.column("C") / 2 + rng.normal(0, 0.3, 8)

    found = _effects(design, signal)

    assert found.error_source == "lenth"
    assert found.df == pytest.approx(7 / 3)
    assert [effect.word for effect in found.effects if effect.is_active] == [("C",)]
    assert found.simultaneous_margin > found.margin
    assert len(found.effects[0].aliases) == 7


def test_left_out_interactions_are_taken_for_error() -> None:
    found = _effects(CUBE, np.arange(8.0), longest=1)

    assert found.error_source == "left-out effects"
    assert found.df == 4
    assert len(found.effects) == 3


def test_intervals_cover_their_level() -> None:
    rng = np.random.default_rng(8)
    truth = 1.5 * CUBE.column("B") / 2
    covered = []

    for _ in range(1500):
        responses = truth[:, None] + rng.normal(0, 1, (8, 2))
        effects = estimate_effects(CUBE, responses.tolist()).effects
        covered += [e.interval.holds(1.5 if e.word == ("B",) else 0.0) for e in effects]

    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(
    "responses",
    [[[1.0]] * 7, [[1.0]] * 7 + [[]], [[1.0]] * 7 + [[1.0, 2.0]], [[math.nan]] * 8],
)
def test_incomplete_responses_are_refused(responses: list) -> None:
    with pytest.raises(BadInputError):
        estimate_effects(CUBE, responses)
    with pytest.raises(BadInputError):
        lenth_error([])


def _effects(design, signal, **options):
    return estimate_effects(design, [[value] for value in signal.tolist()], **options)
