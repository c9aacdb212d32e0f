"""Three-level gauge studies: repeatability, day to day and run to run, as NIST lays them out.

What belongs here: pooled standard deviations of the three levels. What does not: crossed studies.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.descriptive import mean_of, sum_of_squares


@dataclass(frozen=True, slots=True)
class LevelDeviation:
    """A pooled standard deviation with its degrees of freedom."""

    sd: float
    df: int


@dataclass(frozen=True, slots=True)
class LevelDeviations:
    """Level 1: within a day's measurements. Level 2: days of a run. Level 3: runs of an item."""

    repeatability: LevelDeviation
    day_to_day: LevelDeviation
    run_to_run: LevelDeviation


@dataclass(frozen=True, slots=True)
class DayAverage:
    """One day's average of `repeats` measurements of an item in a run, and their sd."""

    item: Hashable
    run: Hashable
    average: float
    sd: float
    repeats: int


def level_deviations(days: Sequence[DayAverage]) -> LevelDeviations:
    """Pools the three levels over items, each weighted by its degrees of freedom.

    Level 2 is the scatter of a day's averages within an item and run, level 3 that of the runs'
    averages within an item; neither has what comes from the level below taken out.

    Raises:
        BadInputError: A level has no degrees of freedom: one day per run, or one run per item.

    Source: NIST/SEMATECH e-Handbook 2.6.1 and 2.4.4.
    """
    cells: dict[tuple[Hashable, Hashable], list[float]] = {}
    for day in days:
        cells.setdefault((day.item, day.run), []).append(day.average)
    runs: dict[Hashable, list[float]] = {}
    for (item, _), averages in cells.items():
        runs.setdefault(item, []).append(mean_of(np.array(averages)))
    within = [(day.sd * day.sd * (day.repeats - 1), day.repeats - 1) for day in days]
    return LevelDeviations(
        repeatability=_pooled("repeatability", within),
        day_to_day=_pooled("day to day", [_scatter(averages) for averages in cells.values()]),
        run_to_run=_pooled("run to run", [_scatter(averages) for averages in runs.values()]),
    )


def _scatter(values: Sequence[float]) -> tuple[float, int]:
    return sum_of_squares(np.array(values)), len(values) - 1


def _pooled(level: str, parts: Sequence[tuple[float, int]]) -> LevelDeviation:
    df = sum(part[1] for part in parts)
    if df < 1:
        raise BadInputError(level, "no degrees of freedom", "Repeat the measurement at this level.")
    return LevelDeviation(math.sqrt(math.fsum(part[0] for part in parts) / df), df)
