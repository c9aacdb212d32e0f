"""Seasons of a series: the classical decomposition, its strength, and when its pattern changes.

What belongs here: what comes again. Trends and levels stand in `levels`. Source: Cleveland and
Tiao's classical decomposition by centred moving averages, as statsmodels' `seasonal_decompose`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.analysis.temporal.levels import MIN_EFFECT, segments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Share of the variance about the trend that a season must tell (R42).
STRENGTH = 0.3
# Points without which no season is looked for (R42), and whole cycles.
_LEAST_POINTS = 20
_LEAST_CYCLES = 2
# Whole cycles that a pattern holds at least; a change of it is looked for from twice as many on.
_PATTERN_CYCLES = 5
# A changed pattern moves by half of its own height over all places; less is a holiday or two.
_BREAK_SIZE = 0.5
# Breaks that are told of a series, the greatest ones.
_MOST_BREAKS = 1


@dataclass(frozen=True, slots=True)
class Season:
    """A pattern: its length, strength in [0, 1], one value per place, and the place of points."""

    length: int
    strength: float
    values: Floats
    places: Ints

    @property
    def fitted(self) -> Floats:
        """The pattern's value at every point."""
        return self.values[self.places]


def moving_average(y: Floats, window: int) -> Floats:
    """Centred moving average, 2 x window where it is even; NaN where it does not fit."""
    half = window // 2
    weights = np.full(window, 1.0 / window)
    if window % 2 == 0:
        weights = np.concatenate(([0.5], np.ones(window - 1), [0.5])) / window
    found = np.full(len(y), np.nan)
    if len(y) >= len(weights):
        found[half : len(y) - half] = np.convolve(y, weights, "valid")
    return found


def season_of(y: Floats, places: Ints) -> Season | None:
    """The pattern of a series over the places of a cycle; None for fewer than two cycles.

    The strength is corrected for the number of places: near 0 where nothing comes again.
    """
    labels, place = np.unique(places, return_inverse=True)
    length = len(labels)
    if length < 2 or len(y) < max(_LEAST_POINTS, _LEAST_CYCLES * length):
        return None
    detrended = y - moving_average(y, length)
    is_known = np.isfinite(detrended)
    kept, at = detrended[is_known], place[is_known]
    counts = np.bincount(at, minlength=length)
    total = float(((kept - kept.mean()) ** 2).sum())
    if counts.min() < 1 or len(kept) <= length or total <= 0.0:
        return None
    values = np.bincount(at, weights=kept, minlength=length) / counts
    values -= values.mean()
    left = kept - values[at]
    share = float(((left - left.mean()) ** 2).sum()) / total
    corrected = 1.0 - share * (len(kept) - 1) / (len(kept) - length)
    return Season(length, max(0.0, corrected), values, place.astype(np.int64))


def strongest(y: Floats, cycles: tuple[Ints, ...]) -> Season | None:
    """The season that tells most; a longer cycle only where it tells a tenth more."""
    best: Season | None = None
    for places in cycles:
        found = season_of(y, places)
        if found is not None and (best is None or found.strength > best.strength + 0.1):
            best = found
    return best


def season_breaks(y: Floats, places: Ints, length: int) -> tuple[int, ...]:
    """Points from which on the pattern is another one; whole cycles are compared.

    The patterns before and after may cancel, so that the series as a whole has none; one of them
    must be stronger than its noise.
    """
    cycles = len(y) // length
    if cycles < 2 * _PATTERN_CYCLES or len(np.unique(places[:length])) < length:
        return ()
    rows = y[: cycles * length].reshape(cycles, length)
    shapes = rows - np.median(rows, axis=1, keepdims=True)
    steps = np.diff(shapes, axis=0) / np.sqrt(2)
    noise = np.maximum(np.median(np.abs(steps), axis=0) * 1.4826, 0.5 * steps.std(axis=0))
    scaled = shapes / np.maximum(noise, 1e-9 + 0.01 * float(np.median(np.abs(shapes))))
    middle = np.median(scaled, axis=0)
    reach = 6.0 + np.median(np.abs(scaled - middle), axis=0)
    cuts = segments(np.clip(scaled, middle - reach, middle + reach), _PATTERN_CYCLES, float(length))
    bounds = [0, *cuts, cycles]
    found: dict[int, float] = {}
    for before, cut, after in zip(bounds, cuts, bounds[2:], strict=False):
        old, new = _pattern(scaled[before:cut]), _pattern(scaled[cut:after])
        height = max(float(np.std(old)), float(np.std(new)))
        moved = float(np.sqrt(np.mean((old - new) ** 2)))
        if height >= 1.0 and moved >= MIN_EFFECT and moved >= _BREAK_SIZE * height:
            found[cut * length] = moved
    return tuple(sorted(sorted(found, key=lambda at: -found[at])[:_MOST_BREAKS]))


def _pattern(rows: Floats) -> Floats:
    values = np.median(rows, axis=0)
    return values - values.mean()
