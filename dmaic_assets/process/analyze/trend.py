"""Whether a share rises or falls over the files of a source, by linear regression.

What belongs here: the test and its words. Charts with limits are the business of Control.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.sixsigma.regression.linear import linear_regression

# Files: a line through fewer leaves hardly a degree of freedom to judge its slope by.
_LEAST_FILES = 5


@dataclass(frozen=True, slots=True)
class Trend:
    """The slope of a share per file, with a 95 % interval and its two-sided p-value."""

    slope: float
    slope_low: float
    slope_high: float
    p: float
    files: int

    @property
    def words(self) -> str:
        """The trend in one sentence."""
        if self.p > 0.05:
            return f"No trend in the share of defective rows over {self.files} files."
        way = "rises" if self.slope > 0 else "falls"
        return (
            f"The share of defective rows {way} by {100 * abs(self.slope):.3g} points per file"
            f" (95 % interval {100 * self.slope_low:.3g} to {100 * self.slope_high:.3g})."
        )


def trend_of(shares: Sequence[float]) -> Trend | None:
    """Fits a line over the files in arrival order; None with fewer than 5 files or no variation."""
    if len(shares) < _LEAST_FILES or max(shares) == min(shares):
        return None
    fit = linear_regression(shares, {"file": range(len(shares))})
    low, high = fit.intervals()[1]
    return Trend(float(fit.coefficients[1]), float(low), float(high), float(fit.p[1]), len(shares))
