"""Nested analysis of variance with random effects, and the components of variance.

What belongs here: batches within groups, repeats within batches. Gauge studies build on crossed
designs and stand in `msa`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.anova import f_test
from dmaic_assets.sixsigma.descriptive import as_sample, mean_of, sum_of_squares


@dataclass(frozen=True, slots=True)
class NestedAnova:
    """Groups over subgroups over repeats; variance components that come out negative are 0.

    `f_group` is over the mean square of subgroups, `f_subgroup` over that within.
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
    origin = float(samples[0][0][0])
    means = [np.array([mean_of(v - origin) for v in group]) for group in samples]
    group_sizes = np.array([size.sum() for size in sizes])
    group_means = np.array(
        [float(size @ m / size.sum()) for size, m in zip(sizes, means, strict=True)]
    )
    grand = float(group_sizes @ group_means) / n
    ss_group = float(group_sizes @ (group_means - grand) ** 2)
    ss_sub = math.fsum(
        float(size @ (m - g) ** 2) for size, m, g in zip(sizes, means, group_means, strict=True)
    )
    ss_within = math.fsum(sum_of_squares(v) for group in samples for v in group)
    ms = (ss_group / (k - 1), ss_sub / (s - k), ss_within / (n - s))
    f_group, p_group = f_test(ms[0], ms[1], k - 1, s - k)
    f_sub, p_sub = f_test(ms[1], ms[2], s - k, n - s)
    squares = np.array([float(size @ size) for size in sizes])
    # Expected mean squares: within + c1 sub (subgroups), within + c2 sub + c3 group (groups).
    c1 = (n - float((squares / group_sizes).sum())) / (s - k)
    c2 = (float((squares / group_sizes).sum()) - float(squares.sum()) / n) / (k - 1)
    c3 = (n - float(group_sizes @ group_sizes) / n) / (k - 1)
    sub = (ms[1] - ms[2]) / c1
    return NestedAnova(
        df_group=k - 1,
        df_subgroup=s - k,
        df_within=n - s,
        ss_group=ss_group,
        ss_subgroup=ss_sub,
        ss_within=ss_within,
        f_group=f_group,
        p_group=p_group,
        f_subgroup=f_sub,
        p_subgroup=p_sub,
        variance_group=max(0.0, (ms[0] - ms[2] - c2 * sub) / c3),
        variance_subgroup=max(0.0, sub),
        variance_within=ms[2],
    )
