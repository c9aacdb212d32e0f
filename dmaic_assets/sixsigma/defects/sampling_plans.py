"""Single sampling plans by attributes: what a sample of n with at most c defectives decides.

What belongs here: acceptance probability, plans for two risks, and sample sizes for a share.
What does not: drawing the sample. Shares of defectives are in [0, 1].
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.proportions import check_level

# Items of a sample beyond which the search for a plan is given up.
LARGEST_SAMPLE = 10_000_000
# Acceptance numbers tried before the search is given up.
LARGEST_ACCEPTANCE = 2_000


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Look at `sample_size` of a lot; accept it when at most `acceptance` are defective.

    With a `lot_size` probabilities are hypergeometric, without one binomial.
    """

    sample_size: int
    acceptance: int
    lot_size: int | None = None

    def __post_init__(self) -> None:
        """Refuses a plan that cannot be carried out."""
        is_sample = self.sample_size >= 1 and 0 <= self.acceptance <= self.sample_size
        if not is_sample or (self.lot_size is not None and self.lot_size < self.sample_size):
            fix = "Give 0 <= acceptance <= sample size <= lot size."
            raise BadInputError("a sampling plan", repr(self), fix)


@dataclass(frozen=True, slots=True)
class DesignedPlan:
    """The smallest plan for two risks, and the risks that it really has."""

    plan: SamplingPlan
    aql: float
    ltpd: float
    producer_risk: float
    consumer_risk: float


def acceptance_probability(plan: SamplingPlan, share: float) -> float:
    """Pa: the probability that a lot with a share of defectives is accepted.

    In a lot of known size the defectives are round(share * lot_size).

    Raises:
        BadInputError: The share is not in [0, 1].
    """
    _check_share(share)
    return _acceptance(plan.sample_size, plan.acceptance, share, plan.lot_size)


def operating_characteristic(plan: SamplingPlan, shares: Sequence[float]) -> list[float]:
    """Pa at each share, in their order."""
    return [acceptance_probability(plan, share) for share in shares]


def design_plan(
    aql: float,
    ltpd: float,
    *,
    producer_risk: float = 0.05,
    consumer_risk: float = 0.10,
    lot_size: int | None = None,
) -> DesignedPlan:
    """Finds the plan with the smallest sample that holds both risks.

    Args:
        aql: A good share of defectives, accepted with probability >= 1 - producer_risk.
        ltpd: A bad share, accepted with probability <= consumer_risk.
        producer_risk: In (0, 1).
        consumer_risk: In (0, 1).
        lot_size: Makes the probabilities hypergeometric.

    Raises:
        BadInputError: Shares or risks are out of order, or no plan of reasonable size holds them.
    """
    check_level(producer_risk)
    check_level(consumer_risk)
    if not 0 <= aql < ltpd <= 1:
        raise BadInputError("a sampling plan", f"AQL {aql}, LTPD {ltpd}", "Give 0 <= AQL < LTPD.")
    most = lot_size or LARGEST_SAMPLE
    for acceptance in range(LARGEST_ACCEPTANCE):

        def is_strict(n: int, c: int = acceptance) -> bool:
            return _acceptance(n, c, ltpd, lot_size) <= consumer_risk

        sample = _smallest(is_strict, acceptance + 1, most)
        if sample is None:
            break
        # A larger c needs a larger sample, so that the first one to please both is the smallest.
        if _acceptance(sample, acceptance, aql, lot_size) >= 1 - producer_risk:
            return _designed(SamplingPlan(sample, acceptance, lot_size), aql, ltpd)
    culprit = f"no sample of at most {most} tells {aql} from {ltpd} at these risks"
    raise BadInputError("a sampling plan", culprit, "Allow larger risks or a wider gap.")


def sample_size_for_share(expected: float, half_width: float, *, level: float = 0.95) -> int:
    """Finds how many units estimate a share to +- half_width: z^2 p (1 - p) / d^2, rounded up.

    Raises:
        BadInputError: The expected share is not in [0, 1], or the half width is not in (0, 1).
    """
    from scipy import special

    check_level(level)
    check_level(half_width)
    _check_share(expected)
    z = float(special.ndtri(0.5 + level / 2))
    return max(1, math.ceil(z * z * expected * (1 - expected) / (half_width * half_width)))


def sample_size_without_defects(share: float, *, level: float = 0.95) -> int:
    """Finds how many units without any defective show that less than a share is defective.

    ln(1 - level) / ln(1 - share), rounded up: 299 units for 1 % at 95 %.

    Raises:
        BadInputError: Share or level is not in (0, 1).
    """
    check_level(level)
    check_level(share)
    return math.ceil(math.log1p(-level) / math.log1p(-share))


def _designed(plan: SamplingPlan, aql: float, ltpd: float) -> DesignedPlan:
    good, bad = (acceptance_probability(plan, share) for share in (aql, ltpd))
    return DesignedPlan(plan, aql, ltpd, producer_risk=1 - good, consumer_risk=bad)


def _smallest(holds: Callable[[int], bool], low: int, high: int) -> int | None:
    """The smallest number in [low, high] at which a condition holds that stays true above it."""
    step = low
    while step < high and not holds(step):
        low, step = step + 1, min(high, step * 2)
    if step > high or not holds(step):
        return None
    high = step
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _acceptance(sample: int, acceptance: int, share: float, lot_size: int | None) -> float:
    from scipy import special, stats

    if acceptance >= sample:
        return 1.0
    if lot_size is None:
        return float(special.bdtr(acceptance, sample, share))
    return float(stats.hypergeom.cdf(acceptance, lot_size, round(share * lot_size), sample))


def _check_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise BadInputError("a share of defectives", f"is {share}", "Give a share in [0, 1].")
