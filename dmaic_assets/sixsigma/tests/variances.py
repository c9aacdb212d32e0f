"""Tests of equal spread of several groups.

What belongs here: Bartlett, Levene (Brown-Forsythe) and Fligner-Killeen. The F test of two
variances stands in `ttests`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import Groups, one_way_anova, samples_of
from dmaic_assets.sixsigma.tests.descriptive import mean_of, variance_of


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
    for name, values in samples.items():
        if variance_of(values) == 0:
            raise BadInputError("Bartlett", f"group {name} is constant", "Leave it out.")
    # About the first value: a common leading part of all values would cost digits.
    k2, p = stats.bartlett(*(values - values[0] for values in samples.values()))
    return SpreadTest(float(k2), len(samples) - 1, None, float(p))


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
    if np.ptp(np.concatenate(distances)) == 0:
        raise BadInputError("Fligner-Killeen", "all distances are equal", "Pass other values.")
    chi2, p = stats.fligner(*samples.values())
    return SpreadTest(float(chi2), len(samples) - 1, None, float(p))
