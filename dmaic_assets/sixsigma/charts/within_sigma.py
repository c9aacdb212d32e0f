"""Standard deviation within subgroups, with the degrees of freedom that it is worth.

What belongs here: what capability needs to know about a sigma, and estimators with that
knowledge. What does not: the estimators of control charts (`estimators`), which need a value only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import POSITIVE, takes
from dmaic_assets.sixsigma.charts.constants import constants
from dmaic_assets.sixsigma.tests.descriptive import Floats, as_sample, sum_of_squares, variance_of


@dataclass(frozen=True, slots=True)
class CapabilitySigma:
    """A standard deviation, its estimator's name and its (equivalent) degrees of freedom.

    `unbiasing` is what a root mean square was divided by to be unbiased (c4); 1 when it was not.
    """

    value: float
    df: float
    estimator: str
    unbiasing: float = 1.0

    def __post_init__(self) -> None:
        """Refuses a sigma that nothing can be divided by."""
        if not all(0 < number < math.inf for number in (self.value, self.df, self.unbiasing)):
            culprit = f"{self.value} with {self.df} degrees of freedom"
            fix = "A characteristic without variation has no capability index."
            raise BadInputError(f"sigma ({self.estimator})", culprit, fix)


def overall_sigma(values: Sequence[float]) -> CapabilitySigma:
    """The standard deviation of all values, n - 1 degrees of freedom, not unbiased.

    Raises:
        BadInputError: There are fewer than two values, or all are equal.
    """
    sample = as_sample(values, what="overall sigma", least=2)
    return CapabilitySigma(math.sqrt(variance_of(sample)), len(sample) - 1, "overall")


def pooled_sigma(
    subgroups: Sequence[Sequence[float]], *, is_unbiased: bool = True
) -> CapabilitySigma:
    """Pools the variance within subgroups of any sizes: sqrt(sum of squares / sum of (n_i - 1)).

    Args:
        subgroups: Values that arose together; those of one value or none add nothing.
        is_unbiased: Whether to divide by c4(df + 1).

    Raises:
        BadInputError: No subgroup has two values, or nothing varies within them.
    """
    used = _of_two(subgroups, "pooled sigma")
    df = sum(len(group) - 1 for group in used)
    pooled = math.sqrt(math.fsum(sum_of_squares(group) for group in used) / df)
    factor = unbiasing_factor(df) if is_unbiased else 1.0
    return CapabilitySigma(pooled / factor, df, "pooled", factor)


def range_sigma(subgroups: Sequence[Sequence[float]]) -> CapabilitySigma:
    """The mean of R / d2(n) over subgroups, with the degrees of freedom that its variance is worth.

    Raises:
        BadInputError: No subgroup has two values, or nothing varies within them.
    """
    used = _of_two(subgroups, "range sigma")
    known = [constants(len(group)) for group in used]
    value = math.fsum(
        float(np.ptp(group)) / c.d2 for group, c in zip(used, known, strict=True)
    ) / len(used)
    df = equivalent_df(math.fsum((c.d3 / c.d2) ** 2 for c in known) / len(used) ** 2)
    return CapabilitySigma(value, df, "mean range", unbiasing_factor(df))


def moving_range_sigma(values: Sequence[float]) -> CapabilitySigma:
    """The mean moving range of two over d2 = 2 / sqrt(pi), for single values in order of time.

    Its degrees of freedom are those of a standard deviation that varies as much (about 0.6 n),
    from the variance of the mean of overlapping ranges of independent normal values.

    Raises:
        BadInputError: There are fewer than two values, or they never change.
    """
    sample = as_sample(values, what="moving range", least=2)
    m = len(sample) - 1
    total = math.fsum(np.abs(np.diff(sample)).tolist())
    d2 = 2 / math.sqrt(math.pi)
    # |x1 - x2| and |x2 - x3| are half-normal with correlation -1/2 of the differences.
    covariance = (4 / math.pi) * (math.sqrt(0.75) - 0.5 * math.asin(-0.5)) - d2 * d2
    variance = (m * (2 - d2 * d2) + 2 * (m - 1) * covariance) / (m * m * d2 * d2)
    df = equivalent_df(variance)
    return CapabilitySigma(total / m / d2, df, "moving range", unbiasing_factor(df))


@takes(relative_variance=POSITIVE)
def equivalent_df(relative_variance: float) -> float:
    """Degrees of freedom of a standard deviation with Var(s) / E(s)^2 as given.

    Solves v = 1 / (2 df) + 1 / (8 df^2), the expansion of 1 / c4^2 - 1.
    """
    return (1 + math.sqrt(1 + 2 * relative_variance)) / (4 * relative_variance)


@takes(df=POSITIVE)
def unbiasing_factor(df: float) -> float:
    """c4 of df degrees of freedom, E(s) / sigma = sqrt(2/df) Gamma((df+1)/2) / Gamma(df/2)."""
    return math.sqrt(2 / df) * math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2))


def _of_two(subgroups: Sequence[Sequence[float]], what: str) -> list[Floats]:
    """Subgroups that can vary: those of two values at least."""
    samples = [as_sample(group, what=what) for group in subgroups if len(group)]
    used = [sample for sample in samples if len(sample) > 1]
    if not used:
        fix = "Give subgroups of at least two values, or use moving ranges."
        raise BadInputError(what, "no subgroup of two values", fix)
    return used
