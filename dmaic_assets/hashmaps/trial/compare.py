"""Two ways to play a workload compared: by rounds in random order, with a control of equals.

Single operations follow each other too closely to be compared by tests: a round gives one number of
each metric. In every round the first side plays twice, so that what the machine does to two equal
sides stands beside the difference: without it a difference cannot be trusted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

# Pairs without being asked: the interval of the median is then 1.3 % to either side (measured, cpu
# time of a contended machine).
PAIRS = 40
# The fewest pairs that a paired test can find a difference in at 5 %: 2/2^6 is below it.
FEWEST = 6
# Two sides within so much of each other are equal for every use: rounds of one side differ by more.
MARGIN = 0.03
# The chance of finding a difference where there is none, over all metrics together.
ALPHA = 0.05
# Draws of the bootstrap: the ends of a 95 % interval are then right to a twentieth of its width.
_DRAWS = 2000
# What a round of one side says: metric by name, all positive, less is better.
Metrics = Mapping[str, float]
Side = Callable[[], Metrics]
Verdict = Literal["faster", "slower", "equivalent", "undecided"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the second side differs from the first in one metric.

    `change` is the median of the rounds' ratios less one: -0.1 is a tenth less. The interval holds
    it with 95 % confidence; `p` is of Wilcoxon's paired test, `adjusted` by Holm over all metrics.
    """

    metric: str
    first: float
    second: float
    change: float
    low: float
    high: float
    p: float
    adjusted: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences of the two sides, of the first side from itself, and every round's numbers."""

    pairs: int
    differences: tuple[Difference, ...]
    control: tuple[Difference, ...]
    rounds: tuple[Mapping[str, Metrics], ...]

    @property
    def is_trustworthy(self) -> bool:
        """Tells whether the control found no difference of the first side from itself."""
        return all(each.verdict not in ("faster", "slower") for each in self.control)


def compare(first: Side, second: Side, pairs: int, rng: np.random.Generator) -> Comparison:
    """Plays both sides, and the first once more, in a random order each round."""
    sides = {"first": first, "second": second, "again": first}
    for side in (first, second):
        side()  # compiled and warm by now
    rounds: list[Mapping[str, Metrics]] = []
    for _ in range(pairs):
        order = [str(name) for name in rng.permutation(list(sides))]
        told = {name: sides[name]() for name in order}
        rounds.append({name: told[name] for name in sides})
    return Comparison(
        pairs,
        differences_of([(each["first"], each["second"]) for each in rounds], rng),
        differences_of([(each["first"], each["again"]) for each in rounds], rng),
        tuple(rounds),
    )


def differences_of(
    pairs: Sequence[tuple[Metrics, Metrics]], rng: np.random.Generator
) -> tuple[Difference, ...]:
    """Judges pairs of rounds in every metric that all of them have."""
    shared = [
        name for name in pairs[0][0] if all(name in one and name in two for one, two in pairs)
    ]
    columns = {
        name: np.log([[one[name], two[name]] for one, two in pairs]).astype(np.float64)
        for name in shared
    }
    told = {name: wilcoxon_p(logs[:, 1] - logs[:, 0]) for name, logs in columns.items()}
    adjusted = dict(zip(shared, holm([told[name] for name in shared]), strict=True))
    return tuple(_judged(name, columns[name], (told[name], adjusted[name]), rng) for name in shared)


def _judged(
    name: str, logs: Floats, chances: tuple[float, float], rng: np.random.Generator
) -> Difference:
    ratios = logs[:, 1] - logs[:, 0]
    drawn = np.median(rng.choice(ratios, (_DRAWS, ratios.size)), axis=1)
    low, high = (float(end) for end in np.quantile(drawn, (ALPHA / 2, 1 - ALPHA / 2)))
    change = float(np.median(ratios))
    # A test at 5 % that both ends lie within the margin has an interval of 90 %.
    near = float(np.abs(np.quantile(drawn, (ALPHA, 1 - ALPHA))).max())
    first, second = np.exp(np.median(logs, axis=0))
    return Difference(
        metric=name,
        first=float(first),
        second=float(second),
        change=float(np.expm1(change)),
        low=float(np.expm1(low)),
        high=float(np.expm1(high)),
        p=chances[0],
        adjusted=chances[1],
        verdict=_verdict(change, near, chances[1]),
    )


def _verdict(change: float, near: float, adjusted: float) -> Verdict:
    """Equality within the margin comes first: a difference that does not matter is none."""
    if near <= np.log1p(MARGIN):
        return "equivalent"
    if adjusted <= ALPHA:
        return "faster" if change < 0 else "slower"
    return "undecided"


def wilcoxon_p(differences: Floats) -> float:
    """The chance of such differences when neither side is better; 1 when all of them are 0."""
    if not np.any(differences):
        return 1.0
    from scipy import stats

    return float(cast("Any", stats).wilcoxon(differences).pvalue)


def holm(chances: Sequence[float]) -> list[float]:
    """Adjusts chances so that all of them together keep one level (Holm 1979)."""
    order = np.argsort(chances)
    adjusted, reached = [0.0] * len(chances), 0.0
    for rank, at in enumerate(order):
        reached = max(reached, min(1.0, (len(chances) - rank) * chances[at]))
        adjusted[at] = reached
    return adjusted
