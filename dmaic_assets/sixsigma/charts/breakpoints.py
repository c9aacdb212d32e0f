"""Shifts of the mean of a series: where it breaks, and how often.

What belongs here: least-squares segmentation with a known or a chosen number of breaks.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, Domain, takes
from dmaic_assets.sixsigma.tests.descriptive import as_sample, deviations_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Best breaks for each number of breaks; `chosen` is the number of the lowest BIC.

    A break is the number of values before it: a series breaks after value 28 at 28. `bic` is
    minus infinite for a perfect fit.
    """

    breaks: tuple[tuple[int, ...], ...]
    ss_residual: tuple[float, ...]
    bic: tuple[float, ...]

    @property
    def chosen(self) -> int:
        """Number of breaks that the information criterion prefers."""
        return int(np.argmin(self.bic))


@takes(most=NOT_NEGATIVE, least_share=Domain(0.0, 0.5))
def mean_breaks(
    values: Iterable[float], *, most: int = 5, least_share: float = 0.15
) -> Segmentation:
    """Finds the best 0, 1, ... breaks in the mean of a series, by dynamic programming.

    Args:
        values: The series, in order.
        most: Largest number of breaks; fewer where segments would be too short.
        least_share: Shortest segment as a share of the series, in (0, 0.5].

    Raises:
        BadInputError: The series is too short for two segments.

    Source: Bai and Perron 2003; BIC with two parameters (mean, break or variance) a segment.
    """
    x = deviations_of(as_sample(values, what="series", least=4))
    n = len(x)
    shortest = max(2, int(n * least_share))
    if 2 * shortest > n:
        raise BadInputError("series", f"{n} values", "Pass more, or a smaller least_share.")
    count = min(most, n // shortest - 1)
    sums, squares = np.append(0.0, np.cumsum(x)), np.append(0.0, np.cumsum(x * x))

    def costs(starts: npt.NDArray[np.int_], end: int) -> Floats:
        size = end - starts
        return squares[end] - squares[starts] - (sums[end] - sums[starts]) ** 2 / size

    best = np.full((count + 1, n + 1), np.inf)
    came = np.zeros((count + 1, n + 1), dtype=np.int64)
    for end in range(shortest, n + 1):
        best[0, end] = float(costs(np.array([0]), end)[0])
        starts = np.arange(shortest, end - shortest + 1)
        if not len(starts):
            continue
        tails = costs(starts, end)
        for k in range(1, count + 1):
            options = best[k - 1, starts] + tails
            index = int(np.argmin(options))
            best[k, end], came[k, end] = options[index], starts[index]
    paths = tuple(_path(came, k, n) for k in range(count + 1))
    residuals = tuple(float(best[k, n]) for k in range(count + 1))
    return Segmentation(paths, residuals, tuple(_bic(r, n, k) for k, r in enumerate(residuals)))


def _path(came: npt.NDArray[np.int64], breaks: int, end: int) -> tuple[int, ...]:
    found: list[int] = []
    for k in range(breaks, 0, -1):
        end = int(came[k, end])
        found.append(end)
    return tuple(reversed(found))


def _bic(ss: float, n: int, breaks: int) -> float:
    if ss <= 0:
        return -math.inf
    return n * (math.log(2 * math.pi * ss / n) + 1) + math.log(n) * 2 * (breaks + 1)
