"""Tests of equal spread of several groups.

What belongs here: Bartlett, Levene (Brown-Forsythe) and Fligner-Killeen. The F test of two
variances stands in `ttests`.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import Groups, one_way_anova, samples_of
from dmaic_assets.sixsigma.tests.descriptive import mean_of, variance_of
from dmaic_assets.sixsigma.tests.ranks import ranks_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpreadTest:
    """Statistic, degrees of freedom (`df2` for Levene's F alone) and upper-tail p-value.

    Levene's statistic is infinite when distances vary between groups only, NaN when nowhere.
    """

    statistic: float
    df1: int
    df2: int | None
    p: float


def bartlett(groups: Groups) -> SpreadTest:
    """Tests equal variances of normal groups; whole numbers are numbers like any other.

    Raises:
        BadInputError: Fewer than two groups, or one that does not vary.

    Source: Bartlett 1937, with the correction of Snedecor and Cochran.
    """
    samples = samples_of(groups, what="Bartlett", least=2)
    variances = {name: variance_of(values) for name, values in samples.items()}
    for name, variance in variances.items():
        if variance == 0:
            raise BadInputError("Bartlett", f"group {name} is constant", "Leave it out.")
    dfs = np.array([len(values) - 1 for values in samples.values()], dtype=np.float64)
    spread = np.array([*variances.values()])
    total, k = float(dfs.sum()), len(samples)
    pooled = float(dfs @ spread) / total
    numerator = total * math.log(pooled) - float(dfs @ np.log(spread))
    k2 = numerator / (1 + (float((1 / dfs).sum()) - 1 / total) / (3 * (k - 1)))
    return SpreadTest(k2, k - 1, None, float(special.chdtrc(k - 1, k2)))


def levene(groups: Groups, *, center: Literal["median", "mean"] = "median") -> SpreadTest:
    """Tests equal spread by an ANOVA of distances from the centre of each group.

    The median (Brown and Forsythe 1974) keeps its size for skewed data.

    Raises:
        BadInputError: As `one_way_anova`.
    """
    samples = samples_of(groups, what="Levene")
    distances = {
        name: np.abs(values - (np.median(values) if center == "median" else mean_of(values)))
        for name, values in samples.items()
    }
    table = one_way_anova(distances)
    return SpreadTest(table.f, table.df_between, table.df_within, table.p)


def fligner_killeen(groups: Groups) -> SpreadTest:
    """Tests equal spread by normal scores of distances from medians, robust to heavy tails.

    Raises:
        BadInputError: Fewer than two groups, an empty one, or distances that are all equal.

    Source: Conover, Johnson and Johnson 1981.
    """
    samples = samples_of(groups, what="Fligner-Killeen")
    distances = [np.abs(values - np.median(values)) for values in samples.values()]
    ranks, _ = ranks_of(np.concatenate(distances))
    n = len(ranks)
    scores = special.ndtri(0.5 + ranks / (2 * (n + 1)))
    deviations = scores - scores.mean()
    variance = float(deviations @ deviations) / (n - 1)
    if variance == 0:
        raise BadInputError("Fligner-Killeen", "all distances are equal", "Pass other values.")
    edges = np.cumsum([len(d) for d in distances])[:-1]
    parts = np.split(deviations, edges)
    between = math.fsum(len(part) * float(part.mean()) ** 2 for part in parts)
    df = len(samples) - 1
    chi2 = between / variance
    return SpreadTest(chi2, df, None, float(special.chdtrc(df, chi2)))
