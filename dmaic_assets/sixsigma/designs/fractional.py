"""Two-level designs, full or a regular fraction: generators, resolution and aliases.

What belongs here: which effects a fraction can tell apart. What does not: estimating them
(`effects`). A word is a set of factors, the interaction of all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.factorial import Setting, Trial, run_order

Word: TypeAlias = frozenset[str]
Coded: TypeAlias = NDArray[np.int8]

# Factors: single letters name them, and words are searched whole.
MOST_FACTORS = 16
# Choices of generators that are compared: some seconds.
MOST_CHOICES = 200_000


@dataclass(frozen=True, slots=True)
class TwoLevelDesign:
    """A regular two-level design.

    `coded` is -1 (low) or +1 (high), shape (runs, factors), in standard order: the first factor
    changes fastest. `defining` holds the words that are always +1, shortest first; it is empty
    for a full factorial.
    """

    factors: tuple[str, ...]
    generators: Mapping[str, tuple[str, ...]]
    coded: Coded
    defining: tuple[Word, ...]

    @property
    def resolution(self) -> int | None:
        """Length of the shortest defining word; None for a full factorial.

        3 mixes main effects with pairs, 4 pairs with pairs, 5 neither.
        """
        return len(self.defining[0]) if self.defining else None

    def aliases(self, effect: Iterable[str], *, longest: int = 3) -> tuple[Word, ...]:
        """Words of at most `longest` factors that the design cannot tell from an effect."""
        word = frozenset(effect)
        mixed = (word ^ other for other in self.defining)
        return tuple(sorted((w for w in mixed if 0 < len(w) <= longest), key=word_order))

    def column(self, effect: Iterable[str]) -> Coded:
        """The coded column of an effect: the product of its factors' columns, shape (runs,)."""
        places = [self.factors.index(name) for name in effect]
        return np.prod(self.coded[:, places], axis=1, dtype=np.int8)

    def trials(
        self, levels: Mapping[str, tuple[Setting, Setting]], *, seed: int, replicates: int = 1
    ) -> tuple[Trial, ...]:
        """Spells the runs with low and high settings, in a random order that the seed decides.

        Raises:
            BadInputError: A factor has no levels.
        """
        missing = [name for name in self.factors if name not in levels]
        if missing:
            raise BadInputError("levels", f"none for {', '.join(missing)}", "Give (low, high).")
        runs = [
            Trial(
                place,
                replicate,
                {n: levels[n][int(c > 0)] for n, c in zip(self.factors, row, strict=True)},
            )
            for replicate in range(1, replicates + 1)
            for place, row in enumerate(self.coded)
        ]
        return tuple(runs[place] for place in run_order(len(runs), seed=seed))


def two_level_design(
    factors: Sequence[str], generators: Mapping[str, Sequence[str]] | None = None
) -> TwoLevelDesign:
    """Builds a full design, or the principal fraction that generators define.

    Args:
        factors: Names, base factors first.
        generators: For each added factor the base factors whose product it takes, as
            `{"D": ("A", "B", "C")}` for D = ABC.

    Raises:
        BadInputError: Names repeat, there are too many, or a generator is not a product of two
            or more base factors.
    """
    told = {name: tuple(word) for name, word in (generators or {}).items()}
    base = [name for name in factors if name not in told]
    _check(factors, told, base)
    runs = 2 ** len(base)
    places = np.arange(runs)
    columns = {name: (2 * (places >> k & 1) - 1).astype(np.int8) for k, name in enumerate(base)}
    for name, word in told.items():
        columns[name] = np.prod([columns[other] for other in word], axis=0, dtype=np.int8)
    coded = np.stack([columns[name] for name in factors], axis=1)
    words = [frozenset({name, *word}) for name, word in told.items()]
    return TwoLevelDesign(tuple(factors), told, coded, defining_words(words))


def best_fraction(factors: Sequence[str], runs: int) -> TwoLevelDesign:
    """Finds the fraction with the highest resolution, then with the fewest shortest words.

    Args:
        factors: Names; the first log2(runs) are the base.
        runs: A power of two, at most 2^factors.

    Raises:
        BadInputError: No regular fraction has so many runs, or there are too many to search.
    """
    k = runs.bit_length() - 1
    if runs != 2**k or not 2 <= k <= len(factors):
        culprit = f"{runs} runs of {len(factors)} factors"
        raise BadInputError("a fraction", culprit, "Give a power of two, at most 2^factors.")
    base, added = factors[:k], factors[k:]
    words = [word for size in range(2, k + 1) for word in combinations(base, size)]
    if len(added) > len(words) or comb(len(words), len(added)) > MOST_CHOICES:
        culprit = f"{len(added)} added to {k} base factors"
        raise BadInputError("a fraction", culprit, "Use more runs, or name the generators.")
    choices = combinations(reversed(words), len(added))
    best = min(choices, key=lambda choice: _aberration(added, choice))
    return two_level_design(factors, dict(zip(added, best, strict=True)))


def defining_words(generators: Sequence[Word]) -> tuple[Word, ...]:
    """All products of the generating words, shortest first, then by name."""
    words: set[Word] = set()
    for word in generators:
        words |= {other ^ word for other in words} | {word}
    return tuple(sorted(words, key=word_order))


def word_order(word: Word) -> tuple[int, list[str]]:
    """Sort key of words: by length, then by names."""
    return len(word), sorted(word)


def _aberration(added: Sequence[str], choice: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Numbers of defining words by length, from 1 up: smaller is better, in this order."""
    words = defining_words([frozenset({a, *w}) for a, w in zip(added, choice, strict=True)])
    lengths = [len(word) for word in words]
    return tuple(lengths.count(size) for size in range(1, MOST_FACTORS + 1))


def _check(
    factors: Sequence[str], generators: Mapping[str, tuple[str, ...]], base: Sequence[str]
) -> None:
    if not 1 <= len(factors) <= MOST_FACTORS or len(set(factors)) != len(factors):
        culprit = f"factors {list(factors)}"
        raise BadInputError("a two-level design", culprit, "Give up to 16 different names.")
    for name, word in generators.items():
        is_product = len(word) >= 2 and len(set(word)) == len(word) and set(word) <= set(base)
        if name not in factors or not is_product:
            culprit = f"{name} = {' '.join(word)}"
            fix = f"Multiply two or more of the base factors {', '.join(base)}."
            raise BadInputError("a generator", culprit, fix)
