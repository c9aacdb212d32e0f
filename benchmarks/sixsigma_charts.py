"""Charts at size: a million subgroups with every statistic and rule, and ten thousand charts."""

import resource
import sys
from collections.abc import Callable

import numpy as np

from dmaic_assets.sixsigma.charts.batch import individuals_batch, subgroup_pass

# The most that the subgroups may cost as a multiple of the same facts by hand, and seconds.
SUBGROUPS_RATIO, CHARTS_LIMIT_S = 1.5, 10.0
REPEATS = 5
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def by_hand(data: Floats) -> int:
    """The same facts in the shortest NumPy: the limit. No checks, no gaps, nothing explained."""
    n, d2 = data.shape[1], 2.3259289473
    means, sds = data.mean(axis=1), data.std(axis=1, ddof=1)
    ranges = data.max(axis=1) - data.min(axis=1)
    center, error = means.mean(), ranges.mean() / d2 / n**0.5
    z = (means - center) / error
    up, down = np.diff(z, prepend=z[:1]) > 0, np.diff(z, prepend=z[:1]) < 0
    turns = np.append(False, (up[1:] & down[:-1]) | (down[1:] & up[:-1]))
    counted = ((z > 0, 9, 9), (z < 0, 9, 9), (up, 5, 5), (down, 5, 5), (turns, 12, 12))
    counted += ((z > 2, 2, 3), (z < -2, 2, 3), (z > 1, 4, 5), (z < -1, 4, 5))
    counted += ((abs(z) < 1, 15, 15), (abs(z) > 1, 8, 8))
    signals = int((abs(z) > 3).sum())
    for flags, least, window in counted:
        total = np.cumsum(flags, dtype=np.int32)
        signals += int((total[window:] - total[:-window] >= least).sum())
    signals += int((abs(ranges - ranges.mean()) > 2.6 * error * n**0.5).sum())
    signals += int((abs(sds - sds.mean()) > error * n**0.5).sum())
    smoothed, reach = 0.2 * z, 1
    while reach < 4_096:
        smoothed[reach:] += 0.8**reach * smoothed[:-reach]
        reach *= 2
    signals += int((abs(smoothed) > 2.859 / 3).sum())
    for steps in (z - 0.5, -z - 0.5):
        total = np.cumsum(steps)
        signals += int((total - np.minimum(np.minimum.accumulate(total), 0) > 4.774).sum())
    return signals


def least_cpu_s(work: Callable[[Floats], object], data: Floats) -> float:
    """The least cpu seconds of several executions, the first of which loads what it needs."""
    spent: list[float] = []
    for _ in range(REPEATS):
        started = cpu_s()
        work(data)
        spent.append(cpu_s() - started)
    return min(spent)


def cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(arguments: list[str] | None = None) -> int:
    del arguments
    rng = np.random.default_rng(1)
    data = rng.normal(10.0, 2.0, (1_000_000, 5))
    started = cpu_s()
    result = subgroup_pass(data)
    first = cpu_s() - started
    signals = int(result.xbar.any.sum())
    spent, limit = least_cpu_s(subgroup_pass, data), least_cpu_s(by_hand, data)
    print("1,000,000 subgroups of 5: xbar, R, S, 8 Nelson rules, EWMA, CUSUM")
    print(
        f"  {spent:.2f} s cpu, by hand {limit:.2f}: {spent / limit:.2f} x, goal {SUBGROUPS_RATIO}"
    )
    print(f"  {first:.2f} s the first time; {signals:,} points with a signal of some rule")
    series = rng.normal(size=(10_000, 365))
    started = cpu_s()
    batch = individuals_batch(series)
    batch_s = cpu_s() - started
    charts = int(batch.signals.any.any(axis=1).sum())
    print(f"10,000 charts x 365 points, 8 Nelson rules, EWMA, CUSUM: {batch_s:.2f} s cpu")
    print(f"  limit {CHARTS_LIMIT_S} s; {charts:,} charts with a signal")
    return 0 if spent <= SUBGROUPS_RATIO * limit and batch_s <= CHARTS_LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
