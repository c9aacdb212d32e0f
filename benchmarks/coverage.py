"""What an interval's coverage is measured with: a simulation, its promise, and the table.

Each `sixsigma_coverage_*` section lists its simulations; `benchmarks.coverage_registry` names all
functions that they are of.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

LEVEL, GAP = 0.95, 0.01
DRAWS = 10_000
# Counts are drawn so many times as often: equal ones cost nothing.
MORE_COUNTS = 20

Generator: TypeAlias = np.random.Generator
Promise: TypeAlias = Literal["95 %", "at least 95 %"]
Held: TypeAlias = Callable[[Generator, int], float]
Counts: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Simulation:
    """One interval in one setting.

    `functions` are the public functions, from `dmaic_assets.` on, whose interval is drawn; `held`
    takes a generator and the least number of draws, and tells in what share of them the truth was
    held. `promise` is what the product says of the interval.
    """

    interval: str
    setting: str
    functions: tuple[str, ...]
    held: Held
    promise: Promise = "95 %"

    @property
    def name(self) -> str:
        """Interval and setting."""
        return f"{self.interval}, {self.setting}"

    def is_met(self, share: float) -> bool:
        """Whether a measured coverage is what is promised, within one in a hundred."""
        return share >= LEVEL - GAP and (self.promise != "95 %" or share <= LEVEL + GAP)


def each(holds: Callable[[Generator], bool]) -> Held:
    """Draws one sample after the other."""
    return lambda rng, draws: sum(holds(rng) for _ in range(draws)) / draws


def of_counts(draw: Callable[[Generator, int], Counts], holds: Callable[..., bool]) -> Held:
    """Draws all counts at once, shape (draws,) or (draws, k), and asks once for equal ones."""

    def held(rng: Generator, draws: int) -> float:
        many = MORE_COUNTS * draws
        counts = draw(rng, many).reshape(many, -1)
        seen, times = np.unique(counts, axis=0, return_counts=True)
        is_held = np.array([holds(*row) for row in seen.tolist()])
        return float(times[is_held].sum()) / many

    return held


def main_of(
    simulations: Callable[[], Iterable[Simulation]], arguments: Sequence[str] | None
) -> int:
    """Runs a section: one line per simulation, 0 when each holds what it promises."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a name")
    options = parser.parse_args(arguments)
    is_right = True
    print(f"{'interval':34} {'setting':38} {'coverage':>8}  promise")
    for place, simulation in enumerate(simulations()):
        if options.only not in simulation.name:
            continue
        rng = np.random.default_rng([options.seed, place])
        share = simulation.held(rng, options.draws)
        is_met = simulation.is_met(share)
        is_right &= is_met
        print(
            f"{simulation.interval:34} {simulation.setting:38} {100 * share:6.2f} %"
            f"  {simulation.promise:13} {'within 1 %' if is_met else 'MISSED'}",
            flush=True,
        )
    sys.stdout.flush()
    return 0 if is_right else 1
