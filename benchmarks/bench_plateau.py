"""Measures when the plateau rule stops: `make bench-dmaic`.

Decays y_k = gain (1 - r^k) with noise. The ideal run to stop after is the first whose next true
gain is below `min_delta`; stopping before it is early, more than three runs after it is late.

A gain of 0.1 has no goal: noise hides its steps so soon that nothing tells them apart; the figure
is printed to say so.

Usage: python -m benchmarks.bench_plateau [--simulations 300] [--seed 0]
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np

from dmaic_assets.process.recursion.plateau import CyclePoint, plateau
from dmaic_assets.settings.phases import PlateauRule

MOST_EARLY, MOST_LATE = 0.01, 0.05
RATES = (0.8, 0.85, 0.9)
LONGEST = 80
# Total gain of the decay, and whether the goals hold for it.
GAINS = ((0.1, False), (0.3, True), (1.0, True))


@dataclass(frozen=True, slots=True)
class Decay:
    """A series that levels off, its noise, and whether the rule is told that noise."""

    rate: float
    gain: float
    noise: float
    min_delta: float
    is_noise_known: bool

    def lag(self, rng: np.random.Generator) -> int:
        """How many runs after the ideal one the rule stops; negative when early."""
        rule = PlateauRule(min_delta=self.min_delta)
        truth = [self.gain * (1 - self.rate**k) for k in range(LONGEST)]
        ideal = next(k for k in range(LONGEST) if truth[k + 1] - truth[k] < self.min_delta)
        errors = {"sigma": self.noise} if self.is_noise_known else {}
        points: list[CyclePoint] = []
        for k, value in enumerate(truth):
            points.append(CyclePoint({"sigma": value + rng.normal(0, self.noise)}, errors))
            if plateau(points, rule).is_stop:
                return k - ideal
        return LONGEST - ideal


def _word(*, is_met: bool, has_goal: bool) -> str:
    return ("met" if is_met else "MISSED") if has_goal else "(no goal)"


def main() -> int:
    """Prints the shares of early and late stops per decay and overall; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--simulations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        f"python -m benchmarks.bench_plateau --simulations {options.simulations}"
        f" --seed {options.seed}"
    )
    missed = 0
    for is_known in (True, False):
        for gain, has_goal in GAINS:
            began, lags = time.process_time(), np.empty((len(RATES), options.simulations))
            for i, rate in enumerate(RATES):
                decay = Decay(rate, gain, 0.003, 0.002, is_known)
                seeds = np.random.SeedSequence([options.seed, i]).spawn(options.simulations)
                lags[i] = [decay.lag(np.random.default_rng(s)) for s in seeds]
            early, late = float((lags < 0).mean()), float((lags > 3).mean())
            is_met = early <= MOST_EARLY and late <= MOST_LATE
            missed += has_goal and not is_met
            print(
                f"noise {'known' if is_known else 'unknown':7} gain {gain:<4} early {early:.4f}"
                f" (goal {MOST_EARLY})  late {late:.4f} (goal {MOST_LATE})"
                f"  {_word(is_met=is_met, has_goal=has_goal)}  per rate early"
                f" {[round(float(e), 3) for e in (lags < 0).mean(axis=1)]} late"
                f" {[round(float(e), 3) for e in (lags > 3).mean(axis=1)]}"
                f"  {time.process_time() - began:.0f} s cpu",
                flush=True,
            )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
