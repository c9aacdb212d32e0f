"""Adjusting p-values for the number of comparisons.

What belongs here: corrections that need the p-values alone. Simultaneous comparisons of means
stand in `posthoc`.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError

Correction: TypeAlias = Literal["none", "bonferroni", "holm", "hochberg", "bh", "by"]
Floats: TypeAlias = npt.NDArray[np.float64]


def adjust_p_values(p_values: Sequence[float], *, correction: Correction = "holm") -> Floats:
    """Adjusts p-values, in the order given; each result is in [0, 1].

    Holm and Bonferroni hold the chance of any false finding, Holm with more power; Hochberg too
    under independence. BH and BY hold the expected share of false findings (BY under any
    dependence), which suits many columns.

    Raises:
        BadInputError: A p-value is not in [0, 1].

    Sources: Holm 1979; Hochberg 1988; Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise BadInputError("p-values", "one is not in [0, 1]", "Leave out missing p-values.")
    count = len(p)
    if correction in {"none", "bonferroni"} or count < 2:
        return np.minimum(p * (count if correction == "bonferroni" else 1), 1.0)
    rank = np.arange(1, count + 1)
    order = np.argsort(p, kind="stable")
    ordered = p[order]
    if correction == "holm":
        adjusted = np.maximum.accumulate(ordered * (count - rank + 1))
    else:
        factors = _step_up_factors(correction, rank)
        adjusted = np.minimum.accumulate((ordered * factors)[::-1])[::-1]
    result = np.empty(count)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def _step_up_factors(correction: Correction, rank: npt.NDArray[np.int_]) -> Floats:
    count = len(rank)
    if correction == "hochberg":
        return (count - rank + 1).astype(np.float64)
    harmonic = float((1 / rank).sum()) if correction == "by" else 1.0
    return np.asarray(harmonic * count / rank, dtype=np.float64)
