"""Sample sizes and power of the usual tests.

What belongs here: n per group for a wanted power, and power for a given n; n is not rounded up.
"""

import math
from collections.abc import Callable

from scipy import special, stats

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, NOT_NEGATIVE, POSITIVE, at_least, takes
from dmaic_assets.sixsigma.roots import root_between

# Values of a sample: an effect that needs more is none.
_MOST = 1e12


@takes(n=at_least(2), sd=POSITIVE, alpha=INSIDE)
def t_test_power(n: float, *, difference: float, sd: float = 1.0, alpha: float = 0.05) -> float:
    """Chance that a two-sided t test of two groups of n finds a difference, on its side."""
    df = max(2 * (n - 1), 1e-10)
    critical = float(stats.t.isf(alpha / 2, df))
    return 1 - float(special.nctdtr(df, math.sqrt(n / 2) * abs(difference) / sd, critical))


@takes(sd=POSITIVE, power=INSIDE, alpha=INSIDE)
def t_test_size(
    *, difference: float, sd: float = 1.0, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Values per group that a two-sided t test needs.

    Raises:
        BadInputError: The difference is zero, or the power is not between alpha and 1.
    """
    return _size(
        lambda n: t_test_power(n, difference=difference, sd=sd, alpha=alpha), power, alpha, 2.0
    )


@takes(n=POSITIVE, first=INSIDE, second=INSIDE, alpha=INSIDE)
def share_test_power(n: float, *, first: float, second: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided comparison of two shares finds their difference (normal limit)."""
    critical = float(special.ndtri(1 - alpha / 2))
    pooled = math.sqrt((first + second) * (1 - (first + second) / 2))
    apart = math.sqrt(first * (1 - first) + second * (1 - second))
    z = (math.sqrt(n) * abs(first - second) - critical * pooled) / apart
    return float(special.ndtr(z))


@takes(first=INSIDE, second=INSIDE, power=INSIDE, alpha=INSIDE)
def share_test_size(
    *, first: float, second: float, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Trials per group that a two-sided comparison of two shares needs.

    Raises:
        BadInputError: The shares are equal, or the power is not between alpha and 1.
    """
    return _size(
        lambda n: share_test_power(n, first=first, second=second, alpha=alpha), power, alpha, 1.0
    )


@takes(n=at_least(2), groups=at_least(2), between=NOT_NEGATIVE, within=POSITIVE, alpha=INSIDE)
def anova_power(
    n: float, *, groups: int, between: float, within: float, alpha: float = 0.05
) -> float:
    """Chance that a one-way ANOVA of groups of n finds that their means differ.

    Args:
        n: Values per group.
        groups: Number of groups.
        between: Variance of the group means (divisor groups - 1).
        within: Variance within groups.
        alpha: Size of the test.
    """
    df1, df2 = groups - 1, (n - 1) * groups
    critical = float(stats.f.isf(alpha, df1, df2))
    return 1 - float(special.ncfdtr(df1, df2, df1 * n * between / within, critical))


@takes(groups=at_least(2), between=POSITIVE, within=POSITIVE, power=INSIDE, alpha=INSIDE)
def anova_size(
    *, groups: int, between: float, within: float, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Values per group that a one-way ANOVA needs.

    Raises:
        BadInputError: There is no variance between, or the power is not between alpha and 1.
    """
    return _size(
        lambda n: anova_power(n, groups=groups, between=between, within=within, alpha=alpha),
        power,
        alpha,
        2.0,
    )


def _size(power_of: Callable[[float], float], power: float, alpha: float, smallest: float) -> float:
    if not alpha < power < 1:
        raise BadInputError("sample size", f"power {power}", "Pass a power above alpha, below 1.")
    if power_of(smallest) >= power:
        return smallest
    high = 2 * smallest
    while power_of(high) < power:
        high *= 2
        if high > _MOST:
            raise BadInputError("sample size", "there is no effect", "Pass a larger difference.")
    return root_between(lambda n: power_of(n) - power, smallest, high)
