"""Alarm budget: false alarms realised against asked on 1,000 charts, and how soon a shift is seen.

Four scenarios in equal parts: independent measures, AR(1) with phi .3, .5 or .7, a weekly season of
.5 to 2 sigma, shares of 2,000-20,000 units with an intraclass correlation of .0004. Baselines of 14
to 90 points. Several fleets are drawn, as one fleet's alarms are few.
"""

import argparse
import sys
import time

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.alarm_budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarm_series import FleetSeries

Floats = NDArray[np.float64]

SCENARIOS = ("independent", "AR(1)", "weekly season", "overdispersed shares")
LONGEST = 90
SHARE, CORRELATION = 0.05, 0.0004


def correlated(phi: Floats, points: int, rng: np.random.Generator) -> Floats:
    x = rng.standard_normal((len(phi), points))
    for point in range(1, points):
        x[:, point] = phi * x[:, point - 1] + np.sqrt(1 - phi**2) * x[:, point]
    return x


class World:
    """One fleet's truth, from which stretches of time can be drawn with or without a shift."""

    def __init__(self, charts: int, rng: np.random.Generator) -> None:
        self.rng, self.charts = rng, charts
        self.scenario = np.arange(charts) % len(SCENARIOS)
        self.points = rng.integers(14, LONGEST + 1, charts)
        self.phi = np.where(self.scenario == 1, rng.choice([0.3, 0.5, 0.7], charts), 0.0)
        amplitude = np.where(self.scenario == 2, rng.uniform(0.5, 2, charts), 0.0)
        self.season = rng.standard_normal((charts, 7)) * amplitude[:, None]

    def draw(self, horizon: int, shift: float = 0.0) -> tuple[list[FleetSeries], list[FleetSeries]]:
        """Baselines and later points of every chart; the shift starts with the later points."""
        width = LONGEST + horizon
        days = np.arange(width) % 7
        measures = correlated(self.phi, width, self.rng) + self.season[:, days]
        measures[:, LONGEST:] += shift
        both = []
        for place in range(self.charts):
            first = LONGEST - int(self.points[place])
            name = f"chart {place}"
            if self.scenario[place] == 3:
                defects, units = self.shares(width, shift)
                whole = FleetSeries(name, "proportion", defects, units, days)
            else:
                whole = FleetSeries(name, "measure", measures[place], None, days)
            both.append((cut(whole, first, LONGEST), cut(whole, LONGEST, width)))
        return [pair[0] for pair in both], [pair[1] for pair in both]

    def shares(self, width: int, shift: float) -> tuple[Floats, Floats]:
        """Defective units and units of one series of shares."""
        units = self.rng.integers(2_000, 20_000, width).astype(float)
        sizes = 1 / CORRELATION - 1
        share = self.rng.beta(SHARE * sizes, (1 - SHARE) * sizes, width)
        spread = np.sqrt(SHARE * (1 - SHARE) * (1 / units + CORRELATION))
        share[LONGEST:] += shift * spread[LONGEST:]
        return self.rng.binomial(units.astype(int), np.clip(share, 0, 1)).astype(float), units


def cut(series: FleetSeries, first: int, end: int) -> FleetSeries:
    units = None if series.sizes is None else series.sizes[first:end]
    span = slice(first, end)
    return FleetSeries(series.name, series.kind, series.values[span], units, series.seasons[span])


def measure(budget: float, args: argparse.Namespace) -> tuple[Floats, Floats, Floats]:
    ratios, delays, scenario = [], [], np.zeros(0)
    for fleet in range(args.fleets):
        rng = np.random.default_rng([args.seed, fleet])
        world = World(args.charts, rng)
        before, after = world.draw(args.horizon)
        design = design_fleet(before, alarms_per_month=budget, rng=rng, worlds=args.worlds)
        alarms = [chart.alarms.mean() / design.rate for chart in watch_fleet(design, after)]
        shifted_before, shifted = world.draw(60, shift=1.5)
        again = design_fleet(shifted_before, alarms_per_month=budget, rng=rng, worlds=args.worlds)
        seen = [chart.alarms for chart in watch_fleet(again, shifted)]
        ratios.append(alarms)
        delays.append([int(hit.argmax()) + 1 if hit.any() else 999 for hit in seen])
        scenario = world.scenario
    return np.array(ratios), np.array(delays), scenario


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", type=float, nargs="+", default=[30.0])
    parser.add_argument("--charts", type=int, default=1000)
    parser.add_argument("--fleets", type=int, default=4)
    parser.add_argument("--horizon", type=int, default=180)
    parser.add_argument("--worlds", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    missed = False
    for budget in args.budget:
        started = time.process_time()
        ratios, delays, scenario = measure(budget, args)
        spent = (time.process_time() - started) / (2 * args.fleets)
        error = ratios.mean(axis=1).std(ddof=1) / np.sqrt(len(ratios)) if len(ratios) > 1 else 0.0
        print(f"alarm budget {budget:g} a month over {args.charts} daily charts:")
        print(f"  {'scenario':24s} {'realised/asked':>14s} {'points to see 1.5 sigma':>24s}")
        for place, name in enumerate(SCENARIOS):
            here = scenario == place
            median = np.median(delays[:, here])
            print(f"  {name:24s} {ratios[:, here].mean():14.2f} {median:24g}")
        overall, median = ratios.mean(), np.median(delays)
        print(f"  {'all':24s} {overall:14.3f} {median:24g}   (standard error {error:.3f})")
        print(f"  cpu of one design and watch: {spent:.1f} s")
        missed |= not 0.85 <= overall <= 1.15 or median > 10
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
