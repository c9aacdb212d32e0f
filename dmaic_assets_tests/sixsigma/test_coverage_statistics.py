"""Intervals hold the truth as often as they say: few simulations here, 10,000 in the benchmark."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.sixsigma_coverage_statistics import simulations

SIMULATIONS = 250
# Four standard errors of a share of 0.95 among so many, and the 1 % that is promised.
TOLERANCE = 4 * (0.95 * 0.05 / SIMULATIONS) ** 0.5 + 0.01
QUICK = [entry for entry in simulations() if not entry[0].startswith("games")]


@pytest.mark.parametrize(("name", "simulate", "is_exact"), QUICK, ids=[q[0] for q in QUICK])
def test_an_interval_covers_as_promised(
    name: str, simulate: Callable[[np.random.Generator], bool], is_exact: bool
) -> None:
    generator = np.random.default_rng(20)

    held = sum(simulate(generator) for _ in range(SIMULATIONS)) / SIMULATIONS

    assert held >= 0.95 - TOLERANCE
