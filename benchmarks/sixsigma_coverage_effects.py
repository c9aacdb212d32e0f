"""Coverage of the intervals of effect sizes and the power of Box-Cox."""

import math
import sys
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.coverage import Generator, Held, Simulation, each, main_of
from dmaic_assets.sixsigma.capability.transforms import box_cox
from dmaic_assets.sixsigma.tests.anova import one_way_anova
from dmaic_assets.sixsigma.tests.effects import (
    Effect,
    cohen_d,
    glass_delta,
    hedges_g,
    rank_biserial,
)
from dmaic_assets.sixsigma.tests.effects_explained import cramers_v, explained_variance

EFFECTS = "sixsigma.tests.effects."
EXPLAINED = "sixsigma.tests.effects_explained."
NONCENTRAL = "sixsigma.tests.noncentral."
PAIRS = ((10, 10), (20, 30), (200, 100))
Two = Callable[[np.ndarray, np.ndarray], Effect]


def _two(compare: Two, sizes: tuple[int, int], apart: float, truth: float, sd: float = 1) -> Held:
    """Two normal groups, the first with its own deviation, `apart` deviations of the second."""

    def holds(rng: Generator) -> bool:
        found = compare(rng.normal(apart, sd, sizes[0]), rng.normal(0, 1, sizes[1]))
        return found.lower <= truth <= found.upper

    return each(holds)


def _average(x: np.ndarray, y: np.ndarray) -> Effect:
    return cohen_d(x, y, standardizer="average")


def _of_two_groups() -> Iterator[Simulation]:
    for sizes in PAIRS:
        for apart in (0.2, 0.8):
            setting = f"n {sizes[0]} and {sizes[1]}, {apart}"
            for name, compare in (("cohen d", cohen_d), ("hedges g", hedges_g)):
                of = (EFFECTS + compare.__name__, NONCENTRAL + "noncentral_t_interval")
                yield Simulation(name, setting, of, _two(compare, sizes, apart, apart))
            chance = 0.5 * (1 + math.erf(apart / 2))
            held = _two(rank_biserial, sizes, apart, 2 * chance - 1)
            yield Simulation("rank-biserial", setting, (EFFECTS + "rank_biserial",), held)
        setting = f"n {sizes[0]} and {sizes[1]}, sd 2 and 1"
        held = _two(glass_delta, sizes, 0.8, 0.8, sd=2)
        yield Simulation("glass delta", setting, (EFFECTS + "glass_delta",), held)
        held = _two(_average, sizes, 0.8, 0.8 / math.sqrt(2.5), sd=2)
        yield Simulation("d, average variance", setting, (EFFECTS + "cohen_d",), held)
    held = _two(rank_biserial, (30, 30), 2.0, math.erf(1.0))
    yield Simulation("rank-biserial", "n 30 and 30, 2.0", (EFFECTS + "rank_biserial",), held)


def _explained(size: int, scale: float) -> Held:
    centers = scale * np.array([0.0, 0.3, 0.9, 0.4])
    share = float(centers.var())

    def holds(rng: Generator) -> bool:
        table = one_way_anova({str(i): rng.normal(c, 1, size) for i, c in enumerate(centers)})
        found = explained_variance(table)
        return found.lower <= share / (1 + share) <= found.upper

    return each(holds)


SHARES = np.array([[0.22, 0.08, 0.1], [0.1, 0.3, 0.2]])
WEAK = np.array([[0.17, 0.14, 0.12], [0.18, 0.24, 0.15]])


def _cramer(size: int, shares: np.ndarray) -> Held:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    truth = math.sqrt(float(((shares - expected) ** 2 / expected).sum()))

    def holds(rng: Generator) -> bool:
        found = cramers_v(rng.multinomial(size, shares.ravel()).reshape(2, 3).tolist())
        return found.lower <= truth <= found.upper

    return each(holds)


def _power(size: int) -> Held:
    def holds(rng: Generator) -> bool:
        found = box_cox((1 + 0.5 * rng.normal(8, 1, size)) ** 2)
        return found.lower <= 0.5 <= found.upper

    return each(holds)


def _of_groups() -> Iterator[Simulation]:
    names = ("explained_variance", "explained_by_effect")
    of = (*(EXPLAINED + name for name in names), NONCENTRAL + "noncentral_f_interval")
    for size, scale in ((5, 1.0), (25, 0.5), (25, 2.0)):
        setting = f"4 groups of {size}, f {scale * 0.324:.2f}"
        yield Simulation("variance explained", setting, of, _explained(size, scale))
    of = (EXPLAINED + "cramers_v", NONCENTRAL + "noncentral_chi2_interval")
    for size, shares in ((100, SHARES), (500, SHARES), (500, WEAK)):
        setting = f"n {size}, V {'.39' if shares is SHARES else '.10'}"
        yield Simulation("Cramer's V", setting, of, _cramer(size, shares))


def simulations() -> Iterator[Simulation]:
    """All simulations of this section."""
    yield from _of_two_groups()
    yield from _of_groups()
    of = ("sixsigma.capability.transforms.box_cox",)
    for size in (20, 80):
        yield Simulation("power of Box-Cox", f"n {size}", of, _power(size))


def main(arguments: list[str] | None = None) -> int:
    """Prints the table of this section."""
    return main_of(simulations, arguments)


if __name__ == "__main__":
    sys.exit(main())
