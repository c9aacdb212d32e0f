"""Intervals for a share and for a rate from counts.

What belongs here: exact and score intervals of binomial and Poisson counts. What does not: what
the counts are counts of (`defects`, `reliability`, `msa`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import INSIDE, NOT_NEGATIVE, at_least, takes

ShareMethod: TypeAlias = Literal["auto", "clopper-pearson", "mid-p", "wilson"]
RateMethod: TypeAlias = Literal["auto", "garwood", "mid-p"]
Side: TypeAlias = Literal["two-sided", "lower", "upper"]

# Below so many events (or non-events) no interval of a count covers its level within 1 %: `auto`
# then takes the exact one, which covers at least that.
FEW = 30
# Methods that cover their level or more.
_AT_LEAST = ("clopper-pearson", "garwood", "chi-square, time-censored", "delta", "lenth")


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; a bound of None is a bound that the data cannot give.

    `level` is in (0, 1). `side` is "lower" or "upper" when only that bound is claimed, at the
    whole level. `method` names the formula.
    """

    lower: float | None
    upper: float | None
    level: float
    method: str
    side: Side = "two-sided"

    def holds(self, value: float) -> bool:
        """Whether a value lies within the bounds, which belong to the interval."""
        is_above = self.lower is None or self.lower <= value
        return is_above and (self.upper is None or value <= self.upper)

    @property
    def is_at_least(self) -> bool:
        """Whether it covers its level or more, where others cover it within 1 %."""
        return self.method in _AT_LEAST

    @property
    def promise(self) -> str:
        """The coverage in words: `95 %`, or `at least 95 %`."""
        return f"{'at least ' if self.is_at_least else ''}{100 * self.level:g} %"


def share_interval(
    count: int, trials: int, *, level: float = 0.95, method: ShareMethod = "auto"
) -> Interval:
    """Bounds the share behind `count` of `trials`.

    With no count, or with nothing but counts, one bound is certain, so that the other one gets
    the whole level: 0 of n is at most 1 - (1 - level)^(1/n) (0 of 10,000: 299.5 per million).
    A side that is chosen by the data costs coverage where about three are expected, so that bounds
    of other counts that stand between this bound and the two-sided one give way to it: `auto` and
    `clopper-pearson` then cover 0.94 or more at a level of 0.95 (of 5 trials: 0.931).
    `exact_share_interval` has no such place.

    Args:
        count: Events, in [0, trials].
        trials: At least 1.
        level: Confidence in (0, 1).
        method: `clopper-pearson` covers `level` or more, but for the place above; `mid-p` covers
            it on average and `wilson` too, with short intervals for shares that are not small.
            `auto` is `clopper-pearson` below 30 events or non-events, which holds at least its
            level, else `mid-p`, which holds it within 1 %.

    Raises:
        BadInputError: Counts or level are out of range.

    Sources: Clopper & Pearson 1934; Wilson 1927; Berry & Armitage 1995 (mid-p).
    """
    _check_counts(count, trials)
    check_level(level)
    alpha = 1 - level
    if count in {0, trials}:
        bound = -math.expm1(math.log(alpha) / trials)
        if count == 0:
            return Interval(0.0, bound, level, "clopper-pearson", "upper")
        return Interval(1 - bound, 1.0, level, "clopper-pearson", "lower")
    if method == "wilson":
        return Interval(*wilson_interval(count, trials, level), level, "wilson")
    if method == "mid-p" or (method == "auto" and FEW <= count <= trials - FEW):
        return _mid_p(count, trials, level)
    return _beside_ends(_clopper_pearson(count, trials, level), trials)


def exact_share_interval(count: int, trials: int, *, level: float = 0.95) -> Interval:
    """Bounds a share by Clopper and Pearson with the same tail on both sides, at 0 and all too.

    For claims about both sides whatever is counted (conditional tests, comparisons with other
    programs): `share_interval` gives the whole level to one bound at 0 and at all, and an interval
    that chooses its side by the data covers less than `level` for some shares.

    Raises:
        BadInputError: Counts or level are out of range.

    Source: Clopper & Pearson 1934.
    """
    _check_counts(count, trials)
    check_level(level)
    if 0 < count < trials:
        return _clopper_pearson(count, trials, level)
    bound = -math.expm1(math.log((1 - level) / 2) / trials)
    lower, upper = (0.0, bound) if count == 0 else (1 - bound, 1.0)
    return Interval(lower, upper, level, "clopper-pearson")


def rate_interval(
    events: int, exposure: float, *, level: float = 0.95, method: RateMethod = "auto"
) -> Interval:
    """Bounds the rate of a Poisson count per unit of exposure.

    `garwood` covers `level` or more, `mid-p` covers it on average; `auto` is `garwood` below 30
    events, which holds at least its level, else `mid-p`, which holds it within 1 %. Without events
    the upper bound gets the whole level, -ln(1 - level) / exposure; lower bounds that stand between
    it and the two-sided one give way to it, so that `garwood` covers 0.946 or more at a level of
    0.95.

    Raises:
        BadInputError: Events are negative, the exposure is not positive, or the level is out of
            range.

    Sources: Garwood 1936, chi-square form; Cohen & Yang 1994 (mid-p).
    """
    from scipy import special

    if events < 0 or not exposure > 0:
        raise BadInputError(
            "a rate", f"{events} events in {exposure}", "Give counts >= 0 and an exposure > 0."
        )
    check_level(level)
    if events == 0:
        return Interval(0.0, -math.log1p(-level) / exposure, level, "garwood", "upper")
    tail = (1 - level) / 2
    lower = float(special.gammaincinv(events, tail)) / exposure
    upper = float(special.gammainccinv(events + 1, tail)) / exposure
    if method == "garwood" or (method == "auto" and events < FEW):
        ends = (-math.log1p(-level) / exposure, -math.log(tail) / exposure)
        return Interval(_giving_way(lower, ends), upper, level, "garwood")

    def upper_probability(rate: float) -> float:
        mean = rate * exposure
        above, at_least = (float(special.gammainc(k, mean)) for k in (events + 1, events))
        return (above + at_least) / 2

    low = _solve(lambda rate: upper_probability(rate) - tail, upper)
    high = _solve(lambda rate: upper_probability(rate) - (1 - tail), upper)
    return Interval(low, high, level, "mid-p")


@takes(count=NOT_NEGATIVE, trials=at_least(1), level=INSIDE)
def wilson_interval(count: int, trials: int, level: float) -> tuple[float, float]:
    """The score interval of a share, at nothing and at all too; both bounds are in [0, 1]."""
    from scipy import special

    _check_counts(count, trials)
    z = float(special.ndtri(0.5 + level / 2))
    share = count / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    half = z * spread / (1 + z * z / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def check_level(level: float) -> None:
    """Refuses a confidence level that is not in (0, 1)."""
    if not 0 < level < 1:
        raise BadInputError("a confidence level", f"is {level}", "Give a share between 0 and 1.")


def _beside_ends(found: Interval, trials: int) -> Interval:
    """An exact interval whose neighbours at nothing and at all have one side."""
    alpha = 1 - found.level
    one, two = (-math.expm1(math.log(tail) / trials) for tail in (alpha, alpha / 2))
    lower, upper = found.lower or 0.0, 1.0 if found.upper is None else found.upper
    missing = _giving_way(1 - upper, (one, two))
    is_moved = missing != 1 - upper
    return replace(
        found, lower=_giving_way(lower, (one, two)), upper=1 - missing if is_moved else upper
    )


def _giving_way(lower: float, ends: tuple[float, float]) -> float:
    """A lower bound between the one-sided and the two-sided bound of nothing becomes the former.

    Beyond the one-sided bound, 0 is left out at the whole level already; leaving out a large count
    too would cost coverage.
    """
    return ends[0] if ends[0] < lower < ends[1] else lower


def _clopper_pearson(count: int, trials: int, level: float) -> Interval:
    from scipy import special

    tail = (1 - level) / 2
    lower = float(special.betaincinv(count, trials - count + 1, tail))
    upper = float(special.betainccinv(count + 1, trials - count, tail))
    return Interval(lower, upper, level, "clopper-pearson")


def _mid_p(count: int, trials: int, level: float) -> Interval:
    tail = (1 - level) / 2
    lower = _solve(lambda p: _upper_probability(count, trials, p) - tail)
    upper = _solve(lambda p: _upper_probability(count, trials, p) - (1 - tail))
    return Interval(lower, upper, level, "mid-p")


def _solve(rising: Callable[[float], float], high: float = 1.0) -> float:
    """Finds where a function that rises over [0, high] crosses 0, to the last digits by bisection.

    Half steps of the exponent come first, so that a share of 1e-9 keeps its digits.
    """
    low = 0.0
    for _ in range(200):
        middle = math.sqrt(low * high) if 0 < low < high / 4 else (low + high) / 2
        if middle in {low, high}:
            break
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _upper_probability(count: int, trials: int, share: float) -> float:
    """P(X > count) + P(X = count) / 2 of a binomial count."""
    from scipy import special

    above = float(special.bdtrc(count, trials, share))
    at_least = float(special.bdtrc(count - 1, trials, share))
    return (above + at_least) / 2


def _check_counts(count: int, trials: int) -> None:
    if trials < 1 or not 0 <= count <= trials:
        fix = "Give 0 <= count <= trials, and at least one trial."
        raise BadInputError("a share", f"{count} of {trials}", fix)
