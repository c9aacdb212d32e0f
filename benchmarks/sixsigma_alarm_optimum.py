"""How soon a shift can be seen at all: the best chart with known parameters beside ours.

The best chart is the likelihood-ratio CUSUM that knows level, spread, correlation and the size of
the shift, on the innovations of AR(1) series: a shift of d standard deviations of the series moves
the first innovation by d / sqrt(1 - phi^2) and each later one by (1 - phi) times that. Its
threshold gives the same rate of false alarms. Ours knows nothing but its baseline.
"""

import argparse
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.alarm_calibration import autoregression
from benchmarks.sixsigma_alarm_budget import NEVER
from dmaic_assets.sixsigma.alarms.budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarms.series import FleetSeries

Floats = NDArray[np.float64]
STEADY, WATCHED = 30, 60


def cusum_alarms(innovations: Floats, phi: float, shift: float, threshold: float) -> Floats:
    """Alarms of the two-sided likelihood-ratio CUSUM, which starts anew after each."""
    first = shift / np.sqrt(1 - phi**2)
    later = first * (1 - phi)
    value = np.full((2, len(innovations)), -np.inf)
    alarms = np.zeros(innovations.shape, bool)
    for point in range(innovations.shape[1]):
        for side, sign in enumerate((1.0, -1.0)):
            x = sign * innovations[:, point]
            onset, going_on = first * (x - first / 2), value[side] + later * (x - later / 2)
            value[side] = np.maximum(onset, going_on)
        alarms[:, point] = (value > threshold).any(axis=0)
        value[:, alarms[:, point]] = -np.inf
    return alarms


def threshold_for(rate: float, phi: float, shift: float, rng: np.random.Generator) -> float:
    """The threshold at which the CUSUM alarms at the rate, by bisection on 4 million points."""
    innovations = rng.standard_normal((4000, 1000))
    low, high = 1.0, 16.0
    for _ in range(11):
        middle = (low + high) / 2
        is_frequent = cusum_alarms(innovations, phi, shift, middle).mean() > rate
        low, high = (middle, high) if is_frequent else (low, middle)
    return (low + high) / 2


def best_delay(rate: float, phi: float, shift: float, rng: np.random.Generator) -> float:
    """Median points that the best chart needs, after it has run for a while in control."""
    threshold = threshold_for(rate, phi, shift, rng)
    innovations = rng.standard_normal((4000, STEADY + 4 * WATCHED))
    first = shift / np.sqrt(1 - phi**2)
    innovations[:, STEADY] += first
    innovations[:, STEADY + 1 :] += first * (1 - phi)
    alarms = cusum_alarms(innovations, phi, shift, threshold)
    return median_delay(alarms[~alarms[:, :STEADY].any(axis=1)][:, STEADY:])


def our_delay(
    rate: float, phi: float, shift: float, baselines: NDArray[np.int64], rng: np.random.Generator
) -> float:
    """Median points that our charts need when the shift comes right after their baselines."""
    longest = int(baselines.max())
    table = autoregression(np.full(len(baselines), phi), longest + WATCHED, rng)
    table[:, longest:] += shift
    before, after = [], []
    for place, points in enumerate(baselines):
        name, row = f"chart {place}", table[place]
        before.append(FleetSeries(name, "measure", row[longest - points : longest]))
        after.append(FleetSeries(name, "measure", row[longest:]))
    asked = rate * sum(series.points_per_month for series in before)
    found = watch_fleet(design_fleet(before, alarms_per_month=asked), after)
    return median_delay(np.array([chart.alarms for chart in found]))


def median_delay(alarms: Floats) -> float:
    """Median place of the first alarm, from 1; `NEVER` where none came."""
    return float(np.median(np.where(alarms.any(axis=1), alarms.argmax(axis=1) + 1, NEVER)))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, nargs="+", default=[0.001])
    parser.add_argument("--phi", type=float, nargs="+", default=[0.0, 0.3, 0.5, 0.7])
    parser.add_argument("--shift", type=float, default=1.5)
    parser.add_argument("--charts", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    for rate in args.rate:
        print(
            f"median points to see {args.shift:g} sigma, one false alarm in {1 / rate:.0f} points"
        )
        print(
            f"  {'phi':>4s} {'best, all known':>16s} {'baseline 90':>12s} {'baselines 14-90':>16s}"
        )
        for phi in args.phi:
            rng = np.random.default_rng(args.seed)
            long = np.full(args.charts, 90)
            mixed = rng.integers(14, 91, args.charts)
            found = [best_delay(rate, phi, args.shift, rng)]
            found += [our_delay(rate, phi, args.shift, points, rng) for points in (long, mixed)]
            print(f"  {phi:4g} {found[0]:16g} {found[1]:12g} {found[2]:16g}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
