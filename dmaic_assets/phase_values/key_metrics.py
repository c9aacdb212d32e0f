"""The metrics by which sources and runs are compared, read once from all that was recorded.

What belongs here: those that tables, charts and stop rules name. All metrics are kept by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmaic_assets.store.codec import from_json


@dataclass(frozen=True, slots=True)
class KeyMetrics:
    """Figures of a source or of a run; None where not measured.

    The yield is in [0, 1], `sigma_se` the standard error of the sigma level.
    """

    sigma: float | None = None
    sigma_se: float | None = None
    dpmo: float | None = None
    defects: float | None = None
    opportunities: float | None = None
    rolled_throughput_yield: float | None = None
    promoted: float | None = None
    alarms: float | None = None


def key_metrics(found: Mapping[str, float | None]) -> KeyMetrics:
    """Picks the figures out of metrics by name."""
    return from_json(KeyMetrics, {**found})
