"""The stability index: about 1 for chance, far above it after a jump, silent on rare defects."""

import itertools
import statistics

import numpy as np
import pytest

from dmaic_assets.sixsigma.charts.stability_index import FEWEST_FILES, stability_index


def test_it_is_the_overall_deviation_over_that_of_moving_ranges() -> None:
    shares, n = [0.01, 0.02, 0.01, 0.03, 0.02, 0.01, 0.05, 0.06], 1000
    whole = sum(shares) / len(shares)
    z = [(p - whole) / (whole * (1 - whole) / n) ** 0.5 for p in shares]
    moved = statistics.mean(abs(b - a) for a, b in itertools.pairwise(z)) / 1.128379167

    found = stability_index(shares, [n] * len(shares))

    assert found == pytest.approx(statistics.stdev(z) / moved, rel=1e-6)


def test_chance_alone_is_about_one_and_a_jump_is_not() -> None:
    random = np.random.default_rng(7)
    units = [5_000] * 40
    found = [
        stability_index(list(random.binomial(5_000, 0.01, 40) / 5_000), units) for _ in range(200)
    ]
    known = [x for x in found if x is not None]

    assert len(known) == 200
    assert 0.9 < statistics.mean(known) < 1.02
    assert sum(x > 1.25 for x in known) <= 4
    jumped = [0.01] * 20 + [0.02] * 20
    assert (stability_index(jumped, units) or 0) > 2


@pytest.mark.parametrize(
    ("shares", "units"),
    [
        ([0.1] * (FEWEST_FILES - 1), [100] * (FEWEST_FILES - 1)),
        ([0.0] * 10, [100] * 10),
        ([1.0] * 10, [100] * 10),
        ([1e-6] + [0.0] * 9, [1_000_000] * 10),
        ([0.0] * 10, [0] * 10),
    ],
)
def test_too_few_files_or_defects_tell_nothing(shares: list[float], units: list[int]) -> None:
    assert stability_index(shares, units) is None


def test_files_without_units_are_left_out() -> None:
    shares, units = [0.01, 0.02] * 5, [1000] * 10

    assert stability_index([*shares, 0.0], [*units, 0]) == stability_index(shares, units)
