"""How long files of a source take from their arrival to their first verdict.

What belongs here: the cycle time as metrics of a run. A clock gives it, so that it is no part of
Measure's output, which is the same for the same files.
"""

import numpy as np

from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.record.verdicts import first_verdicts
from dmaic_assets.work.run.platform import Platform

# The share of files that took no longer: the 95th percentile.
_SLOW = 0.95


def cycle_times(platform: Platform, source: str) -> dict[str, float]:
    """Measures the seconds between the moment a file was first seen and its first verdict.

    Later verdicts of a file, under other rules or changes, are rework and do not count.

    Returns:
        Median and 95th percentile over the current files that have a verdict; nothing when none
        has.
    """
    judged = first_verdicts(platform.ledger, source)
    took = [
        max(0.0, (judged[a.sha256] - a.first_seen_at).total_seconds())
        for a in arrivals(platform.ledger, [source])
        if a.is_current and a.sha256 in judged
    ]
    if not took:
        return {}
    middle, slow = np.quantile(np.array(took), (0.5, _SLOW))
    return {"cycle_time_s": float(middle), "cycle_time_p95_s": float(slow)}
