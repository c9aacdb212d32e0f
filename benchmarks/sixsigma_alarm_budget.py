"""Alarm budget: false alarms realised against asked on 1,000 charts, and how soon a shift is seen.

Four scenarios: independent measures, AR(1) with phi .3, .5 or .7, a weekly season of .5 to 2 sigma,
shares of 2,000-20,000 units with an intraclass correlation of .0004. Baselines of 14 to 90 points.
They are measured in equal parts of one fleet, and each as a fleet of its own, over several seeds.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.alarm_calibration import autoregression
from dmaic_assets.sixsigma.alarms.budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarms.series import FleetSeries

Floats = NDArray[np.float64]

SCENARIOS = ("independent", "AR(1)", "weekly season", "overdispersed shares")
LONGEST = 90
SHARE, CORRELATION = 0.05, 0.0004
NEVER = 999


class World:
    """One fleet's truth, from which stretches of time can be drawn with or without a shift."""

    def __init__(
        self, args: argparse.Namespace, rng: np.random.Generator, alone: int | None
    ) -> None:
        charts, self.rng = args.charts, rng
        self.scenario = np.arange(charts) % len(SCENARIOS)
        if alone is not None:
            self.scenario[:] = alone
        self.points = rng.integers(args.baseline[0], args.baseline[1] + 1, charts)
        self.phi = np.where(self.scenario == 1, rng.choice(args.phi, charts), 0.0)
        amplitude = np.where(self.scenario == 2, rng.uniform(0.5, 2, charts), 0.0)
        self.season = rng.standard_normal((charts, 7)) * amplitude[:, None]

    def draw(self, horizon: int, shift: float = 0.0) -> tuple[list[FleetSeries], list[FleetSeries]]:
        """Baselines and later points of every chart; the shift starts with the later points."""
        longest = int(max(LONGEST, self.points.max()))
        width = longest + horizon
        days = np.arange(width) % 7
        measures = autoregression(self.phi, width, self.rng) + self.season[:, days]
        measures[:, longest:] += shift
        both = []
        for place, points in enumerate(self.points):
            first = longest - int(points)
            name = f"chart {place}"
            if self.scenario[place] == 3:
                defects, units = self.shares(width, longest, shift)
                whole = FleetSeries(name, "proportion", defects, units, days)
            else:
                whole = FleetSeries(name, "measure", measures[place], None, days)
            both.append((cut(whole, first, longest), cut(whole, longest, width)))
        return [pair[0] for pair in both], [pair[1] for pair in both]

    def shares(self, width: int, longest: int, shift: float) -> tuple[Floats, Floats]:
        """Defective units and units of one series of shares."""
        units = self.rng.integers(2_000, 20_000, width).astype(float)
        sizes = 1 / CORRELATION - 1
        share = self.rng.beta(SHARE * sizes, (1 - SHARE) * sizes, width)
        spread = np.sqrt(SHARE * (1 - SHARE) * (1 / units + CORRELATION))
        share[longest:] += shift * spread[longest:]
        return self.rng.binomial(units.astype(int), np.clip(share, 0, 1)).astype(float), units


def cut(series: FleetSeries, first: int, end: int) -> FleetSeries:
    units = None if series.sizes is None else series.sizes[first:end]
    span = slice(first, end)
    return FleetSeries(series.name, series.kind, series.values[span], units, series.seasons[span])


@dataclass(frozen=True, slots=True)
class Measured:
    """One row per seed, one column per chart: realised over asked, and points to see the shift."""

    ratios: Floats
    delays: Floats
    scenario: NDArray[np.int64]
    cpu_s: float

    def row(self, name: str, place: int | None) -> str:
        """One line of the table; `place` is a scenario, or None for all charts."""
        here = np.ones(len(self.scenario), bool) if place is None else self.scenario == place
        by_seed = self.ratios[:, here].mean(axis=1)
        error = by_seed.std(ddof=1) / np.sqrt(len(by_seed)) if len(by_seed) > 1 else 0.0
        seen = (self.delays[:, here] <= 10).mean()
        median = np.median(self.delays[:, here])
        return (
            f"  {name:24s} {by_seed.mean():8.2f} +- {error:.2f} {by_seed.min():6.2f}-"
            f"{by_seed.max():.2f} {median:12g} {seen:16.2f}"
        )


def measure(budget: float, alone: int | None, args: argparse.Namespace) -> Measured:
    ratios, delays, scenario, cpu_s = [], [], np.zeros(0, np.int64), 0.0
    for seed in range(args.seed, args.seed + args.seeds):
        rng = np.random.default_rng([seed, 0 if alone is None else alone + 1])
        world = World(args, rng, alone)
        before, after = world.draw(args.horizon)
        started = time.process_time()
        design = design_fleet(before, alarms_per_month=budget)
        seen = watch_fleet(design, after)
        cpu_s += time.process_time() - started
        ratios.append([chart.alarms.mean() / design.rate for chart in seen])
        before, shifted = world.draw(60, shift=args.shift)
        again = design_fleet(before, alarms_per_month=budget)
        hits = [chart.alarms for chart in watch_fleet(again, shifted)]
        delays.append([int(hit.argmax()) + 1 if hit.any() else NEVER for hit in hits])
        scenario = world.scenario
    return Measured(np.array(ratios), np.array(delays), scenario, cpu_s / args.seeds)


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", type=float, nargs="+", default=[30.0])
    parser.add_argument("--charts", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--horizon", type=int, default=180)
    parser.add_argument("--phi", type=float, nargs="+", default=[0.3, 0.5, 0.7])
    parser.add_argument("--baseline", type=int, nargs=2, default=[14, LONGEST])
    parser.add_argument("--shift", type=float, default=1.5)
    parser.add_argument("--alone", type=int, nargs="*", default=[0, 1, 2, 3], help="scenarios")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    args = arguments_of(arguments)
    missed = False
    for budget in args.budget:
        print(f"alarm budget {budget:g} a month over {args.charts} daily charts, realised/asked:")
        print(
            f"  {'scenario':24s} {'mean +- s.e.':>16s} {'by seed':>11s} {'median delay':>12s} "
            f"{'seen within 10':>16s}"
        )
        mixed = measure(budget, None, args)
        print(mixed.row("one fleet of all", None))
        for place, name in enumerate(SCENARIOS):
            print(mixed.row(f"  {name}", place))
        for place in args.alone:
            print(measure(budget, place, args).row(f"{SCENARIOS[place]} alone", None))
        print(f"  cpu of one design and watch: {mixed.cpu_s:.1f} s")
        missed |= not 0.85 <= mixed.ratios.mean() <= 1.15 or np.median(mixed.delays) > 10
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
