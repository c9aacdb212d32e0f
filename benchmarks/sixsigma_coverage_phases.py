"""Coverage of the intervals that the phases print: uplift, causes, trends, the next gain."""

import math
import sys
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage import Generator, Held, Promise, Simulation, each, main_of, of_counts
from dmaic_assets.improve.pilot_interval import paired_interval, share_interval
from dmaic_assets.phase_values.analyze import Cause
from dmaic_assets.process.analyze.cause_intervals import GroupCounts, contribution_of, lift_of
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.joint_causes import joint_effects
from dmaic_assets.process.analyze.root_causes import rank_causes
from dmaic_assets.process.analyze.trends import trend_of
from dmaic_assets.process.recursion.saturation import fit_saturation

LEAST: Promise = "at least 95 %"


def _uplift(total: int, better: float, worse: float) -> Held:
    def holds(b: int, w: int, _: int) -> bool:
        found = paired_interval(b, w, total)
        return found.low <= better - worse <= found.high

    chances = (better, worse, 1 - better - worse)
    return of_counts(lambda rng, draws: rng.multinomial(total, chances, draws), holds)


def _precision(total: int, share: float) -> Held:
    def holds(hits: int) -> bool:
        found = share_interval(hits, total)
        return found.low <= share <= found.high

    return of_counts(lambda rng, draws: rng.binomial(total, share, draws), holds)


def _counted(rows: tuple[int, int], rates: tuple[float, float]) -> Held:
    """Lift and contribution of a group, found or not."""
    part = rows[0] / sum(rows)
    means = np.multiply(rows, rates)
    share = float(means[0] / means.sum()) - part

    def holds(own: int, other: int) -> bool:
        counts = GroupCounts(own, rows[0], other, rows[1])
        lift = lift_of(counts)
        is_held = lift.low <= rates[0] / rates[1] <= lift.high
        if own and other:
            found = contribution_of(counts.excess, own + other, counts)
            # At the end of its range a bound says no more than that it is the end.
            if is_held and not found.low <= share <= found.high:
                raise AssertionError(f"{own} and {other}: lift and contribution disagree")
        return is_held

    return of_counts(lambda rng, draws: rng.binomial(rows, rates, (draws, 2)), holds)


def _ranked(rows: int, rates: tuple[float, float], part: float) -> Held:
    """The contribution that is printed of the cause that was found, in the draws that find it."""
    own = int(rows * part)
    codes = np.zeros(rows, np.int32)
    codes[own:] = 1 + np.arange(rows - own) % 4
    factor = Factor("plant", ("a", "b", "c", "d", "e"), codes)
    chances = np.where(codes == 0, *rates)
    share = own * rates[0] / float(chances.sum()) - own / rows

    def held(rng: Generator, draws: int) -> float:
        found = 0
        covered = 0
        for _ in range(draws):
            causes = rank_causes([factor], rng.random(rows) < chances, with_pairs=False).causes
            if causes and causes[0].group == (("plant", "a"),):
                found += 1
                covered += causes[0].contribution_low <= share <= causes[0].contribution_high
        return covered / found

    return held


def _second(rows: int) -> Held:
    """The contribution of the weaker of two causes that share rows."""
    first = (np.arange(rows) % 5 == 0).astype(np.int32)
    second = (np.arange(rows) % 7 == 0).astype(np.int32)
    factors = [Factor(name, ("no", "yes"), c) for name, c in (("x", first), ("y", second))]
    rate = np.where(first == 1, 0.2, np.where(second == 1, 0.06, 0.02))
    fresh, rest = (first == 0) & (second == 1), first == 0
    part = fresh.sum() / rest.sum()
    share = (rate[fresh].sum() - part * rate[rest].sum()) / rate.sum()

    def held(rng: Generator, draws: int) -> float:
        found = covered = 0
        for _ in range(draws):
            causes = rank_causes(factors, rng.random(rows) < rate, with_pairs=False).causes
            for cause in causes[1:2]:
                if cause.group == (("y", "yes"),):
                    found += 1
                    covered += cause.contribution_low <= share <= cause.contribution_high
        return covered / found

    return held


def _joint(rows: int) -> Held:
    """The odds ratio of a cause beside another that shares rows with it."""
    first = (np.arange(rows) % 5 == 0).astype(np.int32)
    second = ((np.arange(rows) % 5 == 0) ^ (np.arange(rows) % 7 == 0)).astype(np.int32)
    factors = [Factor(name, ("no", "yes"), c) for name, c in (("x", first), ("y", second))]
    log_odds = -3.5 + math.log(3) * first + math.log(1.5) * second
    rate = 1 / (1 + np.exp(-log_odds))
    rest = (0, 0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    causes = [Cause(((name, "yes"),), *rest) for name in ("x", "y")]

    def holds(rng: Generator) -> bool:
        effect = joint_effects(causes, factors, rng.random(rows) < rate)[0]
        return effect.low <= 3 <= effect.high

    return each(holds)


def _trend(files: int) -> Held:
    """Shares of defective rows in files of 500 to 2,000 rows, rising by .001 a file."""
    truth = 0.05 + 0.001 * np.arange(files)

    def holds(rng: Generator) -> bool:
        rows = rng.integers(500, 2000, files)
        found = trend_of((rng.binomial(rows, truth) / rows).tolist())
        return found is None or found.slope_low <= 0.001 <= found.slope_high

    return each(holds)


def _next_gain(runs: int, rate: float, *, is_known: bool) -> Held:
    """A metric that rises from 4.0 towards 4.4, with noise of .005."""
    curve = 4.4 - 0.4 * rate ** np.arange(runs)
    gain = 0.4 * rate ** (runs - 1) * (1 - rate)

    def holds(rng: Generator) -> bool:
        values = (curve + rng.normal(0, 0.005, runs)).tolist()
        found = fit_saturation(values, confidence=0.95, noise=0.005 if is_known else None)
        return found is not None and gain <= found.next_gain_upper

    return each(holds)


def _of_pilots() -> Iterator[Simulation]:
    of = ("improve.pilot_interval.paired_interval",)
    for total in (20, 200):
        for better, worse in ((0.1, 0.0), (0.5, 0.0), (0.8, 0.02), (0.05, 0.05)):
            setting = f"{total} cells, {better:g} better, {worse:g} worse"
            yield Simulation("uplift", setting, of, _uplift(total, better, worse), LEAST)
    of = ("improve.pilot_interval.share_interval",)
    for total, share in ((30, 0.95), (400, 0.99)):
        held = _precision(total, share)
        yield Simulation("precision of a repair", f"{total} cells, {share}", of, held, LEAST)


def _of_causes() -> Iterator[Simulation]:
    of = (
        "process.analyze.cause_intervals.lift_of",
        "process.analyze.cause_intervals.contribution_of",
    )
    for rows, rates in (
        ((200, 1800), (0.06, 0.02)),
        ((1000, 9000), (0.03, 0.01)),
        ((5000, 5000), (0.02, 0.005)),
        ((20_000, 80_000), (0.04, 0.02)),
    ):
        setting = f"{rows[0] * rates[0]:g} and {rows[1] * rates[1]:g} defects"
        yield Simulation("lift and contribution", setting, of, _counted(rows, rates), LEAST)
    of = ("process.analyze.root_causes.rank_causes",)
    for rows, rates, part in ((2000, (0.15, 0.05), 0.3), (2000, (0.1, 0.01), 0.1)):
        setting = f"{rows:,} rows, {rates[0]:g} against {rates[1]:g}"
        held = _ranked(rows, rates, part)
        yield Simulation("contribution of the cause found", setting, of, held, LEAST)
    of = ("process.analyze.joint_causes.joint_effects",)
    for rows in (2_000, 20_000):
        yield Simulation("odds ratio beside another cause", f"{rows:,} rows", of, _joint(rows))
    of = ("process.analyze.root_causes.rank_causes",)
    yield Simulation("contribution of a second cause", "4,000 rows", of, _second(4000), LEAST)


def simulations() -> Iterator[Simulation]:
    """All simulations of this section."""
    yield from _of_pilots()
    yield from _of_causes()
    for files in (6, 30):
        yield Simulation(
            "trend", f"{files} files", ("process.analyze.trends.trend_of",), _trend(files)
        )
    of = ("process.recursion.saturation.fit_saturation",)
    for runs, rate in ((6, 0.5), (8, 0.8), (20, 0.9)):
        for is_known in (True, False):
            setting = f"{runs} runs, rate {rate}, noise {'known' if is_known else 'estimated'}"
            held = _next_gain(runs, rate, is_known=is_known)
            yield Simulation("next gain, upper bound", setting, of, held, LEAST)


def main(arguments: list[str] | None = None) -> int:
    """Prints the table of this section."""
    return main_of(simulations, arguments)


if __name__ == "__main__":
    sys.exit(main())
