"""Learns how many of a column's values each file has, where all files have nearly all of them."""

from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import interval
from dmaic_assets.phenomena.contract.phenomenon import Given

# Distinct values from which it matters how many a file has.
LEAST_VALUES = 8
# Distinct values beyond which a file is a sample of them.
MOST_VALUES = 2_000
# Share of all values that the usual file has.
LEAST_COVERED = 0.8
# Least standard deviation of the count's logarithm: 8 % does not matter.
COUNT_FLOOR = 0.08
# Share of the usual count below which a bound refuses nothing worth a rule.
LEAST_BOUND = 0.55
# Price at which it is tried whether such a bound is possible: that of a small part of the budget.
PROBE_ALPHA = 1e-4
KINDS = frozenset({"category", "key", "foreign key", "count"})


def propose_coverage(given: Given) -> Proposals:
    """Proposes a least number of different values for columns that files cover.

    A column is covered when the median file has most of the values that all files have, and when
    the bound is one that half of the values would break: others would only use up budget.
    """
    history, kinds = given.history, given.kinds
    if history.is_cut:
        return []
    found: Proposals = []
    for name, kind in kinds.items():
        if kind.kind not in KINDS or not LEAST_VALUES <= kind.closure.distinct <= MOST_VALUES:
            continue
        counts = _counts(history, name)
        middle = float(np.median(counts)) if len(counts) else 0.0
        is_covered = middle >= max(LEAST_VALUES, LEAST_COVERED * kind.closure.distinct)
        if is_covered and _least(counts, PROBE_ALPHA) >= LEAST_BOUND * middle:
            fit = partial(_fit, counts)
            found.append(Proposal("distinct_count", (name,), "critical", fit=fit))
    return found


def _counts(history: History, name: str) -> Floats:
    """The number of different values per file that has the column, exact from the profiles."""
    columns = [f.profile.column(name) for f in history.facts]
    return np.array([c.distinct_count for c in columns if c is not None], dtype=np.float64)


def _least(counts: Floats, alpha: float) -> int:
    found = interval(counts, alpha, scale="log", floor=COUNT_FLOOR)
    return int(np.floor(min(found.low, float(counts.min()) * 0.9)))


def _fit(counts: Floats, alpha: float) -> Fit | None:
    low = _least(counts, alpha)
    evidence = {"files": len(counts), "usual": float(np.median(counts)), "least": int(counts.min())}
    return Fit({"min": low}, evidence, alpha) if low > 1 else None
