"""Steady trends of a series, and times from which on it has another level.

What belongs here: numbers only. Levels are segmented by `ruptures` (exact, least squares).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Points without which no level or trend is told (R43 asks 10, R44 asks 30 of coarser means).
LEAST_POINTS = 12
# Least difference of two levels in standard deviations within them.
MIN_EFFECT = 1.5
# Standard errors, corrected for what neighbours have in common, that a difference must have: at 5
# a normal series of 1,500 points has a false one in less than one in a thousand.
_LEAST_ERRORS = 5.0
# Share of a change of level that must happen at its time and not about it.
_ABRUPT = 0.6
# Points on each side that are about a time.
_NEAR = 10
# Penalty of a segment in variances, times the logarithm of points: of BIC for a mean and a time.
_PENALTY = 2.0
# A level holds for this many points at least, and this share of the series: shorter ones are
# episodes, such as weather has.
_LEAST_LENGTH = 5
_LEAST_PART = 1 / 20
# Variance that a line must tell, and standard errors that its slope must have (R43).
_TREND_SHARE = 0.3
_TREND_ERRORS = 2.0
# What sixths of the series differ by beside the line, as a share of what the line tells, from which
# it is a wave: one whole sine has .64, a step half way .33.
_WAVE, _PARTS = 0.5, 6


@dataclass(frozen=True, slots=True)
class Trend:
    """A line: its change over the series, and the share of the variance that it tells."""

    change: float
    share: float
    is_steady: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of level at a point: levels before and after, effect in standard deviations."""

    at: int
    before: float
    after: float
    effect: float


def noise_of(y: Floats) -> float:
    """The standard deviation about a level, told from neighbours; 0 for a constant series."""
    steps = np.diff(y)
    robust = float(np.median(np.abs(steps - np.median(steps)))) * 1.4826 / 2**0.5
    return robust if robust > 0 else float(steps.std()) / 2**0.5


def segments(z: NDArray[np.float64], least: int, degrees: float = 1.0) -> list[int]:
    """Points at which the mean of a series (or of rows) with unit variance changes.

    The penalty grows with the logarithm of points and the number of means of a segment.
    """
    import ruptures

    n = len(z)
    if n < 2 * least:
        return []
    signal = z.reshape(n, -1)
    penalty = (_PENALTY + degrees) * float(np.log(max(n, 3)))
    model = ruptures.KernelCPD(kernel="linear", min_size=least).fit(signal)
    cuts = cast("list[int]", model.predict(pen=penalty))
    return cuts[:-1]


def clipped(y: Floats) -> Floats:
    """A series with single far points drawn in to what their neighbours have."""
    import polars as pl

    usual = pl.Series(y).rolling_median(7, min_samples=1, center=True).to_numpy()
    reach = 4.0 * noise_of(y)
    return np.clip(y, usual - reach, usual + reach) if reach > 0 else y


def trend_of(y: Floats) -> Trend:
    """The line by least squares; steady where it tells 30 %, and twice what bends beside it do."""
    n = len(y)
    x = np.arange(n, dtype=np.float64) - (n - 1) / 2
    total = float(((y - y.mean()) ** 2).sum())
    if n < LEAST_POINTS or total <= 0.0:
        return Trend(0.0, 0.0, is_steady=False)
    slope = float((x * y).sum() / (x * x).sum())
    left = y - y.mean() - slope * x
    share = 1.0 - float((left**2).sum()) / total
    error = float(np.sqrt((left**2).sum() / (n - 2) / (x * x).sum())) * inflation(left) ** 0.5
    is_steady = share > _TREND_SHARE and abs(slope) >= _TREND_ERRORS * error
    is_steady = is_steady and _bent(left) / total < _WAVE * share
    return Trend(slope * (n - 1), share, is_steady)


def _bent(left: Floats) -> float:
    """The squares that sixths of what a line leaves tell, beyond what noise would."""
    parts = np.array_split(left, _PARTS)
    told = sum(len(part) * float(part.mean()) ** 2 for part in parts)
    return told - (_PARTS - 1) * float((left**2).sum()) / len(left)


def inflation(left: Floats) -> float:
    """How much wider errors of a mean are for what neighbours have in common (AR(1))."""
    spread = float((left**2).sum())
    if spread <= 0.0:
        return 1.0
    common = float((left[1:] * left[:-1]).sum()) / spread
    common = min(0.95, max(0.0, common))
    return (1 + common) / (1 - common)


def shifts_of(y: Floats) -> tuple[Shift, ...]:
    """Abrupt changes of level that stand out from noise, drift and single points."""
    n = len(y)
    noise = noise_of(y) if n >= LEAST_POINTS else 0.0
    if noise <= 0.0:
        return ()
    flat = clipped(y)
    least = min(n // 3, max(_LEAST_LENGTH, int(n * _LEAST_PART)))
    cuts = segments(flat / noise, least)
    while cuts:
        shifts, strengths = _judged(flat, cuts, noise)
        weakest = int(np.argmin(strengths))
        if strengths[weakest] >= 1.0:
            return tuple(shifts)
        del cuts[weakest]
    return ()


def _judged(y: Floats, cuts: list[int], noise: float) -> tuple[list[Shift], list[float]]:
    """Shifts at cuts, and how far each is above the least that is asked: 1 is just enough."""
    bounds = [0, *cuts, len(y)]
    parts = [y[a:b] for a, b in pairwise(bounds)]
    left = np.concatenate([part - part.mean() for part in parts])
    within = max(float(np.sqrt((left**2).sum() / max(1, len(y) - len(parts)))), noise)
    wide = inflation(left)
    shifts: list[Shift] = []
    strengths: list[float] = []
    for at, before, after in zip(cuts, parts, parts[1:], strict=False):
        old, new = float(before.mean()), float(after.mean())
        moved = abs(new - old)
        error = within * (wide * (1 / len(before) + 1 / len(after))) ** 0.5
        window = min(_NEAR, len(before), len(after))
        near = abs(float(after[:window].mean()) - float(before[-window:].mean()))
        strengths.append(
            min(
                moved / within / MIN_EFFECT,
                moved / error / _LEAST_ERRORS,
                near / (moved * _ABRUPT) if moved else 0.0,
                abs(float(np.median(after) - np.median(before))) / (moved * _ABRUPT)
                if moved
                else 0.0,
            )
        )
        shifts.append(Shift(at, old, new, moved / within))
    return shifts, strengths
