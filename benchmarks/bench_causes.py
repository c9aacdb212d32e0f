"""Measures how often an injected cause is found: `make bench-dmaic`.

Tables of independent factors, many-valued decoys among them, in which one level (or one pair of
levels) is given a higher defect rate than the rest. The base rate is 2 %.

Usage: python -m benchmarks.bench_causes [--simulations 300] [--base 0.02] [--seed 0]
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.root_causes import CauseRanking, rank_causes

LEVELS = (2, 3, 3, 4, 5, 6, 8, 10, 12, 24, 30, 50)
# Rarer levels than this are no injected cause: a share of 1 % of 10,000 rows has 2 defects.
LEAST_SHARE = 0.01
LEAST_PAIR_ROWS = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of injected cause, and the share of searches that must find it."""

    name: str
    rows: int
    lift: float
    goal: float
    is_pair: bool

    def is_found(self, rng: np.random.Generator, base: float) -> bool:
        """Makes one table, injects the cause, and looks for it."""
        factors = made_factors(rng, self.rows)
        names, inside = (_pair if self.is_pair else _level)(rng, factors)
        rate = np.where(inside, base * self.lift, base)
        ranking = rank_causes(factors, rng.random(self.rows) < rate, limit=3)
        return _has(ranking, names, 3 if self.is_pair else 1)


CASES = (
    Case("single, 100k rows, lift 2, first", 100_000, 2.0, 0.95, False),
    Case("single, 10k rows, lift 3, first", 10_000, 3.0, 0.80, False),
    Case("pair, 100k rows, lift 3, top three", 100_000, 3.0, 0.90, True),
)
Inject = Callable[[np.random.Generator, Sequence[Factor]], tuple[set[str], np.ndarray]]


def made_factors(rng: np.random.Generator, rows: int) -> list[Factor]:
    """Factors whose levels are unequally common, as those of real columns are."""
    found: list[Factor] = []
    for index, levels in enumerate(LEVELS):
        shares = rng.dirichlet(np.full(levels, 2.0))
        codes = rng.choice(levels, rows, p=shares).astype(np.int32)
        found.append(Factor(f"f{index}_{levels}", tuple(map(str, range(levels))), codes))
    return found


def _level(rng: np.random.Generator, factors: Sequence[Factor]) -> tuple[set[str], np.ndarray]:
    factor = factors[int(rng.integers(len(factors)))]
    shares = np.bincount(factor.codes, minlength=len(factor.levels)) / len(factor)
    level = rng.choice(np.flatnonzero(shares > LEAST_SHARE))
    return {factor.name}, factor.codes == level


def _pair(rng: np.random.Generator, factors: Sequence[Factor]) -> tuple[set[str], np.ndarray]:
    """The pair that a random row belongs to, so that frequent pairs are drawn more often."""
    small = [f for f in factors if len(f.levels) <= 12]
    while True:
        first, second = (small[int(i)] for i in rng.choice(len(small), 2, replace=False))
        row = int(rng.integers(len(first)))
        inside = (first.codes == first.codes[row]) & (second.codes == second.codes[row])
        if inside.sum() > LEAST_PAIR_ROWS:
            return {first.name, second.name}, inside


def _has(ranking: CauseRanking, names: set[str], top: int) -> bool:
    return any(set(cause.factors) == names for cause in ranking.causes[:top])


def main() -> int:
    """Runs every case and prints figure, goal and cost; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--simulations", type=int, default=300)
    parser.add_argument("--base", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        f"python -m benchmarks.bench_causes --simulations {options.simulations}"
        f" --base {options.base} --seed {options.seed}"
    )
    missed = 0
    for case in CASES:
        began = time.process_time()
        seeds = np.random.SeedSequence(options.seed).spawn(options.simulations)
        found = sum(case.is_found(np.random.default_rng(s), options.base) for s in seeds)
        share = found / options.simulations
        missed += share < case.goal
        print(
            f"{case.name:36} {share:6.3f}  goal {case.goal:.2f}"
            f"  {'met' if share >= case.goal else 'MISSED'}"
            f"  {(time.process_time() - began) / options.simulations:.2f} s cpu each",
            flush=True,
        )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
