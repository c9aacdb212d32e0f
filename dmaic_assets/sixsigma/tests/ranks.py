"""Tests on ranks: two samples, pairs, several groups, and pairs of groups.

What belongs here: Mann-Whitney, Wilcoxon, Kruskal-Wallis and Dunn. Effect sizes on ranks stand in
`effects`. Ties are averaged and corrected for throughout.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import takes
from dmaic_assets.sixsigma.tests.anova import Groups, samples_of
from dmaic_assets.sixsigma.tests.descriptive import as_sample
from dmaic_assets.sixsigma.tests.multiplicity import Correction, adjust_p_values

Floats: TypeAlias = npt.NDArray[np.float64]
RankMethod: TypeAlias = Literal["auto", "exact", "normal"]
# Below this size and without ties the exact distribution is used, as R does.
_EXACT_BELOW = 50


@dataclass(frozen=True, slots=True)
class RankTest:
    """Statistic and two-sided p-value; `method` tells which distribution gave it.

    Mann-Whitney: pairs in which the first sample is higher, ties counting half. Wilcoxon: ranks of
    the positive differences.
    """

    statistic: float
    p: float
    method: Literal["exact", "normal"]


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """H, corrected for ties, against chi-squared with k - 1 degrees of freedom."""

    h: float
    df: int
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class DunnComparison:
    """Mean rank of `second` minus that of `first`, in standard errors, with both p-values."""

    first: str
    second: str
    z: float
    p: float
    adjusted_p: float


@takes()
def ranks_of(values: Floats) -> tuple[Floats, float]:
    """Average ranks, and the sum of t^3 - t over runs of t ties."""
    _, counts = np.unique(values, return_counts=True)
    ties = float((counts.astype(np.float64) ** 3 - counts).sum())
    return np.asarray(stats.rankdata(values), np.float64), ties


def mann_whitney(
    first: Iterable[float], second: Iterable[float], *, method: RankMethod = "auto"
) -> RankTest:
    """Tests whether two samples come from one distribution.

    `auto` is exact for fewer than 50 values each without ties, else normal with continuity
    correction.

    Raises:
        BadInputError: A sample is empty, or all values are equal.
    """
    x, y = as_sample(first, what="first sample"), as_sample(second, what="second sample")
    _, ties = ranks_of(np.concatenate([x, y]))
    m, n = len(x), len(y)
    is_small = m < _EXACT_BELOW and n < _EXACT_BELOW and not ties
    if method == "exact" or (method == "auto" and is_small):
        found = stats.mannwhitneyu(x, y, method="exact")
        return RankTest(float(found.statistic), float(found.pvalue), "exact")
    if ties == (m + n) ** 3 - (m + n):
        raise BadInputError("rank test", "all values are equal", "Pass values that differ.")
    found = stats.mannwhitneyu(x, y, method="asymptotic")
    return RankTest(float(found.statistic), float(found.pvalue), "normal")


def wilcoxon_signed_rank(
    first: Iterable[float], second: Iterable[float], *, method: RankMethod = "auto"
) -> RankTest:
    """Tests whether differences of pairs are symmetric about zero; zero differences are left out.

    `auto` is exact below 50 differences without ties or zeros, else normal with continuity
    correction.

    Raises:
        BadInputError: The samples differ in length, or no pair differs.
    """
    x, y = as_sample(first, what="first sample"), as_sample(second, what="second sample")
    if len(x) != len(y):
        raise BadInputError("signed-rank test", f"{len(x)} and {len(y)} values", "Pass pairs.")
    # Decimal data such as 1.3 - 0.7 and 1.5 - 0.9 tie in truth and not in doubles.
    differences = np.round(x - y, 12)
    moved = differences[differences != 0]
    if not len(moved):
        raise BadInputError("signed-rank test", "no pair differs", "Pass pairs that do.")
    n = len(moved)
    ranks, ties = ranks_of(np.abs(moved))
    v = float(ranks[moved > 0].sum())
    is_small = n < _EXACT_BELOW and not ties and n == len(x)
    if method == "exact" or (method == "auto" and is_small):
        return RankTest(v, _exact_signed_rank(v, n), "exact")
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return RankTest(v, _normal_tail(v - n * (n + 1) / 4, variance), "normal")


def kruskal_wallis(groups: Groups) -> KruskalWallis:
    """Tests whether groups come from one distribution.

    Raises:
        BadInputError: Fewer than two groups, an empty one, or all values are equal.
    """
    samples = samples_of(groups, what="Kruskal-Wallis")
    pooled = np.concatenate([*samples.values()])
    _, ties = ranks_of(pooled)
    n = len(pooled)
    if ties == n**3 - n:
        raise BadInputError("Kruskal-Wallis", "all values are equal", "Pass values that differ.")
    h, p = stats.kruskal(*samples.values())
    return KruskalWallis(float(h), len(samples) - 1, float(p), n)


def dunn(groups: Groups, *, correction: Correction = "holm") -> tuple[DunnComparison, ...]:
    """Compares every pair of groups by mean ranks, after Kruskal-Wallis.

    Raises:
        BadInputError: As `kruskal_wallis`.

    Source: Dunn 1964.
    """
    samples = samples_of(groups, what="Dunn")
    pooled = np.concatenate([*samples.values()])
    ranks, ties = ranks_of(pooled)
    n = len(pooled)
    if ties == n**3 - n:
        raise BadInputError("Dunn", "all values are equal", "Pass values that differ.")
    sums = dict(zip(samples, _rank_sums(samples, ranks), strict=True))
    spread = n * (n + 1) / 12 - ties / (12 * (n - 1))
    pairs = list(combinations(samples, 2))
    scores = [
        (sums[b] / len(samples[b]) - sums[a] / len(samples[a]))
        / math.sqrt(spread * (1 / len(samples[a]) + 1 / len(samples[b])))
        for a, b in pairs
    ]
    p_values = [2 * float(special.ndtr(-abs(z))) for z in scores]
    adjusted = adjust_p_values(p_values, correction=correction)
    return tuple(
        DunnComparison(a, b, float(z), p, float(q))
        for (a, b), z, p, q in zip(pairs, scores, p_values, adjusted, strict=True)
    )


def _rank_sums(samples: dict[str, Floats], ranks: Floats) -> Floats:
    sizes = np.array([len(values) for values in samples.values()])
    return np.add.reduceat(ranks, np.concatenate([[0], np.cumsum(sizes)[:-1]]))


def _normal_tail(distance: float, variance: float) -> float:
    if variance <= 0:
        raise BadInputError("rank test", "all values are equal", "Pass values that differ.")
    z = max(abs(distance) - 0.5, 0.0) / math.sqrt(variance)
    return min(1.0, 2 * float(special.ndtr(-z)))


def _exact_signed_rank(v: float, n: int) -> float:
    shares = np.ones(1)
    for i in range(1, n + 1):
        grown = np.zeros(len(shares) + i)
        grown[: len(shares)] += shares / 2
        grown[i:] += shares / 2
        shares = grown
    return _two_sided(shares, v)


def _two_sided(shares: Floats, statistic: float) -> float:
    at = math.floor(statistic)
    tail = min(float(shares[: at + 1].sum()), float(shares[math.ceil(statistic) :].sum()))
    return min(1.0, 2 * tail)
