"""Agreement of raters: intraclass correlations and kappa of a table.

What belongs here: agreement coefficients from a table of ratings. Studies of measurement systems
stand in `msa`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, takes
from dmaic_assets.sixsigma.tests.descriptive import sum_of_squares


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """The six coefficients of Shrout and Fleiss: one rater, and the mean of all of them (`_k`).

    `icc1`: raters differ by subject; `icc2`: raters are a sample; `icc3`: raters are fixed.
    """

    icc1: float
    icc2: float
    icc3: float
    icc1_k: float
    icc2_k: float
    icc3_k: float


@takes(ratings=Domain(axes=2))
def intraclass_correlations(ratings: Sequence[Sequence[float]]) -> IntraclassCorrelations:
    """Computes all six coefficients.

    Args:
        ratings: One row per subject, one column per rater, complete.

    Raises:
        BadInputError: Not a table of two subjects and raters at least, or subjects do not differ.

    Source: Shrout and Fleiss 1979.
    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise BadInputError("ratings", f"shape {table.shape}", "Pass subjects x raters, complete.")
    n, k = table.shape
    shifted = table - table[0, 0]
    centered = shifted - shifted.mean()
    # About the first row and column: subjects or raters that agree exactly come to exactly 0.
    ss_subjects = k * sum_of_squares((table - table[:1]).mean(axis=1))
    ss_raters = n * sum_of_squares((table - table[:, :1]).mean(axis=0))
    if ss_subjects == 0:
        raise BadInputError("ratings", "all subjects are alike", "Rate subjects that differ.")
    ss_total = float((centered**2).sum())
    subjects, raters = ss_subjects / (n - 1), ss_raters / (k - 1)
    within = (ss_total - ss_subjects) / (n * (k - 1))
    error = (ss_total - ss_subjects - ss_raters) / ((n - 1) * (k - 1))
    return IntraclassCorrelations(
        icc1=(subjects - within) / (subjects + (k - 1) * within),
        icc2=(subjects - error) / (subjects + (k - 1) * error + k * (raters - error) / n),
        icc3=(subjects - error) / (subjects + (k - 1) * error),
        icc1_k=(subjects - within) / subjects,
        icc2_k=(subjects - error) / (subjects + (raters - error) / n),
        icc3_k=(subjects - error) / subjects,
    )


@takes(table=Domain(0.0, axes=2))
def table_kappa(
    table: Sequence[Sequence[float]],
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
) -> float:
    """Cohen's kappa of a square table of counts, weighted for ordered categories.

    Raises:
        BadInputError: The table is not square or has no counts.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.sum() > 0:
        raise BadInputError("kappa", f"shape {counts.shape}", "Pass a square table of counts.")
    share = counts / counts.sum()
    places = np.arange(len(counts))
    distance = np.abs(places[:, None] - places[None, :]).astype(np.float64)
    penalty = (distance > 0).astype(np.float64) if weights == "none" else distance
    penalty = penalty**2 if weights == "quadratic" else penalty
    chance = float((penalty * np.outer(share.sum(axis=1), share.sum(axis=0))).sum())
    if chance == 0:
        raise BadInputError("kappa", "both raters use one category", "Nothing can be told.")
    return 1 - float((penalty * share).sum()) / chance
