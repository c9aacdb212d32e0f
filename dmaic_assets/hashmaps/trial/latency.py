"""Latencies from histograms with buckets of one part in 128: each percentile is right to 1 %."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.kernels.replay import BUCKETS, WIDTH, Histogram, stamp

# Percentiles that are told.
PERCENTILES = (50.0, 90.0, 99.0, 99.9)
# Nanoseconds over which the time stamp is compared with the clock.
_CALIBRATION_NS = 20_000_000


@dataclass(frozen=True, slots=True)
class Latency:
    """Nanoseconds within which shares of the timed operations were done."""

    timed: int
    p50: float
    p90: float
    p99: float
    p999: float
    longest: float


def middle_of(bucket: int) -> float:
    """The middle of the values that fall into a bucket."""
    if bucket < 2 * WIDTH:
        return float(bucket)
    shift = bucket // WIDTH - 1
    return float(((bucket - shift * WIDTH) << shift) + ((1 << shift) - 1) / 2)


def latency_of(counts: Histogram, ns_per_cycle: float) -> Latency | None:
    """Reads percentiles off the counts of one histogram; None without any."""
    total = int(counts.sum())
    if not total:
        return None
    ranks = [*(int(np.ceil(total * p / 100)) for p in PERCENTILES), total]
    found = np.searchsorted(np.cumsum(counts), ranks)
    p50, p90, p99, p999, longest = (middle_of(int(at)) * ns_per_cycle for at in found)
    return Latency(total, p50, p90, p99, p999, longest)


def new_histogram() -> Histogram:
    """An empty histogram for each of the three operations."""
    return np.zeros((3, BUCKETS), np.int32)


def ns_per_cycle(clock: Callable[[], int]) -> float:
    """Compares the processor's time stamp with a clock of nanoseconds."""
    stamp()  # compiled by now
    began, first = clock(), stamp()
    while clock() - began < _CALIBRATION_NS:
        pass
    return (clock() - began) / max(stamp() - first, 1)
