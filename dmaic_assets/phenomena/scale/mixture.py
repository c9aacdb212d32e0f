"""Which share of a file's values is a constant times what history has: the arithmetic of scale_mix.

A file's values are taken for a mixture: a share p of them comes from history's distribution
multiplied by a known factor, the others from history's own. On a logarithmic scale a factor is a
shift, so that one histogram gives both parts. The share is the one of greatest likelihood.

What belongs here: histograms of logarithms, the share per factor, and which bins are told apart.
No rules and no frames.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.scale.causes import UNIT_FACTORS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Known units first; halves and fifths are the scales of marks and ratings.
FACTORS: tuple[float, ...] = tuple(
    factor
    for known in sorted({*UNIT_FACTORS.values(), 2.0, 5.0})
    for factor in (known, 1.0 / known)
)
# Logarithm of the likelihood ratio from which values are called scaled: 1 in 3,000 by chance.
LEAST_EVIDENCE = 8.0
# Logarithm of the likelihood ratio within which another factor is as likely.
_AS_LIKELY = 3.0
# Of a mixture of which hardly any value can be told, hardly anything is known.
_MOST_UNTOLD = 0.8
# Values beyond an end of the spread from which they suggest a factor.
_FEWEST_BEYOND = 4
# Common moves in bins, of which a spread has about twelve, and how much wider or narrower.
_MOVES = np.linspace(-16.0, 16.0, 33)
# Factors by which a file's spread may be wider or narrower without being mixed.
_STRETCHES = (0.8, 1.0, 1.25, 1.6, 2.0)
# History has not shown all values: this share may lie anywhere within a factor of a million.
_ELSEWHERE = 0.002
_REACH = math.log(1e6)
# Halvings of the interval of a share: to 1 / 16,000.
_HALVINGS = 14


@dataclass(frozen=True, slots=True)
class LogSpread:
    """A histogram of logarithms: bin i covers [start + i * width, start + (i + 1) * width).

    `shares` add up to 1; outside them a value is rare, never impossible.
    """

    start: float
    width: float
    shares: Floats

    def places(self, logs: Floats) -> Ints:
        """The bin of every logarithm; below 0 or beyond the last one outside of history."""
        return np.floor((logs - self.start) / self.width).astype(np.int64)

    def at(self, places: Ints) -> Floats:
        """How probable each bin is, in any shape; positive everywhere."""
        inside = (places >= 0) & (places < len(self.shares))
        found = np.where(inside, self.shares[np.where(inside, places, 0)], 0.0)
        return probable(found, self.width)

    def below(self, places: Ints) -> Floats:
        """The share of history in each bin and all those before it."""
        ranks = np.concatenate([[0.0], np.cumsum(self.shares)])
        return ranks[np.clip(places + 1, 0, len(self.shares))]

    def scaled(self, places: Ints, factors: Floats) -> Floats:
        """The same for history times each factor: one row per factor."""
        return self.at(places[np.newaxis, :] - shifts_of(factors, self.width)[:, np.newaxis])


@dataclass(frozen=True, slots=True)
class Mixture:
    """The factors that explain a file, the share of scaled values, and which they are.

    `factors` has the likeliest one first, and those that are hardly less likely. `is_scaled` tells
    per value whether it rather is a scaled one. `untold` is the share of all values expected on
    the wrong side of that decision.
    """

    factors: tuple[float, ...]
    share: float
    is_scaled: Bools
    untold: float


def spread_of(counts: Floats, start: float, width: float) -> LogSpread:
    """Smooths a histogram over neighbouring bins: history is a sample of what may come.

    Args:
        counts: Values per bin, at least one of them positive.
        start: The lower end of the first bin.
        width: The bins' width.
    """
    return LogSpread(start - width, width, smoothed(counts[np.newaxis])[0])


def smoothed(counts: Floats) -> Floats:
    """Shares of bins, one histogram a row: a bin more at either end, each row adding up to 1."""
    wide = np.pad(counts, ((0, 0), (2, 2)))
    smooth = 0.25 * (wide[:, :-2] + wide[:, 2:]) + 0.5 * wide[:, 1:-1]
    return smooth / smooth.sum(axis=1, keepdims=True)


def probable(shares: Floats, width: float) -> Floats:
    """How probable bins with these shares of history are; positive for a share of 0 too."""
    return (1.0 - _ELSEWHERE) * shares + _ELSEWHERE * width / (2.0 * _REACH)


def shifts_of(factors: Floats, width: float) -> Ints:
    """By how many bins each factor moves a value."""
    return np.round(np.log(factors) / width).astype(np.int64)


def scaled_shares(
    spread: LogSpread, places: Ints, counts: Floats, factors: Floats
) -> tuple[Floats, Floats]:
    """Estimates, for each factor by itself, the share of values that are scaled by it.

    Args:
        spread: History's distribution.
        places: Bins that the file has values in.
        counts: How many values each of them has.
        factors: The factors.

    Returns:
        The share of greatest likelihood per factor, and by how much the logarithm of the
        likelihood is greater than without scaled values.
    """
    own = spread.at(places)
    gain = (spread.scaled(places, factors) - own) / own
    return likeliest(np.broadcast_to(counts, gain.shape), gain)


def likeliest(counts: Floats, gain: Floats) -> tuple[Floats, Floats]:
    """The share of greatest likelihood, and its evidence, of each row.

    Args:
        counts: How many values each bin has.
        gain: How much more probable each bin is for scaled values, relative to the others.
    """
    shares, evidence = np.zeros(len(gain)), np.zeros(len(gain))
    weighted = counts * gain
    # Where likelihood falls from the first, there is no scaled value.
    is_some = weighted.sum(axis=1) > 0
    counts, gain, weighted = counts[is_some], gain[is_some], weighted[is_some]
    low, high = np.zeros(len(gain)), np.ones(len(gain))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rises = (weighted / (1.0 + middle[:, np.newaxis] * gain)).sum(axis=1) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    found = (low + high) / 2
    shares[is_some] = found
    evidence[is_some] = (counts * np.log1p(found[:, np.newaxis] * gain)).sum(axis=1)
    return shares, evidence


def unlisted_factors(spread: LogSpread, places: Ints, counts: Floats) -> list[float]:
    """The factors that the values beyond each end of history would be scaled by, if they are.

    Args:
        spread: History's distribution.
        places: Bins that the file has values in.
        counts: How many values each of them has.

    Returns:
        None, one or two: an end counts from `_FEWEST_BEYOND` values on.
    """
    usual = _middle(np.arange(len(spread.shares)), spread.shares)
    ends = (places < 0, places >= len(spread.shares))
    return [
        math.exp((_middle(places[end], counts[end]) - usual) * spread.width)
        for end in ends
        if float(counts[end].sum()) >= _FEWEST_BEYOND
    ]


def _middle(places: Ints, weights: Floats) -> float:
    """The weighted median of sorted places."""
    ranks = np.cumsum(weights)
    return float(places[int(np.searchsorted(ranks, ranks[-1] / 2))])


def moved_evidence(spread: LogSpread, places: Ints, counts: Floats) -> float:
    """How well history explains the file when all values have moved, or spread, together.

    Returns:
        The greatest gain in the logarithm of the likelihood over history as it is, at least 0:
        what a mixture has to beat.
    """
    usual = _middle(np.arange(len(spread.shares)), spread.shares)
    own = np.log(spread.at(places))
    # Every bin, and last what all places outside have.
    probable = spread.at(np.arange(len(spread.shares) + 1))
    best = 0.0
    for stretch in _STRETCHES:
        from_middle = (places[np.newaxis, :] - usual - _MOVES[:, np.newaxis]) / stretch
        at = np.round(from_middle + usual).astype(np.int64)
        is_outside = (at < 0) | (at >= len(spread.shares))
        moved = np.log(probable / stretch)[np.where(is_outside, len(spread.shares), at)]
        best = max(best, float((counts * (moved - own)).sum(axis=1).max()))
    return best


def mixture_of(
    spread: LogSpread,
    logs: Floats,
    most: Mapping[float, float],
    *,
    other: float = 1.0,
    distance: float = 1.0,
    least: float = LEAST_EVIDENCE,
) -> Mixture | None:
    """Finds the factor by which more values are scaled than history allows.

    A file that is merely different is no mixture: a factor has to explain it better than values
    that moved or spread together, and, undone, to leave a file like those of history.

    Args:
        spread: History's distribution.
        logs: Logarithms of the file's values; finite.
        most: Factor -> greatest share of values that is usual.
        other: The same for any factor that is not listed.
        least: The least gain in the logarithm of the likelihood, over values that moved together.
        distance: How far from history files usually lie at most, beyond what their size explains.

    Returns:
        Of the factors whose share is exceeded the likeliest one; None when there is none, when
        the likelihood speaks too little for it, when it explains too little, or when hardly any
        value could be told apart.
    """
    if not len(logs):
        return None
    places, back, counts = np.unique(spread.places(logs), return_inverse=True, return_counts=True)
    sizes = counts.astype(np.float64)
    limits = {**dict.fromkeys(unlisted_factors(spread, places, sizes), other), **most}
    limits = _exceeded(spread, places, sizes, limits)
    if not limits:
        return None
    factors = np.array(list(limits))
    shares, evidence = scaled_shares(spread, places, sizes, factors)
    best = int(np.argmax(evidence))
    factor, share = float(factors[best]), float(shares[best])
    if evidence[best] - moved_evidence(spread, places, sizes) < least:
        return None
    untold = _untold(spread, factor, share)
    if untold > _MOST_UNTOLD * share:
        return None
    left = mixed_distances(spread, places, sizes, factors[[best]], shares[[best]])
    if left[0] > distance:
        return None
    near = np.flatnonzero(evidence >= evidence[best] - _AS_LIKELY)
    ordered = tuple(float(factors[i]) for i in near[np.argsort(-evidence[near], kind="stable")])
    is_scaled = _is_rather_scaled(spread, places, factor, share)
    return Mixture(ordered, share, is_scaled[back.reshape(-1)], untold)


def mixed_distances(
    spread: LogSpread, places: Ints, counts: Floats, factors: Floats, shares: Floats
) -> Floats:
    """How far a file lies from history of which a share is scaled, for each factor and share.

    Source: the statistic of Kolmogorov and Smirnov, on bins, less 1 / sqrt(n), which about one
    sample in four of the same distribution exceeds.
    """
    size = float(counts.sum())
    shifts = shifts_of(factors, spread.width)
    seen = np.cumsum(counts) / size
    ends = np.concatenate([places, places - 1])
    ranks = np.concatenate([seen, seen - counts / size])
    share, moved = shares[:, np.newaxis], ends - shifts[:, np.newaxis]
    expected = (1.0 - share) * spread.below(ends) + share * spread.below(moved)
    return np.maximum(0.0, np.abs(ranks - expected).max(axis=1) - 1.0 / math.sqrt(size))


def _exceeded(
    spread: LogSpread, places: Ints, counts: Floats, limits: Mapping[float, float]
) -> dict[float, float]:
    """The factors whose share of greatest likelihood is above the limit: it still rises there."""
    if not limits:
        return {}
    own = spread.at(places)
    gain = (spread.scaled(places, np.array(list(limits))) - own) / own
    most = np.array(list(limits.values()))[:, np.newaxis]
    rises = (counts * gain / (1.0 + most * gain)).sum(axis=1) > 0
    return {f: limit for (f, limit), rise in zip(limits.items(), rises, strict=True) if rise}


def _is_rather_scaled(spread: LogSpread, places: Ints, factor: float, share: float) -> Bools:
    scaled = spread.scaled(places, np.array([factor]))[0]
    return share * scaled > (1.0 - share) * spread.at(places)


def _untold(spread: LogSpread, factor: float, share: float) -> float:
    """The share of values that the decision puts on the wrong side, were history the truth."""
    own = np.arange(len(spread.shares))
    moved = own + round(math.log(factor) / spread.width)
    lost = spread.shares[_is_rather_scaled(spread, own, factor, share)].sum()
    missed = spread.shares[~_is_rather_scaled(spread, moved, factor, share)].sum()
    return float((1.0 - share) * lost + share * missed)
