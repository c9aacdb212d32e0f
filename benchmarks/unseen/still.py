"""Whether the world of a feed stands still: decided on the data alone, before any gate runs.

Every file gives a few numbers: its rows, and for each column the share of missing values and
either the median (a number) or the share of the value that the trusted files hold most often. Each
of these numbers is compared between the trusted and the later files by Mann and Whitney's test
(two-sided) at a level of 1 % for all tests of the feed together (Bonferroni). The world stands
still when no test rejects. Dates, years, codes and keys are left out: time passes in every feed.

The test is blind to what keeps these numbers and sees steps of single files as chance; it asks
whether files to come are draws from where the trusted ones came from, not whether rules fit.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.stats import mannwhitneyu

from benchmarks.unseen.columns import MISSING_TEXTS, is_timeless, share

LEVEL = 0.01  # share of still feeds that one of all their tests calls moving


def is_still(trusted: Sequence[pl.DataFrame], later: Sequence[pl.DataFrame]) -> bool:
    """Whether no number of the later files differs from the trusted ones beyond chance."""
    pooled = pl.concat(trusted)
    series = [([t.height for t in trusted], [t.height for t in later])]
    for name in pooled.columns:
        if is_timeless(pooled, trusted, name):
            series += _series(pooled[name], trusted, later)
    able = [(a, b) for a, b in series if len({*a, *b}) > 1]
    values = [float(mannwhitneyu(a, b, alternative="two-sided").pvalue) for a, b in able]
    return not values or min(values) * len(values) >= LEVEL


def _series(
    pooled: pl.Series, trusted: Sequence[pl.DataFrame], later: Sequence[pl.DataFrame]
) -> list[tuple[list[float], list[float]]]:
    name = pooled.name
    present = pooled.filter(~pooled.is_in(MISSING_TEXTS))
    if present.len() == 0:
        return [([_missing(t[name]) for t in trusted], [_missing(t[name]) for t in later])]
    numbers = present.cast(pl.Float64, strict=False)
    if numbers.null_count() == 0:

        def middle(values: pl.Series) -> float:
            found = values.cast(pl.Float64, strict=False).drop_nulls().to_numpy()
            return float(np.median(found)) if found.size else 0.0
    else:
        most = str(present.mode().sort()[0])

        def middle(values: pl.Series) -> float:
            return share(values == most)

    return [
        ([measure(t[name]) for t in trusted], [measure(t[name]) for t in later])
        for measure in (_missing, middle)
    ]


def _missing(values: pl.Series) -> float:
    return share(values.is_in(MISSING_TEXTS))
