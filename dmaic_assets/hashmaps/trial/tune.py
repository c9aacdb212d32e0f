"""Limits of a configuration searched for on a workload, and what the best is proven to gain.

Candidates are played in rounds beside the configuration that is there, and the slower half of them
is left out after every few rounds. Whoever is left has been lucky as well as good: what it gains is
measured anew, in pairs that the search has not seen and with a control of equals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.config.file import values_of
from dmaic_assets.hashmaps.config.options import BACKENDS, Config, Policy, Value, config_of
from dmaic_assets.hashmaps.trial.compare import FEWEST, Comparison, Difference, Side, compare

# Candidates and pairs without being asked; pairs are as many as `ab-compare` plays.
CANDIDATES, PAIRS = 24, 40
# Rounds between two halvings: the median of three is not moved by one round that was disturbed.
ROUNDS = 3
# Seconds of cpu without being asked, and the share of them that the search may take.
BUDGET_S, _SEARCH = 30.0, 0.5
# What is judged: the time, and the memory that it may have been bought with.
TIME, MEMORY = "ns/op", "bytes"
# Plays of a pair: the one side, the other, and the one again.
_OF_A_PAIR = 3
_PACES: tuple[Value, ...] = (16, 64, 256, 1024, 2048)
# What each policy's keys may become: about doubling from where they always act to where they never
# do. Chosen, not tuned.
SPACE: Mapping[Policy, Mapping[str, tuple[Value, ...]]] = {
    "thresholds": {
        "adaptive.start_backend": ("chaining", "robinhood"),
        "adaptive.incremental_batch": _PACES,
        "adaptive.max_lf_chaining": (0.25, 0.5, 0.82, 1.0, 2.0, 4.0),
        "adaptive.max_group_len": (2, 4, 8, 16, 64),
        "adaptive.max_avg_probe_robinhood": (1.5, 3.0, 6.0, 12.0, 100.0),
        "adaptive.max_tombstone_ratio": (0.1, 0.25, 0.5, 1.0),
    },
    "costs": {
        "adaptive.start_backend": BACKENDS,
        "adaptive.incremental_batch": _PACES,
        "adaptive.freeze": (True, False),
    },
}


@dataclass(frozen=True, slots=True)
class Search:
    """What a search takes.

    `side` plays a configuration; `clock` counts the nanoseconds that `budget_s` limits: a first
    round and the fewest pairs are played whatever they take. `told` hears plays done, plays planned
    and what is played now.
    """

    side: Callable[[Config], Side]
    rng: np.random.Generator
    clock: Callable[[], int]
    told: Callable[[int, int, str], None]
    candidates: int = CANDIDATES
    pairs: int = PAIRS
    budget_s: float = BUDGET_S


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best candidate, how many there were, and how it compares with what was there.

    `is_cut` tells that time was over before one candidate was left or all pairs were played.
    """

    base: Config
    best: Config
    candidates: int
    plays: int
    is_cut: bool
    comparison: Comparison

    @property
    def gain(self) -> Difference:
        """How the time of an operation differs."""
        return next(each for each in self.comparison.differences if each.metric == TIME)

    @property
    def is_proven(self) -> bool:
        """Tells whether the best is faster, and the control found the machine quiet enough."""
        is_faster = self.gain.verdict == "faster" and self.gain.high < 0
        return is_faster and self.comparison.is_trustworthy

    @property
    def chosen(self) -> Config:
        """The best where its gain is proven, else what was there."""
        return self.best if self.is_proven else self.base

    @property
    def changes(self) -> dict[str, tuple[Value, Value]]:
        """Keys in which the best differs: before and after."""
        before, after = values_of(self.base), values_of(self.best)
        return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def tune(base: Config, search: Search) -> Tuned:
    """Searches candidates around a configuration of mode `adaptive` and measures the best anew."""
    rivals = drawn(base, search.candidates, search.rng)
    race = _Race(search, base, rivals)
    best, is_cut = race.run()
    spent_s = (search.clock() - race.began) / 1e9
    each_s = spent_s / max(race.plays, 1)
    left = max(search.budget_s - spent_s, 0.0) / max(_OF_A_PAIR * each_s, 1e-9)
    pairs = int(np.clip(left, FEWEST, max(search.pairs, FEWEST)))
    sides = [race.judged(config) for config in (base, best)]
    comparison = compare(sides[0], sides[1], pairs, search.rng)
    is_cut = is_cut or pairs < search.pairs
    return Tuned(base, best, len(rivals), race.plays, is_cut, comparison)


def drawn(base: Config, count: int, rng: np.random.Generator) -> tuple[Config, ...]:
    """Draws different configurations in which half of the policy's keys, on average, are changed.

    There are fewer than asked for where the space has no more.
    """
    space, values = SPACE[base.adaptive.policy], values_of(base)
    others = {key: [v for v in told if v != values[key]] for key, told in space.items()}
    most = int(np.prod([len(told) + 1 for told in others.values()])) - 1
    found: dict[tuple[Value, ...], Config] = {}
    while len(found) < min(count, most):
        changed = dict(values)
        for key, told in others.items():
            if told and rng.random() < 1 / 2:
                changed[key] = told[int(rng.integers(len(told)))]
        if changed != values:
            config = config_of({key: (value, "a candidate") for key, value in changed.items()})
            found[tuple(changed[key] for key in space)] = config
    return tuple(found.values())


class _Race:
    """Candidates in rounds beside the base, until one is left or half of the time is over."""

    def __init__(self, search: Search, base: Config, rivals: Sequence[Config]) -> None:
        self._search = search
        self._sides = [search.side(config) for config in (base, *rivals)]
        self._configs = (base, *rivals)
        self._ns: list[list[float]] = [[] for _ in self._configs]
        self._planned = _planned(len(rivals), search.pairs)
        self.plays, self.began = 0, 0

    def run(self) -> tuple[Config, bool]:
        """Gives the best candidate, and whether time was over before the others were left out."""
        alive = list(range(1, len(self._configs)))
        self._sides[0]()  # compiled and warm by now
        self.began = self._search.clock()
        while True:
            for _ in range(ROUNDS):
                self._round([0, *alive])
                if len(alive) > 1 and self._is_over():
                    return self._configs[min(alive, key=self._behind)], True
            alive = sorted(alive, key=self._behind)[: (len(alive) + 1) // 2]
            if len(alive) == 1:
                return self._configs[alive[0]], False

    def judged(self, config: Config) -> Side:
        """A side of the comparison: what is judged of it, and progress told."""
        side = self._search.side(config)

        def once() -> Mapping[str, float]:
            self._tell("compared with what is there")
            told = side()
            return {TIME: told[TIME], MEMORY: told[MEMORY]}

        return once

    def _round(self, playing: list[int]) -> None:
        for at in self._search.rng.permutation(playing):
            self._tell(f"{len(playing) - 1} candidates")
            self._ns[at].append(self._sides[at]()[TIME])

    def _behind(self, at: int) -> float:
        """The median of how many times as long as the base a candidate took in the same round."""
        ratios = np.array(self._ns[at]) / np.array(self._ns[0][: len(self._ns[at])])
        return float(np.median(ratios))

    def _is_over(self) -> bool:
        spent_s = (self._search.clock() - self.began) / 1e9
        return spent_s > _SEARCH * self._search.budget_s

    def _tell(self, now: str) -> None:
        self._search.told(self.plays, self._planned, now)
        self.plays += 1


def _planned(rivals: int, pairs: int) -> int:
    """Plays of a search that is not cut, and of the comparison after it."""
    total = _OF_A_PAIR * pairs + 2
    while True:
        total += ROUNDS * (rivals + 1)
        if rivals <= 2:
            return total
        rivals = (rivals + 1) // 2
