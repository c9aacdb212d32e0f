"""Pairs of groups after an analysis of variance: Tukey-Kramer, Games-Howell, pairwise t tests.

What belongs here: simultaneous comparisons of means. Tukey-Kramer goes with equal variances,
Games-Howell with Welch's ANOVA. P-values are never rounded.
"""

import math
from dataclasses import dataclass
from itertools import combinations

from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import Groups, samples_of
from dmaic_assets.sixsigma.tests.descriptive import mean_of, sum_of_squares, variance_of
from dmaic_assets.sixsigma.tests.multiplicity import Correction, adjust_p_values
from dmaic_assets.sixsigma.tests.studentized_range import (
    studentized_range_quantile,
    studentized_range_tail,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean of `second` minus mean of `first`, with simultaneous interval and p-value."""

    first: str
    second: str
    difference: float
    standard_error: float
    t: float
    df: float
    p: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class PairwiseT:
    """Pooled-variance t test of one pair, before and after correction."""

    first: str
    second: str
    difference: float
    t: float
    df: float
    p: float
    adjusted_p: float


def tukey_kramer(groups: Groups, *, confidence: float = 0.95) -> tuple[Comparison, ...]:
    """Compares all pairs of means under equal variances (Tukey 1949, Kramer 1956).

    Raises:
        BadInputError: Fewer than two groups, an empty one, or no spread within groups.
    """
    samples = samples_of(groups, what="Tukey-Kramer")
    k, n = len(samples), sum(map(len, samples.values()))
    pooled, df = _pooled_variance(groups, "Tukey-Kramer")
    critical = studentized_range_quantile(confidence, k, df)
    origin = float(next(iter(samples.values()))[0])
    means = {name: mean_of(values - origin) for name, values in samples.items()}
    found: list[Comparison] = []
    for a, b in combinations(samples, 2):
        error = math.sqrt(pooled / 2 * (1 / len(samples[a]) + 1 / len(samples[b])))
        found.append(_compared(a, b, means[b] - means[a], error, k, (n - k, critical)))
    return tuple(found)


def games_howell(groups: Groups, *, confidence: float = 0.95) -> tuple[Comparison, ...]:
    """Compares all pairs of means without equal variances (Games and Howell 1976).

    Raises:
        BadInputError: Fewer than two groups, or two groups that do not vary.
    """
    samples = samples_of(groups, what="Games-Howell", least=2)
    k = len(samples)
    origin = float(next(iter(samples.values()))[0])
    means = {name: mean_of(values - origin) for name, values in samples.items()}
    shares = {name: variance_of(values) / len(values) for name, values in samples.items()}
    found: list[Comparison] = []
    for a, b in combinations(samples, 2):
        both = shares[a] + shares[b]
        if both == 0:
            raise BadInputError(
                "Games-Howell", f"groups {a} and {b} are constant", "Leave one out."
            )
        df = both**2 / sum(shares[g] ** 2 / (len(samples[g]) - 1) for g in (a, b))
        critical = studentized_range_quantile(confidence, k, df)
        found.append(_compared(a, b, means[b] - means[a], math.sqrt(both / 2), k, (df, critical)))
    return tuple(found)


def pairwise_t(groups: Groups, *, correction: Correction = "holm") -> tuple[PairwiseT, ...]:
    """Tests all pairs of means with the variance pooled over all groups.

    Raises:
        BadInputError: Fewer than two groups, an empty one, or no spread within groups.
    """
    samples = samples_of(groups, what="pairwise t")
    pooled, df = _pooled_variance(groups, "pairwise t")
    origin = float(next(iter(samples.values()))[0])
    means = {name: mean_of(values - origin) for name, values in samples.items()}
    pairs = list(combinations(samples, 2))
    differences = [means[b] - means[a] for a, b in pairs]
    scores = [
        d / math.sqrt(pooled * (1 / len(samples[a]) + 1 / len(samples[b])))
        for (a, b), d in zip(pairs, differences, strict=True)
    ]
    p_values = [2 * float(stats.t.sf(abs(t), df)) for t in scores]
    adjusted = adjust_p_values(p_values, correction=correction)
    return tuple(
        PairwiseT(a, b, d, t, df, p, float(q))
        for (a, b), d, t, p, q in zip(pairs, differences, scores, p_values, adjusted, strict=True)
    )


def _pooled_variance(groups: Groups, what: str) -> tuple[float, float]:
    samples = samples_of(groups, what=what)
    df = sum(map(len, samples.values())) - len(samples)
    within = math.fsum(sum_of_squares(values) for values in samples.values())
    if df < 1 or within == 0:
        raise BadInputError(what, "groups do not vary within", "Pass repeats that do.")
    return within / df, float(df)


def _compared(
    first: str,
    second: str,
    difference: float,
    error: float,
    groups: int,
    scale: tuple[float, float],
) -> Comparison:
    df, critical = scale
    q = difference / error
    return Comparison(
        first=first,
        second=second,
        difference=difference,
        standard_error=error * math.sqrt(2),
        t=q / math.sqrt(2),
        df=df,
        p=studentized_range_tail(abs(q), groups, df),
        lower=difference - critical * error,
        upper=difference + critical * error,
    )
