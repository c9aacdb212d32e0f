"""Agreement of decisions: with a standard, and of appraisers with each other.

What belongs here: kappa, effectiveness, misses and false alarms. What does not: measurements
(`crossed`, `bias`). For a checker of data the items are rows with seeded defects, and the
standard is where they were put.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.proportions import Interval, ShareMethod, share_interval


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its counts and interval; value and interval are None of no trials at all."""

    count: int
    trials: int
    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance: 1 is perfect, 0 what chance gives.

    `value` is None when all decisions fall into one category, where chance alone agrees fully.
    `z` and `p` test against 0 (one-sided: more than chance).
    """

    value: float | None
    observed: float
    by_chance: float
    z: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Detection:
    """How a checker finds defects: misses of what is bad, alarms on what is good.

    `effectiveness` is the share of right decisions.
    """

    miss: Share
    false_alarm: Share
    effectiveness: Share
    kappa: Kappa


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One appraiser: agreement with himself over trials, and of all trials with the standard."""

    appraiser: Hashable
    within: Share
    effectiveness: Share


def detection_rates(
    flagged: Sequence[bool],
    is_defect: Sequence[bool],
    *,
    level: float = 0.95,
    method: ShareMethod = "auto",
) -> Detection:
    """Compares decisions with the truth, item by item.

    Raises:
        BadInputError: There is no item, or lengths differ.
    """
    _check_parallel(flagged, is_defect)
    pairs = Counter(zip(map(bool, flagged), map(bool, is_defect), strict=True))
    bad = pairs[True, True] + pairs[False, True]
    good = pairs[True, False] + pairs[False, False]
    right = pairs[True, True] + pairs[False, False]
    return Detection(
        miss=share_of(pairs[False, True], bad, level=level, method=method),
        false_alarm=share_of(pairs[True, False], good, level=level, method=method),
        effectiveness=share_of(right, bad + good, level=level, method=method),
        kappa=cohen_kappa(list(flagged), list(is_defect)),
    )


def appraise(
    ratings: Sequence[Sequence[Hashable]],
    standard: Sequence[Hashable],
    *,
    appraiser: Hashable,
    level: float = 0.95,
) -> Appraisal:
    """Scores one appraiser over all items: `ratings[item]` holds the decisions of every trial.

    An item counts as right when every trial agrees with the standard.

    Raises:
        BadInputError: There is no item, lengths differ, or an item was not rated.
    """
    _check_parallel(ratings, standard)
    if not all(ratings):
        raise BadInputError(str(appraiser), "an item was not rated", "Rate every item.")
    steady = [len(set(trials)) == 1 for trials in ratings]
    right = [set(trials) == {truth} for trials, truth in zip(ratings, standard, strict=True)]
    n = len(standard)
    return Appraisal(
        appraiser=appraiser,
        within=share_of(sum(steady), n, level=level),
        effectiveness=share_of(sum(right), n, level=level),
    )


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> Kappa:
    """Cohen's kappa of two raters (one may be the standard) over the same items.

    kappa = (po - pe) / (1 - pe), with chance agreement pe from each rater's own frequencies; z
    uses the variance under no agreement beyond chance.

    Raises:
        BadInputError: There is no item, or lengths differ.

    Sources: Cohen 1960; Fleiss, Cohen & Everitt 1969.
    """
    _check_parallel(first, second)
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    rows, columns = Counter(first), Counter(second)
    chance = math.fsum(rows[key] * columns[key] for key in rows) / (n * n)
    if chance == 1:
        return Kappa(None, observed, chance, None, None)
    moment = math.fsum(rows[key] * columns[key] * (rows[key] + columns[key]) / n**3 for key in rows)
    value = (observed - chance) / (1 - chance)
    variance = (chance + chance * chance - moment) / (n * (1 - chance) ** 2)
    return _tested(value, observed, chance, variance)


def fleiss_kappa(ratings: Sequence[Sequence[Hashable]]) -> Kappa:
    """Fleiss' kappa of m ratings of each item, whoever gave them.

    Args:
        ratings: `ratings[item]` holds m >= 2 decisions, the same number for every item.

    Raises:
        BadInputError: There is no item, or items have different or too few ratings.

    Source: Fleiss 1971, variance under no agreement by Fleiss, Nee & Landis 1979.
    """
    m = len(ratings[0]) if ratings else 0
    if m < 2 or any(len(item) != m for item in ratings):
        culprit = f"{len(ratings)} items with {sorted({len(item) for item in ratings})} ratings"
        raise BadInputError("Fleiss' kappa", culprit, "Rate each item equally often, 2 or more.")
    n = len(ratings)
    counts = [Counter(item) for item in ratings]
    pairs = sum(k * (k - 1) for item in counts for k in item.values())
    observed = pairs / (n * m * (m - 1))
    totals: Counter[Hashable] = sum(counts, Counter())
    shares = [total / (n * m) for total in totals.values()]
    chance = math.fsum(p * p for p in shares)
    if len(shares) == 1:
        return Kappa(None, observed, chance, None, None)
    spread = math.fsum(p * (1 - p) for p in shares)
    skew = math.fsum(p * (1 - p) * (1 - 2 * p) for p in shares)
    variance = 2 * (spread * spread - skew) / (n * m * (m - 1) * spread * spread)
    return _tested((observed - chance) / (1 - chance), observed, chance, variance)


def share_of(
    count: int, trials: int, *, level: float = 0.95, method: ShareMethod = "auto"
) -> Share:
    """Builds a share with its interval; of no trials there is neither."""
    if trials == 0:
        return Share(count, trials, None, None)
    interval = share_interval(count, trials, level=level, method=method)
    return Share(count, trials, count / trials, interval)


def _tested(value: float, observed: float, chance: float, variance: float) -> Kappa:
    from scipy import special

    # A rater who knows one answer only leaves a variance of 0, and rounding.
    if variance <= 1e-12:
        return Kappa(value, observed, chance, None, None)
    z = value / math.sqrt(variance)
    return Kappa(value, observed, chance, z, float(special.ndtr(-z)))


def _check_parallel(first: Sequence[object], second: Sequence[object]) -> None:
    if not first or len(first) != len(second):
        culprit = f"{len(first)} decisions on {len(second)} items"
        raise BadInputError("agreement", culprit, "Give one decision per item, and an item.")
