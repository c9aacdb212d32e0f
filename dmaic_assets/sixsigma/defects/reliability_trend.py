"""Whether failures come at a constant rate: without that, an MTBF has no meaning.

What belongs here: the Laplace and the MIL-HDBK-189 tests of one series of failure times.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import takes

Direction: TypeAlias = Literal["improving", "none", "deteriorating"]


@dataclass(frozen=True, slots=True)
class TrendTest:
    """A test of a constant rate against one that rises or falls; `p` is two-sided.

    `direction` is "improving" when failures become rarer and the test says so at its level.
    """

    test: str
    statistic: float
    p: float
    direction: Direction


@takes()
def laplace_test(
    times: Sequence[float], total_time: float | None = None, *, alpha: float = 0.05
) -> TrendTest:
    """Compares the mean failure time with the middle of the observation, as a standard normal U.

    U = (mean t - T/2) / (T sqrt(1 / (12 n))): below 0 failures come early and become rarer.

    Args:
        times: Times of failure since the start, in any order.
        total_time: T, when observation ended at a chosen time; None, or the time of the last
            failure, when it ended with that failure, which then is not one of the n.
        alpha: Level of the two-sided test behind `direction`.

    Raises:
        BadInputError: Fewer than two failures count, or times lie outside of (0, T].

    Source: Cox & Lewis 1966; the limits of Ascher & Feingold 1984.
    """
    from scipy import special

    counted, total = _counted(times, total_time)
    n = len(counted)
    u = (math.fsum(counted) / n - total / 2) / (total * math.sqrt(1 / (12 * n)))
    p = 2 * float(special.ndtr(-abs(u)))
    return TrendTest("laplace", u, p, _direction(p < alpha, is_improving=u < 0))


@takes()
def power_law_test(
    times: Sequence[float], total_time: float | None = None, *, alpha: float = 0.05
) -> TrendTest:
    """Tests the shape of a power-law process: 2 sum ln(T / t_i) is chi-square with 2n degrees.

    A large statistic means failures that become rarer. Arguments and errors are those of
    `laplace_test`.

    Source: MIL-HDBK-189, Crow 1974.
    """
    from scipy import special

    counted, total = _counted(times, total_time)
    n = len(counted)
    statistic = 2 * math.fsum(math.log(total / time) for time in counted)
    below = float(special.gammainc(n, statistic / 2))
    p = min(1.0, 2 * min(below, 1 - below))
    is_improving = statistic > 2 * n
    return TrendTest("mil-hdbk-189", statistic, p, _direction(p < alpha, is_improving=is_improving))


def _counted(times: Sequence[float], total_time: float | None) -> tuple[list[float], float]:
    ordered = sorted(times)
    total = total_time if total_time is not None else (ordered[-1] if ordered else 0.0)
    if ordered and (ordered[0] <= 0 or ordered[-1] > total):
        culprit = f"times from {ordered[0]} to {ordered[-1]} in an observation of {total}"
        raise BadInputError("a trend test", culprit, "Give times in (0, T], from the start on.")
    # An observation that ends with a failure tells nothing by that failure's time.
    counted = ordered[:-1] if ordered and ordered[-1] == total else ordered
    if len(counted) < 2:
        raise BadInputError("a trend test", f"{len(counted)} failures", "Wait for more failures.")
    return counted, total


def _direction(is_significant: bool, *, is_improving: bool) -> Direction:  # noqa: FBT001 - private
    if not is_significant:
        return "none"
    return "improving" if is_improving else "deteriorating"
