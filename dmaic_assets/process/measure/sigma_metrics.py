"""The sigma level of counted defects as metrics: the one place that Measure, runs and Improve use.

What belongs here: adding up defects and opportunities, and which level is claimed of them. The
statistics are `sixsigma.defects`'.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.confidence import Z_95
from dmaic_assets.process.define.ctq import of_unit
from dmaic_assets.process.measure.defects import Count, FileDefects
from dmaic_assets.sixsigma.defects.defects import DefectMetrics, defect_metrics


def count_of(key: str, history: Sequence[FileDefects]) -> Count:
    """Adds up one CTQ over files."""
    found = [f.counts[key] for f in history if key in f.counts]
    return Count(sum(c.units for c in found), sum(c.defective for c in found))


def defects_and_opportunities(
    ctqs: Sequence[Ctq], history: Sequence[FileDefects]
) -> tuple[int, int]:
    """Adds up the defects and opportunities of the CTQs that count rows."""
    rows = of_unit(ctqs, "row")
    counts = [(count_of(c.id, history), c.opportunities) for c in rows]
    return sum(c.defective for c, _ in counts), sum(c.units * n for c, n in counts)


def claimed_level(found: DefectMetrics) -> float | None:
    """The sigma level; without any defect it is unknown and its lower bound can be claimed."""
    bound = found.sigma
    return bound.sigma_level if bound.sigma_level is not None else bound.sigma_lower


def sigma_metrics(defects: int, opportunities: int) -> Mapping[str, float | None]:
    """Builds DPMO and sigma level with its bounds and standard error from counts.

    Args:
        defects: In [0, opportunities].
        opportunities: At least 1.
    """
    found = defect_metrics(defects, opportunities)
    low, high = found.sigma.sigma_lower, found.sigma.sigma_upper
    return {
        "dpmo": found.dpmo,
        "sigma": claimed_level(found),
        "sigma_lower": low,
        "sigma_upper": high,
        "sigma_se": None if low is None or high is None else (high - low) / (2 * Z_95),
    }
