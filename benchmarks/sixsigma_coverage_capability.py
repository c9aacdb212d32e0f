"""Coverage of the intervals of capability, defects, time between failures and designs.

Each line simulates one interval at 95 % and tells how often it held the truth. Where counts are
few, exact (clopper-pearson) intervals hold it more often by design.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np

from dmaic_assets.sixsigma.capability import capability
from dmaic_assets.sixsigma.defects import defect_metrics, dpmo_of_sigma
from dmaic_assets.sixsigma.doe.effects import estimate_effects
from dmaic_assets.sixsigma.doe.fractional import two_level_design
from dmaic_assets.sixsigma.msa.bias import bias_of
from dmaic_assets.sixsigma.proportions import RateMethod, ShareMethod, rate_interval, share_interval
from dmaic_assets.sixsigma.reliability import mtbf
from dmaic_assets.sixsigma.specification import Specification
from dmaic_assets.sixsigma.within_sigma import moving_range_sigma, pooled_sigma, range_sigma

SPEC = Specification(-4.0, 5.0, target=0.5)
MEAN, SIZE = 0.1, 60
GAP = 0.01
Simulation = Callable[[np.random.Generator], bool]


def _index(name: str) -> Simulation:
    truth = {"Pp": 1.5, "Ppk": 4.1 / 3, "Cpm": 4.5 / (3 * math.sqrt(1 + 0.4**2))}.get(name, 1.5)
    within = {"pooled": pooled_sigma, "mean range": range_sigma}

    def simulate(rng: np.random.Generator) -> bool:
        values = rng.normal(MEAN, 1, SIZE).tolist()
        kind = name.partition(" by ")[2]
        groups = [values[k : k + 5] for k in range(0, SIZE, 5)]
        sigma = moving_range_sigma(values) if kind == "moving range" else None
        sigma = within[kind](groups) if kind in within else sigma
        found = capability(values, SPEC, within=sigma)
        if name == "Cpm":
            return found.cpm.interval.holds(truth)
        indices = found.within or found.overall
        is_actual = name.startswith(("Ppk", "Cpk"))
        chosen = indices.actual if is_actual else indices.potential
        return chosen.interval.holds(4.1 / 3 if is_actual else truth)

    return simulate


def _share(share: float, method: ShareMethod) -> Simulation:
    cached = lru_cache(maxsize=None)(lambda count: share_interval(count, 2000, method=method))
    return lambda rng: cached(int(rng.binomial(2000, share))).holds(share)


def _sigma_level(rng: np.random.Generator) -> bool:
    found = defect_metrics(int(rng.binomial(20_000, dpmo_of_sigma(4) / 1e6)), 20_000).sigma
    return found.sigma_lower <= 4 <= found.sigma_upper


def _rate(method: RateMethod) -> Simulation:
    return lambda rng: rate_interval(int(rng.poisson(40)), 8.0, method=method).holds(5.0)


def _mtbf(rng: np.random.Generator) -> bool:
    return mtbf(float(rng.gamma(8, 100.0)), 8, censoring="failure").interval.holds(100.0)


def _mtbf_time(rng: np.random.Generator) -> bool:
    return mtbf(4000.0, int(rng.poisson(40)), censoring="time").interval.holds(100.0)


def _bias(rng: np.random.Generator) -> bool:
    return bias_of(rng.normal(0.3, 1, 12).tolist(), 0.0).interval.holds(0.3)


def _effect(rng: np.random.Generator) -> bool:
    design = two_level_design("ABC")
    responses = (1.5 * design.column("B") / 2)[:, None] + rng.normal(0, 1, (8, 2))
    effects = estimate_effects(design, responses.tolist()).effects
    return next(e for e in effects if e.word == ("B",)).interval.holds(1.5)


def simulations() -> Iterator[tuple[str, Simulation, bool]]:
    """Name, simulation, and whether the interval is one that promises at least its level."""
    for name in ("Pp", "Ppk", "Cpm", "Cp by pooled", "Cp by mean range", "Cp by moving range"):
        yield name, _index(name), False
    for name in ("Cpk by pooled", "Cpk by moving range"):
        yield name, _index(name), False
    for share in (0.02, 0.2):
        yield f"share {share} wilson", _share(share, "wilson"), False
        yield f"share {share} mid-p", _share(share, "mid-p"), False
        yield f"share {share} clopper-pearson", _share(share, "clopper-pearson"), True
    yield "sigma level, 124 defects", _sigma_level, False
    yield "defects per unit mid-p", _rate("mid-p"), False
    yield "defects per unit garwood", _rate("garwood"), True
    yield "MTBF, failure-censored", _mtbf, False
    yield "MTBF, time-censored", _mtbf_time, True
    yield "bias of a gauge", _bias, False
    yield "effect of a design", _effect, False


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    is_right = True
    for place, (name, simulate, is_exact) in enumerate(simulations()):
        rng = np.random.default_rng([options.seed, place])
        held = sum(simulate(rng) for _ in range(options.simulations)) / options.simulations
        is_met = held >= 0.95 - GAP and (is_exact or held <= 0.95 + GAP)
        is_right &= is_met
        promise = "at least 95 %" if is_exact else "95 % within 1 %"
        print(f"{name:32} {100 * held:6.2f} %  {promise:16} {'ok' if is_met else 'MISSED'}")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
