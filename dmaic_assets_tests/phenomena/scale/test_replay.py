"""All parts of history asked at once give what each of them gives by itself."""

import math

import numpy as np
import pytest

from dmaic_assets.phenomena.scale.mixture import (
    FACTORS,
    Floats,
    Ints,
    LogSpread,
    mixed_distances,
    moved_evidence,
    scaled_shares,
    spread_of,
    unlisted_factors,
)
from dmaic_assets.phenomena.scale.replay import Replay, replay_of

GRID = (0.0, 0.1, 40)
LIMIT, LEAST = 0.15, 0.02


def logs_of(seed: int) -> tuple[Ints, Ints]:
    """Nine parts: one with a fifth of its values in another unit, one with values beyond all."""
    rng = np.random.default_rng(seed)
    parts = np.repeat(np.arange(9), rng.integers(40, 300, 9))
    logs = rng.normal(2.0, 0.4, len(parts))
    logs[(parts == 4) & (rng.random(len(parts)) < 0.2)] += math.log(2.54)
    logs[(parts == 7) & (rng.random(len(parts)) < 0.1)] += math.log(3_000)
    return np.floor(logs / GRID[1]).astype(np.int64), parts


def alone(places: Ints, parts: Ints, part: int, *, is_old: bool) -> tuple[LogSpread, Ints, Floats]:
    """A part, and the spread of all others or of those before it."""
    start, width, bins = GRID
    others = places[(parts != part) if is_old else (parts < part)]
    counts = np.bincount(others[(others >= 0) & (others < bins)], minlength=bins)
    at, sizes = np.unique(places[parts == part], return_counts=True)
    return spread_of(counts.astype(float), start, width), at + 1, sizes.astype(float)


def asked_alone(spread: LogSpread, at: Ints, sizes: Floats) -> tuple[Floats, float]:
    factors = np.array([*FACTORS, *unlisted_factors(spread, at, sizes)])
    shares, evidence = scaled_shares(spread, at, sizes, factors)
    shares[(shares >= LEAST) & (mixed_distances(spread, at, sizes, factors, shares) > LIMIT)] = 0
    counted = float(evidence[shares >= LEAST].max(initial=0.0))
    known, other = shares[: len(FACTORS)], shares[len(FACTORS) :].max(initial=0.0)
    return np.append(known, other), counted - moved_evidence(spread, at, sizes)


def both(seed: int) -> tuple[Replay, list[tuple[LogSpread, Ints, Floats]]]:
    places, parts = logs_of(seed)
    each = [alone(places, parts, part, is_old=part < 5) for part in range(9)]
    return replay_of(places, parts, range(9), GRID), each


@pytest.mark.parametrize("seed", range(4))
def test_parts_lie_as_far_off_as_each_by_itself(seed: int) -> None:
    asked, each = both(seed)

    expected = [mixed_distances(*one, np.ones(1), np.zeros(1))[0] for one in each]

    assert asked.distances == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_factors_explain_as_much_as_of_each_part_by_itself(seed: int) -> None:
    asked, each = both(seed)

    shares, evidence = asked.shares(LIMIT, least=LEAST)

    alone_found = [asked_alone(*one) for one in each]
    assert shares == pytest.approx(np.array([s for s, _ in alone_found]), abs=1e-9)
    assert evidence == pytest.approx(max(e for _, e in alone_found), abs=1e-9)
    assert shares[4].max() > LEAST


def test_more_parts_than_are_asked_at_once_are_all_asked() -> None:
    places, parts = logs_of(1)
    many = np.concatenate([parts + 9 * n for n in range(15)])

    asked = replay_of(np.tile(places, 15), many, range(135), GRID)

    assert len(asked.shares(LIMIT, least=LEAST)[0]) == len(asked.distances) == 135
