"""How many rows of a rare kind one more file may have."""

import numpy as np
import pytest

from dmaic_assets.history.count_ahead import count_ahead


@pytest.mark.parametrize(("counts", "most"), [([0] * 30, 1), ([0] * 29 + [1], 2)])
def test_what_hardly_ever_came_may_come_once_more(counts: list[int], most: int) -> None:
    found = count_ahead(np.array(counts, dtype=float), np.full(30, 33.0), 0.001)

    assert found == most


def test_the_bound_is_beyond_all_but_the_stated_share_of_poisson_counts() -> None:
    rng = np.random.default_rng(3)
    rows = np.full(30, 500.0)
    beyond = [
        rng.poisson(6.0) > count_ahead(rng.poisson(6.0, 30).astype(float), rows, 0.02)
        for _ in range(3_000)
    ]

    assert 0.005 < float(np.mean(beyond)) < 0.03


def test_counts_that_come_in_clumps_may_come_in_more_of_them() -> None:
    rows = np.full(30, 500.0)
    even, clumped = np.full(30, 4.0), np.tile([0.0, 0.0, 0.0, 0.0, 20.0], 6)

    assert count_ahead(clumped, rows, 0.001) > 2 * count_ahead(even, rows, 0.001)
