"""How well the values of a column bear out a semantic type, beyond what chance would pass.

What belongs here: tests, their outcome as a logarithm of likelihoods, and values made up at random
in the shape of a column's own. Which tests there are stands in the modules of kinds.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dmaic_assets.analysis.semantic.look import SEED
from dmaic_assets.model import TypeName

# Distinct values of a true column that its test passes: some are typing errors or placeholders.
_TRUE_PASS = 0.98
# Below this share of distinct values a test refutes its type, whatever chance would pass.
LEAST_SHARE = 0.8
# The same of a code that more than a fifth of random ones are: what fails it is no slip.
_LEAST_OF_LOOSE = 0.9
_LOOSE = 0.2
# Logarithm of likelihoods of a type that the values refute, or that no test can be made of.
REFUTED = -50.0
# Values tried first; a test that fails on most of them is not made on all.
_FIRST = 40
# Values made up at random to learn what chance passes: known within 0.03.
_MADE_UP = 400
# Least chance that a measured test is believed to have.
_LEAST_CHANCE = 0.001

TEXT: frozenset[TypeName] = frozenset({"text"})
NUMBERS: frozenset[TypeName] = frozenset({"integer", "decimal"})
WHOLE: frozenset[TypeName] = frozenset({"integer"})
CODES: frozenset[TypeName] = frozenset({"integer", "text"})


@dataclass(frozen=True, slots=True)
class Test:
    """One test of values for a semantic type.

    `chance` is the share of other columns' values of that form which pass; None where it is
    measured on random values in the shape of the column's own. `most` bounds the evidence that a
    test can give, in nats: values of one column are alike in form, and so no independent witnesses
    of a loose form. `choices` is how many such tests were tried for one claim. `fits` is asked of
    all values together. `is_sign`: who passes is surely of the type, who fails may be as well, as
    firms without their legal form are.
    """

    form: str
    accepts: Callable[[str], bool]
    chance: float | None = None
    most: float = 12.0
    types: frozenset[TypeName] = TEXT
    choices: int = 1
    fits: Callable[[Sequence[str]], bool] | None = None
    is_sign: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one test says: distinct values that passed, of how many, and the share by chance.

    Below `least` passed among tried the type is refuted.
    """

    semantic_type: str
    form: str
    passed: int
    tried: int
    chance: float
    most: float
    choices: int = 1
    least: float = LEAST_SHARE

    @property
    def share(self) -> float:
        """Passed among tried."""
        return self.passed / self.tried if self.tried else 0.0

    @property
    def evidence(self) -> float:
        """Logarithm of the likelihood of the values under this type by that under none."""
        if not self.tried or self.share < self.least:
            return REFUTED
        failed = self.tried - self.passed
        chance = min(max(self.chance, 1e-6), 0.999)
        found = self.passed * math.log(_TRUE_PASS / chance)
        found += failed * math.log((1 - _TRUE_PASS) / (1 - chance))
        return max(min(found - math.log(self.choices), self.most), REFUTED)


@dataclass(frozen=True)
class Trial:
    """Distinct values under test, with values made up at random in their shape."""

    texts: Sequence[str]

    @cached_property
    def made_up(self) -> tuple[str, ...]:
        """Values in which every letter is another one of its case, and every digit another one.

        A first digit stays other than 0 where it was: numbers have none in front.
        """
        chosen = random.Random(SEED)  # noqa: S311 - no secret; seeded so that it says the same again
        times = max(_MADE_UP // max(len(self.texts), 1), 1)
        texts = self.texts[:_MADE_UP]
        return tuple(_scrambled(text, chosen) for text in texts for _ in range(times))

    def claim(self, semantic_type: str, test: Test) -> Claim | None:
        """Makes a test; None where hardly any of the first values passes."""
        first = self.texts[:_FIRST]
        if not first or sum(map(test.accepts, first)) < LEAST_SHARE / 2 * len(first):
            return None
        if test.fits is not None and not test.fits(self.texts):
            return None
        passed = sum(map(test.accepts, self.texts))
        tried, chance = len(self.texts), test.chance
        most, least = test.most, LEAST_SHARE
        if chance is None:
            chance = self._chance(test) if passed >= LEAST_SHARE * tried else 1.0
            # Of two validators that pass all, the one that passes less by chance says more.
            most -= math.log(chance)
            least = _LEAST_OF_LOOSE if chance > _LOOSE else least
        return Claim(semantic_type, test.form, passed, tried, chance, most, test.choices, least)

    def _chance(self, test: Test) -> float:
        """The share of random values, in the shape of the column's own, that a test passes."""
        passed = sum(map(test.accepts, self.made_up))
        return max((passed + 0.5) / (len(self.made_up) + 1), _LEAST_CHANCE)


def _scrambled(text: str, chosen: random.Random) -> str:
    found: list[str] = []
    for at, sign in enumerate(text):
        if sign.isdecimal():
            is_free = sign == "0" or at > 0
            found.append(chosen.choice("0123456789" if is_free else "123456789"))
        elif sign.isalpha() and sign.isascii():
            letters = "abcdefghijklmnopqrstuvwxyz"
            found.append(chosen.choice(letters if sign.islower() else letters.upper()))
        else:
            found.append(sign)
    return "".join(found)
