"""Charts at size: a million subgroups with every statistic and rule, and ten thousand charts."""

import resource
import sys

import numpy as np

from dmaic_assets.sixsigma.charts.batch import individuals_batch, subgroup_pass

SUBGROUPS_LIMIT_S, CHARTS_LIMIT_S = 1.5, 10.0


def cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(arguments: list[str] | None = None) -> int:
    del arguments
    rng = np.random.default_rng(1)
    data = rng.normal(10.0, 2.0, (1_000_000, 5))
    started = cpu_s()
    result = subgroup_pass(data)
    spent = cpu_s() - started
    signals = int(result.xbar.any.sum())
    print(f"1,000,000 subgroups of 5: xbar, R, S, 8 Nelson rules, EWMA, CUSUM: {spent:.2f} s cpu")
    print(f"  limit {SUBGROUPS_LIMIT_S} s; {signals:,} points with a signal of some rule")
    series = rng.normal(size=(10_000, 365))
    started = cpu_s()
    batch = individuals_batch(series)
    batch_s = cpu_s() - started
    charts = int(batch.signals.any.any(axis=1).sum())
    print(f"10,000 charts x 365 points, 8 Nelson rules, EWMA, CUSUM: {batch_s:.2f} s cpu")
    print(f"  limit {CHARTS_LIMIT_S} s; {charts:,} charts with a signal")
    return 0 if spent <= SUBGROUPS_LIMIT_S and batch_s <= CHARTS_LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
