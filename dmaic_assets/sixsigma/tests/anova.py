"""One-way analysis of variance in floating point: classic, Welch, and random effects.

What belongs here: comparing the means of groups under one factor. Two factors stand in
`factorial`, pairs of groups in `posthoc`, effect sizes in `effects`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, POSITIVE, takes
from dmaic_assets.sixsigma.tests.descriptive import as_sample, mean_of, sum_of_squares, variance_of

Floats: TypeAlias = npt.NDArray[np.float64]
Groups: TypeAlias = Mapping[str, Iterable[float]]


@dataclass(frozen=True, slots=True)
class Anova:
    """One-way table; `f` is infinite when groups vary between but not within, NaN when neither."""

    df_between: int
    df_within: int
    ss_between: float
    ss_within: float
    f: float
    p: float

    @property
    def ms_between(self) -> float:
        """Mean square between groups."""
        return self.ss_between / self.df_between

    @property
    def ms_within(self) -> float:
        """Mean square within groups."""
        return self.ss_within / self.df_within

    @property
    def residual_sd(self) -> float:
        """Pooled standard deviation within groups."""
        return math.sqrt(self.ms_within)

    @property
    def r2(self) -> float:
        """Share of the total sum of squares between groups (eta squared, biased upwards)."""
        sum_total = self.ss_between + self.ss_within
        return self.ss_between / sum_total if sum_total else math.nan


@dataclass(frozen=True, slots=True)
class WelchAnova:
    """Welch's test of equal means under unequal variances; `df2` is no integer."""

    f: float
    df1: int
    df2: float
    p: float


def samples_of(groups: Groups, *, what: str, least: int = 1) -> dict[str, Floats]:
    """Takes at least two groups as arrays.

    Raises:
        BadInputError: Fewer than two groups, or a group with too few or not finite values.
    """
    if len(groups) < 2:
        raise BadInputError(what, f"{len(groups)} groups", "Pass at least two groups.")
    return {
        name: as_sample(values, what=f"{what}, group {name}", least=least)
        for name, values in groups.items()
    }


def one_way_anova(groups: Groups) -> Anova:
    """Tests equal means under equal variances.

    Raises:
        BadInputError: Fewer than two groups, an empty one, or no degree of freedom within.
    """
    samples = samples_of(groups, what="one-way ANOVA")
    n, k = sum(map(len, samples.values())), len(samples)
    if n <= k:
        raise BadInputError("one-way ANOVA", "every group has one value", "Pass repeats.")
    # One origin for all groups: their means are then short numbers whose differences are exact.
    origin = float(next(iter(samples.values()))[0])
    shifted = [values - origin for values in samples.values()]
    means = np.array([mean_of(values) for values in shifted])
    sizes = np.array([len(values) for values in shifted])
    grand = math.fsum((means * sizes).tolist()) / n
    ss_between = math.fsum((sizes * (means - grand) ** 2).tolist())
    ss_within = math.fsum(sum_of_squares(values) for values in shifted)
    f, p = f_test(ss_between / (k - 1), ss_within / (n - k), k - 1, n - k)
    return Anova(k - 1, n - k, ss_between, ss_within, f, p)


@takes(numerator=NOT_NEGATIVE, denominator=NOT_NEGATIVE, df1=POSITIVE, df2=POSITIVE)
def f_test(numerator: float, denominator: float, df1: float, df2: float) -> tuple[float, float]:
    """Divides two mean squares and gives the upper tail; infinite and 0 over nothing."""
    if denominator == 0:
        return (math.inf, 0.0) if numerator > 0 else (math.nan, math.nan)
    ratio = numerator / denominator
    return ratio, float(stats.f.sf(ratio, df1, df2))


def welch_anova(groups: Groups) -> WelchAnova:
    """Tests equal means without equal variances (Welch 1951), the default choice.

    Raises:
        BadInputError: Fewer than two groups, or a group without two differing values.
    """
    samples = samples_of(groups, what="Welch ANOVA", least=2)
    k = len(samples)
    variances = {name: variance_of(values) for name, values in samples.items()}
    for name, variance in variances.items():
        if variance == 0:
            raise BadInputError("Welch ANOVA", f"group {name} is constant", "Leave it out.")
    sizes = np.array([len(values) for values in samples.values()], dtype=np.float64)
    weights = sizes / np.array([*variances.values()])
    means = np.array([mean_of(values) for values in samples.values()])
    grand = float(weights @ means / weights.sum())
    spread = float((((1 - weights / weights.sum()) ** 2) / (sizes - 1)).sum())
    numerator = float(weights @ (means - grand) ** 2) / (k - 1)
    f = numerator / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    df2 = (k**2 - 1) / (3 * spread)
    return WelchAnova(f, k - 1, df2, float(stats.f.sf(f, k - 1, df2)))
