"""Full factorial designs: every combination of settings, in a random order.

What belongs here: settings of any number of levels. What does not: fractions (`fractional`) and
what the responses say (`effects`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, takes

Setting: TypeAlias = float | int | str | bool

# Runs of a design: beyond, nobody runs it and the table fills the memory.
MOST_RUNS = 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of an experiment: its place in the standard order, from 0, and its settings."""

    standard: int
    replicate: int
    settings: Mapping[str, Setting]


@takes(seed=NOT_NEGATIVE)
def full_factorial(
    factors: Mapping[str, Sequence[Setting]], *, seed: int, replicates: int = 1
) -> tuple[Trial, ...]:
    """Combines every level of every factor.

    Args:
        factors: Levels by factor, at least two different ones each.
        seed: Makes the order of the runs; equal seeds give equal orders.
        replicates: How often each combination is run.

    Returns:
        The trials in the order to run them. In the standard order the first factor changes
        fastest, and replicates follow one another.

    Raises:
        BadInputError: A factor has no two different levels, or there are too many runs.
    """
    for name, levels in factors.items():
        if len(levels) < 2 or len(set(levels)) != len(levels):
            culprit = f"levels {list(levels)}"
            raise BadInputError(f"factor {name}", culprit, "Give two or more different levels.")
    runs = replicates * math.prod(len(levels) for levels in factors.values())
    if not factors or replicates < 1 or runs > MOST_RUNS:
        culprit = f"{runs} runs of {len(factors)} factors"
        raise BadInputError("a factorial design", culprit, "Use fewer levels, or a fraction.")
    names = list(factors)
    combinations = [
        dict(zip(names, reversed(settings), strict=True))
        for settings in product(*(factors[name] for name in reversed(names)))
    ]
    trials = [
        Trial(place, replicate, settings)
        for replicate in range(1, replicates + 1)
        for place, settings in enumerate(combinations)
    ]
    return tuple(trials[place] for place in run_order(len(trials), seed=seed))


@takes(seed=NOT_NEGATIVE)
def run_order(runs: int, *, seed: int) -> list[int]:
    """A random order of runs 0 ... runs - 1 that only the seed decides."""
    return np.random.default_rng(seed).permutation(runs).tolist()
