"""Coverage of the intervals of counts: defects, yields, agreement, failures, shares and rates.

Equal counts give equal intervals, so that each count is asked for once.
"""

import math
import sys
from collections.abc import Callable, Iterator

from benchmarks.coverage import Held, Promise, Simulation, each, main_of, of_counts
from dmaic_assets.sixsigma.capability.attribute import attribute_capability, defect_rate_capability
from dmaic_assets.sixsigma.defects.defects import defect_metrics, z_long_term
from dmaic_assets.sixsigma.defects.reliability import mtbf
from dmaic_assets.sixsigma.msa.agreement import appraise, detection_rates, share_of
from dmaic_assets.sixsigma.tests.contingency import rate_ratio, share_difference
from dmaic_assets.sixsigma.tests.proportions import (
    ShareMethod,
    exact_share_interval,
    share_interval,
)

LEAST: Promise = "at least 95 %"
PROPORTIONS = "sixsigma.tests.proportions."
# Trials and share: from no defect at all, over three expected ones, to many.
FEW = ((100, 0.002), (1000, 0.00305), (50, 0.1), (10_000, 0.0012))
MANY = ((200, 0.3), (10_000, 0.0062), (100_000, 0.001), (1_000_000, 0.02))


def _share(trials: int, share: float, holds: Callable[[int], bool]) -> Held:
    return of_counts(lambda rng, draws: rng.binomial(trials, share, draws), holds)


def _defects(trials: int, share: float) -> Held:
    level = z_long_term(1e6 * share) + 1.5

    def holds(count: int) -> bool:
        found = defect_metrics(count, trials)
        bound = found.sigma
        is_level = (bound.sigma_lower is None or bound.sigma_lower <= level) and (
            bound.sigma_upper is None or level <= bound.sigma_upper
        )
        is_held = found.dpmo_interval.holds(1e6 * share)
        if is_held != is_level:
            raise AssertionError(f"{count} of {trials}: DPMO and sigma level disagree")
        return is_held

    return _share(trials, share, holds)


def _z_bench(trials: int, share: float) -> Held:
    z = z_long_term(1e6 * share)
    return _share(
        trials, share, lambda count: attribute_capability(count, trials).z_interval.holds(z)
    )


def _dpu(units: int, rate: float) -> Held:
    def holds(count: int) -> bool:
        is_held = defect_metrics(count, units, opportunities_per_unit=50).dpu_interval.holds(rate)
        capability = defect_rate_capability(count, units)
        if is_held != capability.share_interval.holds(-math.expm1(-rate)):
            raise AssertionError(f"{count} in {units}: DPU and share of units disagree")
        return is_held

    return of_counts(lambda rng, draws: rng.poisson(units * rate, draws), holds)


def _by(method: ShareMethod, trials: int, share: float) -> Held:
    return _share(
        trials, share, lambda count: share_interval(count, trials, method=method).holds(share)
    )


def _exact(trials: int, share: float) -> Held:
    return _share(trials, share, lambda count: exact_share_interval(count, trials).holds(share))


def _agreement(trials: int, share: float) -> Held:
    def holds(count: int) -> bool:
        interval = share_of(count, trials).interval
        return interval is not None and interval.holds(share)

    return _share(trials, share, holds)


def _missed(seeded: int, share: float) -> Held:
    """Misses of a checker on seeded defects, beside as many sound rows."""
    truth = [True] * seeded + [False] * seeded

    def holds(count: int) -> bool:
        flagged = [False] * count + [True] * (seeded - count) + [False] * seeded
        interval = detection_rates(flagged, truth).miss.interval
        return interval is not None and interval.holds(share)

    return _share(seeded, share, holds)


def _appraised(items: int, share: float) -> Held:
    def holds(count: int) -> bool:
        ratings = [[True, True]] * count + [[True, False]] * (items - count)
        interval = appraise(ratings, [True] * items, appraiser="one").effectiveness.interval
        return interval is not None and interval.holds(share)

    return _share(items, share, holds)


def _failures(mean: float) -> Held:
    return of_counts(
        lambda rng, draws: rng.poisson(mean, draws),
        lambda count: mtbf(100.0 * mean, count).interval.holds(100.0),
    )


def _failure_bound(mean: float) -> Held:
    return of_counts(
        lambda rng, draws: rng.poisson(mean, draws),
        lambda count: mtbf(100.0 * mean, count).lower_bound <= 100.0,
    )


def _to_failure(failures: int) -> Held:
    return each(
        lambda rng: mtbf(
            float(rng.gamma(failures, 100.0)), failures, censoring="failure"
        ).interval.holds(100.0)
    )


def _difference(trials: tuple[int, int], shares: tuple[float, float]) -> Held:
    def holds(first: int, second: int) -> bool:
        if first + second in {0, sum(trials)}:
            return True
        found = share_difference((first, second), trials)
        return found.lower <= shares[0] - shares[1] <= found.upper

    return of_counts(lambda rng, draws: rng.binomial(trials, shares, (draws, 2)), holds)


def _ratio(means: tuple[float, float]) -> Held:
    def holds(first: int, second: int) -> bool:
        if first + second == 0:
            return True
        found = rate_ratio((first, second), (30.0, 40.0))
        return found.lower <= means[0] / 30 / (means[1] / 40) <= found.upper

    return of_counts(lambda rng, draws: rng.poisson(means, (draws, 2)), holds)


def _of_defects() -> Iterator[Simulation]:
    defects = ("sixsigma.defects.defects.defect_metrics",)
    z_of = ("sixsigma.capability.attribute.attribute_capability",)
    for settings, promise in ((FEW, LEAST), (MANY, "95 %")):
        for trials, share in settings:
            setting = f"n {trials:,}, {trials * share:.4g} expected"
            yield Simulation(
                "DPO, DPMO, sigma level", setting, defects, _defects(trials, share), promise
            )
            yield Simulation("Z.bench", setting, z_of, _z_bench(trials, share), promise)
    of = (
        "sixsigma.defects.defects.defect_metrics",
        "sixsigma.capability.attribute.defect_rate_capability",
        PROPORTIONS + "rate_interval",
    )
    for units, rate, promise in ((200, 0.02, LEAST), (200, 0.5, "95 %"), (5000, 0.3, "95 %")):
        setting = f"{units:,} units, {units * rate:g} expected"
        yield Simulation("DPU", setting, of, _dpu(units, rate), promise)


def _of_shares() -> Iterator[Simulation]:
    of = (PROPORTIONS + "share_interval",)
    yield Simulation("share by mid-p", "n 2,000, 400 expected", of, _by("mid-p", 2000, 0.2))
    yield Simulation("share by wilson", "n 2,000, 400 expected", of, _by("wilson", 2000, 0.2))
    of = (PROPORTIONS + "exact_share_interval",)
    for trials, share in ((20, 0.1), (1000, 0.003)):
        setting = f"n {trials:,}, {trials * share:g} expected"
        yield Simulation("share, exact", setting, of, _exact(trials, share), LEAST)
    of = ("sixsigma.msa.agreement.share_of",)
    for trials, share, promise in ((30, 0.9, LEAST), (400, 0.85, "95 %")):
        held = _agreement(trials, share)
        yield Simulation("share of agreement", f"n {trials}, {share}", of, held, promise)
    of = ("sixsigma.msa.agreement.detection_rates",)
    yield Simulation("miss rate", "100 seeded, .04", of, _missed(100, 0.04), LEAST)
    of = ("sixsigma.msa.agreement.appraise",)
    yield Simulation("effectiveness", "50 items, .9", of, _appraised(50, 0.9), LEAST)


def _of_failures() -> Iterator[Simulation]:
    of = ("sixsigma.defects.reliability.mtbf",)
    for mean in (0.5, 5.0, 40.0):
        setting = f"time-censored, {mean:g} expected"
        yield Simulation("MTBF", setting, of, _failures(mean), LEAST)
        yield Simulation("MTBF, lower bound", setting, of, _failure_bound(mean), LEAST)
    for failures in (1, 8):
        setting = f"failure-censored, {failures}"
        yield Simulation("MTBF", setting, of, _to_failure(failures))


def _of_two() -> Iterator[Simulation]:
    of = ("sixsigma.tests.contingency.share_difference", PROPORTIONS + "wilson_interval")
    pairs: tuple[tuple[tuple[int, int], tuple[float, float]], ...] = (
        ((30, 40), (0.3, 0.2)),
        ((400, 500), (0.3, 0.2)),
        ((400, 500), (0.03, 0.02)),
    )
    for trials, shares in pairs:
        setting = f"n {trials[0]} and {trials[1]}, {shares[0]} and {shares[1]}"
        held = _difference(trials, shares)
        yield Simulation("difference of shares", setting, of, held)
    of = ("sixsigma.tests.contingency.rate_ratio",)
    for means in ((6.0, 4.0), (60.0, 40.0)):
        setting = f"{means[0]:g} and {means[1]:g} expected"
        yield Simulation("ratio of rates", setting, of, _ratio(means), LEAST)


def simulations() -> Iterator[Simulation]:
    """All simulations of this section."""
    yield from _of_defects()
    yield from _of_shares()
    yield from _of_failures()
    yield from _of_two()


def main(arguments: list[str] | None = None) -> int:
    """Prints the table of this section."""
    return main_of(simulations, arguments)


if __name__ == "__main__":
    sys.exit(main())
