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
        return (1.0 - _ELSEWHERE) * found + _ELSEWHERE * self.width / (2.0 * _REACH)

    def below(self, places: Ints) -> Floats:
        """The share of history in each bin and all those before it."""
        ranks = np.concatenate([[0.0], np.cumsum(self.shares)])
        return ranks[np.clip(places + 1, 0, len(self.shares))]

    def scaled(self, places: Ints, factors: Floats) -> Floats:
        """The same for history times each factor: one row per factor."""
        shifts = np.round(np.log(factors) / self.width).astype(np.int64)
        return self.at(places[np.newaxis, :] - shifts[:, np.newaxis])


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
    smooth = np.convolve(np.pad(counts, 1), np.array([0.25, 0.5, 0.25]), mode="same")
    return LogSpread(start - width, width, smooth / smooth.sum())


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
    shares, evidence = np.zeros(len(factors)), np.zeros(len(factors))
    # Where likelihood falls from the first, there is no scaled value.
    is_some = (counts * gain).sum(axis=1) > 0
    gain = gain[is_some]
    low, high = np.zeros(len(gain)), np.ones(len(gain))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rises = (counts * gain / (1.0 + middle[:, np.newaxis] * gain)).sum(axis=1) > 0
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


def distance_of(spread: LogSpread, places: Ints, counts: Floats) -> float:
    """How far a file's distribution lies from history's, beyond what its size alone explains.

    Source: the statistic of Kolmogorov and Smirnov, on bins, less 1 / sqrt(n), which about one
    sample in four of the same distribution exceeds.
    """
    nothing = np.zeros(1)
    return float(mixed_distances(spread, places, counts, np.ones(1), nothing)[0])


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
        distance: How far from history, as `distance_of` has it, files usually lie at most.

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
    """The same from history of which a share is scaled by a factor, for each factor and share."""
    size = float(counts.sum())
    shifts = np.array([round(math.log(f) / spread.width) for f in factors], dtype=np.int64)
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
