"""Coverage of the intervals of capability of measured values."""

import math
import sys
from collections.abc import Callable, Iterator

from benchmarks.coverage import Generator, Held, Simulation, each, main_of
from dmaic_assets.sixsigma.capability.box_cox import box_cox_capability
from dmaic_assets.sixsigma.capability.normal import Capability, Index, capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.charts.within_sigma import (
    CapabilitySigma,
    moving_range_sigma,
    pooled_sigma,
    range_sigma,
)

CAPABILITY = "sixsigma.capability.normal."
OF_ALL = tuple(CAPABILITY + name for name in ("capability", "indices", "bissell_interval"))
SIZES = (25, 100)
LARGE = 500
SPEC = Specification(-4.0, 5.0, target=0.5)
MEAN = 0.1
TRUTHS = {
    "Pp": 1.5,
    "Cp": 1.5,
    "Ppk": 4.1 / 3,
    "Cpk": 4.1 / 3,
    "Cpm": 4.5 / (3 * math.sqrt(1.16)),
    "upper index": 4.9 / 3,
}
SIGMAS: dict[str, Callable[[list[float]], CapabilitySigma]] = {
    "pooled": lambda values: pooled_sigma(_groups(values)),
    "mean range": lambda values: range_sigma(_groups(values)),
    "moving range": moving_range_sigma,
}


def _groups(values: list[float]) -> list[list[float]]:
    return [values[k : k + 5] for k in range(0, len(values), 5)]


def _chosen(found: Capability, name: str) -> Index:
    indices = found.within or found.overall
    named = {
        "Pp": indices.potential,
        "Cp": indices.potential,
        "Cpm": found.cpm,
        "upper index": indices.upper,
    }
    return named.get(name) or indices.actual


def _index(name: str, size: int, sigma: str = "") -> Held:
    def holds(rng: Generator) -> bool:
        values = rng.normal(MEAN, 1, size).tolist()
        within = SIGMAS[sigma](values) if sigma else None
        found = capability(values, SPEC, within=within)
        return _chosen(found, name).interval.holds(TRUTHS[name])

    return each(holds)


def _centred(size: int) -> Held:
    """Both limits are as near: the smaller index of the sample is the actual one."""

    def holds(rng: Generator) -> bool:
        found = capability(rng.normal(0, 1, size).tolist(), Specification(-4.0, 4.0))
        return found.overall.actual.interval.holds(4 / 3)

    return each(holds)


def _one_sided(size: int, truth: float) -> Held:
    def holds(rng: Generator) -> bool:
        found = capability(rng.normal(0, 1, size).tolist(), Specification(upper=3 * truth))
        return found.overall.actual.interval.holds(truth)

    return each(holds)


def _box_cox(size: int, power: float) -> Held:
    """Values whose power is normal, with limits at 3.3 and 4.5 deviations of it."""
    middle, spread = (2.0, 0.4) if power == 0 else (10.0, 1.0)

    def back(y: float) -> float:
        return math.exp(y) if power == 0 else y ** (1 / power)

    limits = Specification(back(middle - 3.3 * spread), back(middle + 4.5 * spread))

    def holds(rng: Generator) -> bool:
        values = [back(y) for y in rng.normal(middle, spread, size).tolist()]
        found = box_cox_capability(values, limits).capability.overall
        return found.actual.interval.holds(1.1)

    return each(holds)


def simulations() -> Iterator[Simulation]:
    """All simulations of this section."""
    for size in SIZES:
        for name in ("Pp", "Ppk", "upper index"):
            yield Simulation(name, f"n {size}", OF_ALL, _index(name, size))
        of = (CAPABILITY + "taguchi_index",)
        yield Simulation("Cpm", f"n {size}", of, _index("Cpm", size))
        for sigma in SIGMAS:
            for name in ("Cp", "Cpk"):
                held = _index(name, size, sigma)
                yield Simulation(name, f"n {size}, sigma by {sigma}", OF_ALL, held)
        yield Simulation("Ppk", f"n {size}, centred", OF_ALL, _centred(size))
        for truth in (0.5, 2.0):
            setting = f"n {size}, upper limit only, truth {truth}"
            yield Simulation("Ppk", setting, OF_ALL, _one_sided(size, truth))
    for name, sigma in (("Ppk", ""), ("Cp", "mean range"), ("Cpk", "pooled"), ("Cpm", "")):
        setting = f"n {LARGE}, sigma by {sigma or 'all values'}"
        yield Simulation(name, setting, OF_ALL, _index(name, LARGE, sigma))
    of = ("sixsigma.capability.box_cox.box_cox_capability",)
    for size, power in ((30, 0.0), (100, 0.5)):
        setting = f"n {size}, power {power}"
        yield Simulation("Ppk by Box-Cox", setting, of, _box_cox(size, power), "at least 95 %")


def main(arguments: list[str] | None = None) -> int:
    """Prints the table of this section."""
    return main_of(simulations, arguments)


if __name__ == "__main__":
    sys.exit(main())
