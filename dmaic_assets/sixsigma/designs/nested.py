"""Nested analysis of variance with random effects, and the components of variance.

What belongs here: batches within groups, repeats within batches. Gauge studies build on crossed
designs and stand in `msa`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import f_test
from dmaic_assets.sixsigma.tests.descriptive import as_sample, mean_of, sum_of_squares

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NestedAnova:
    """Groups over subgroups over repeats; variance components that come out negative are 0.

    `f_group` is over the mean square of subgroups, `f_subgroup` over that within.
    Over nothing it is infinite, and NaN for nothing over nothing.
    """

    df_group: int
    df_subgroup: int
    df_within: int
    ss_group: float
    ss_subgroup: float
    ss_within: float
    f_group: float
    p_group: float
    f_subgroup: float
    p_subgroup: float
    variance_group: float
    variance_subgroup: float
    variance_within: float


def nested_anova(groups: Mapping[str, Mapping[str, Iterable[float]]]) -> NestedAnova:
    """Splits the variance of repeats within subgroups within groups.

    Unequal sizes are allowed; components then use the coefficients of the expected mean squares
    (the test of groups is exact for equal sizes only).

    Args:
        groups: Group to subgroup to values.

    Raises:
        BadInputError: Fewer than two groups, no group with two subgroups, or no repeats.

    Source: Sahai and Ojeda, Analysis of Variance for Random Models, chapter 6.
    """
    samples = [
        [as_sample(values, what=f"subgroup {name}/{sub}") for sub, values in subgroups.items()]
        for name, subgroups in groups.items()
    ]
    k, s = len(samples), sum(map(len, samples))
    sizes = [np.array([len(v) for v in group], dtype=np.float64) for group in samples]
    n = int(sum(size.sum() for size in sizes))
    if k < 2 or s <= k or n <= s:
        raise BadInputError(
            "nested ANOVA", f"{k} groups, {s} subgroups, {n} values", "Pass repeats at each level."
        )
    ss_group, ss_subgroup, ss_within = _sums_of_squares(samples, sizes)
    ms = (ss_group / (k - 1), ss_subgroup / (s - k), ss_within / (n - s))
    f_group, p_group = f_test(ms[0], ms[1], k - 1, s - k)
    f_subgroup, p_subgroup = f_test(ms[1], ms[2], s - k, n - s)
    variance_group, variance_subgroup = _components(sizes, ms)
    return NestedAnova(
        df_group=k - 1,
        df_subgroup=s - k,
        df_within=n - s,
        ss_group=ss_group,
        ss_subgroup=ss_subgroup,
        ss_within=ss_within,
        f_group=f_group,
        p_group=p_group,
        f_subgroup=f_subgroup,
        p_subgroup=p_subgroup,
        variance_group=variance_group,
        variance_subgroup=variance_subgroup,
        variance_within=ms[2],
    )


def _sums_of_squares(
    samples: list[list[Floats]], sizes: list[Floats]
) -> tuple[float, float, float]:
    origin = float(samples[0][0][0])
    means = [np.array([mean_of(v - origin) for v in group]) for group in samples]
    totals = np.array([float(size.sum()) for size in sizes])
    centers = (
        np.array([float(size @ mean) for size, mean in zip(sizes, means, strict=True)]) / totals
    )
    grand = float(totals @ centers) / float(totals.sum())
    ss_subgroup = math.fsum(
        float(size @ (mean - center) ** 2)
        for size, mean, center in zip(sizes, means, centers.tolist(), strict=True)
    )
    ss_within = math.fsum(sum_of_squares(v) for group in samples for v in group)
    return float(totals @ (centers - grand) ** 2), ss_subgroup, ss_within


def _components(sizes: list[Floats], ms: tuple[float, float, float]) -> tuple[float, float]:
    """Solves the expected mean squares: within + c1 subgroup; within + c2 subgroup + c3 group."""
    totals = np.array([float(size.sum()) for size in sizes])
    squares = np.array([float(size @ size) for size in sizes])
    n, k, s = float(totals.sum()), len(sizes), sum(map(len, sizes))
    share = float((squares / totals).sum())
    c1 = (n - share) / (s - k)
    c2 = (share - float(squares.sum()) / n) / (k - 1)
    c3 = (n - float(totals @ totals) / n) / (k - 1)
    subgroup = (ms[1] - ms[2]) / c1
    return max(0.0, (ms[0] - ms[2] - c2 * subgroup) / c3), max(0.0, subgroup)
