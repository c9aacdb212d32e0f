"""Time between failures, time to repair and availability.

What belongs here: MTBF with exact bounds under a constant failure rate. What does not: whether
the rate is constant (`reliability_trend`), which is to be asked first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, POSITIVE, Domain, takes
from dmaic_assets.sixsigma.tests.proportions import Interval, check_level

Censoring: TypeAlias = Literal["time", "failure"]


@dataclass(frozen=True, slots=True)
class Mtbf:
    """Mean time between failures, in the unit of the observed time.

    `value` is None without a failure: then `lower_bound` is all that is known. `lower_bound` is
    one-sided at the whole level; `interval` is two-sided, without an upper bound at no failure.
    """

    value: float | None
    failures: int
    total_time: float
    censoring: Censoring
    interval: Interval
    lower_bound: float


@takes()
def mtbf(
    total_time: float, failures: int, *, level: float = 0.95, censoring: Censoring = "time"
) -> Mtbf:
    """Measures T / r and its chi-square bounds.

    With r failures in time T and a = 1 - level, the two-sided bounds are 2T / chi2(1 - a/2; d)
    and 2T / chi2(a/2; 2r), where d is 2r + 2 when observation ended at a chosen time and 2r when
    it ended with a failure.

    Args:
        total_time: T, time under observation summed over all items.
        failures: r, at least 0; at least 1 when `censoring` is "failure".
        level: Confidence of interval and bound.
        censoring: What ended the observation.

    Raises:
        BadInputError: The time is not positive, or failures do not fit the censoring.

    Source: NIST/SEMATECH e-Handbook 8.4.5.1.
    """
    check_level(level)
    least = 1 if censoring == "failure" else 0
    if not total_time > 0 or failures < least:
        culprit = f"{failures} failures in {total_time}, ended by {censoring}"
        raise BadInputError("MTBF", culprit, "Give a time > 0 and the failures seen in it.")
    tail = (1 - level) / 2
    degrees = 2 * failures + (2 if censoring == "time" else 0)
    upper = 2 * total_time / _chi2(tail, 2 * failures) if failures else None
    lower = 2 * total_time / _chi2(1 - tail, degrees)
    return Mtbf(
        value=total_time / failures if failures else None,
        failures=failures,
        total_time=total_time,
        censoring=censoring,
        interval=Interval(lower, upper, level, f"chi-square, {censoring}-censored"),
        lower_bound=2 * total_time / _chi2(level, degrees),
    )


@takes(durations=Domain(0.0, least=1))
def mean_time_to_repair(durations: Sequence[float]) -> float:
    """Averages repair times.

    Raises:
        BadInputError: There is no repair, or one took less than no time.
    """
    if not durations or min(durations) < 0:
        raise BadInputError(
            "MTTR", "no repair, or a negative time", "Give the time of each repair."
        )
    return sum(durations) / len(durations)


@takes(mtbf_value=POSITIVE, mttr=NOT_NEGATIVE)
def availability(mtbf_value: float, mttr: float) -> float:
    """MTBF / (MTBF + MTTR), the share of time in working order in the long run.

    Raises:
        BadInputError: MTBF is not positive or MTTR is negative.
    """
    if not (mtbf_value > 0 and mttr >= 0):
        culprit = f"MTBF {mtbf_value}, MTTR {mttr}"
        raise BadInputError("availability", culprit, "Give an MTBF > 0 and an MTTR >= 0.")
    return mtbf_value / (mtbf_value + mttr)


def _chi2(probability: float, degrees: int) -> float:
    from scipy import special

    return 2 * float(special.gammaincinv(degrees / 2, probability))
