"""Pairs that the first rows rule out are wrong there, and no right pair is ever ruled out."""

import numpy as np
import pytest

from dmaic_assets.phenomena.derived.heads import FIRST_ROWS, heads_of

RNG = np.random.default_rng(7)
A = RNG.integers(1, 90, 500).astype(np.float64)
B = RNG.normal(40.0, 9.0, 500).round(2)
C = RNG.gamma(2.0, 300.0, 500).round(1)
NAN = np.nan


def gaps(values: np.ndarray, every: int) -> np.ndarray:
    found = values.copy()
    found[::every] = NAN
    return found


@pytest.mark.parametrize(
    "target",
    [A + B, B - A, 60 * A + B, 1000 * B - A, A * B, A / B, B / A, gaps(100 * A + B, 3)],
    ids=["sum", "difference", "sixty", "thousand", "product", "ratio", "inverse", "gaps"],
)
def test_a_pair_that_gives_the_target_is_left_and_the_others_are_not(target: np.ndarray) -> None:
    likely = heads_of([A, B, C]).likely(target)

    assert likely[0, 1]
    assert likely[1, 0]
    assert not likely[0, 2]
    assert not likely[1, 2]


def test_a_division_by_zero_speaks_against_nothing() -> None:
    divisor = A.copy()
    divisor[2] = 0.0
    target = np.divide(B, divisor, out=np.full(500, 3.0), where=divisor != 0)

    assert heads_of([B, divisor]).likely(target)[0, 1]


def test_a_pair_of_which_too_few_rows_are_known_is_left() -> None:
    rare = np.full(500, NAN)
    rare[: FIRST_ROWS - 1] = A[: FIRST_ROWS - 1]

    assert heads_of([rare, B]).likely(C)[0, 1]
