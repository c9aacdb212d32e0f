"""Numbers below the usual tolerance follow from others only where they really do."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal
from dmaic_assets.phenomena.derived.heads import tolerance_of
from dmaic_assets.phenomena.derived.learn import propose_derived
from dmaic_assets_tests.rules.orders import facts_of, given_of

RNG = np.random.default_rng(12)
FILES, ROWS = 6, 400


def columns_learnt(size: float) -> set[tuple[str, ...]]:
    """The columns of formulas learnt from files whose numbers are about that large."""
    frames = []
    for _ in range(FILES):
        a, b, c = (RNG.random(ROWS) * size for _ in range(3))
        frames.append(pl.DataFrame({"a": a, "b": b, "c": c, "total": a + b}))
    history = History([facts_of(frame) for frame in frames])
    found = propose_derived(given_of(history))
    return {p.columns for p in found if isinstance(p, Proposal)}


@pytest.mark.parametrize("size", [1.0, 1e-6, 1e-8, 1e-12, 1e-200])
def test_the_size_of_numbers_makes_no_formula(size: float) -> None:
    assert all(set(columns) == {"total", "a", "b"} for columns in columns_learnt(size))


@pytest.mark.parametrize("size", [1.0, 1e-8])
def test_a_formula_of_tiny_numbers_is_learnt(size: float) -> None:
    assert ("total", "a", "b") in columns_learnt(size)


def test_no_column_is_smaller_than_its_tolerance() -> None:
    tiny = np.array([2e-9, 3e-10, 1e-9])

    assert tolerance_of(tiny) == pytest.approx(2e-12)
    assert tolerance_of(np.array([1.0, 2.0])) == 1e-6
    assert tolerance_of(np.array([0.5, 2.25])) == pytest.approx(0.005, rel=0.01)
    assert tolerance_of(np.zeros(3)) == tolerance_of(np.array([])) == 1e-6
