"""Misspellings: the repair to the nearest known value.

What belongs here: what may be called a misspelling. A value counts as one only when nothing else
explains it: values that differ in digits alone name different things, and a value whose form
(digits masked) is that of a known one is well-formed, so that it may be right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import ValueFunction, texts
from dmaic_assets.phenomena.typo.nearness import distance, most_edits, skeleton, within
from dmaic_assets.table.types.null_tokens import usual_null_tokens

# Characters of a value that can be corrected; short codes are a letter apart by themselves.
LEAST_LENGTH = 5
# The same in a closed list, where every value is known.
LEAST_LENGTH_CLOSED = 3
# Edits by which the second nearest value must be further away.
MARGIN = 2


def is_null_word(text: str) -> bool:
    """Whether a text is one that usually stands for no value, whatever its case."""
    return text.strip().casefold() in _null_words()


@cache
def _null_words() -> frozenset[str]:
    return frozenset(token.casefold() for token in usual_null_tokens())


@dataclass(frozen=True)
class Dictionary:
    """Known values of a column, asked for the one that a text misspells."""

    values: tuple[str, ...]
    least_length: int = LEAST_LENGTH
    _known: frozenset[str] = field(init=False, repr=False)
    _skeletons: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.values))
        object.__setattr__(self, "_skeletons", frozenset(map(skeleton, self.values)))

    def is_known(self, text: str) -> bool:
        """Whether the text is one of the values, or formed like one with other digits."""
        return text in self._known or skeleton(text) in self._skeletons

    def nearest(self, text: str) -> str | None:
        """The one known value that the text misspells; None when there is none or more."""
        if len(text) < self.least_length or self.is_known(text) or not self.values:
            return None
        most = most_edits(len(text))
        reach = most + MARGIN
        near = within(text, self.values, reach - 1)
        if not near or near[0][0] > most or len(near[0][1]) < self.least_length:
            return None
        is_clear = len(near) == 1 or near[1][0] >= near[0][0] + MARGIN
        return near[0][1] if is_clear else None


def typo_corrector(parameters: Mapping[str, Json]) -> ValueFunction:
    """Replaces a value by the one of `domain` that it misspells, if exactly one comes near."""
    is_closed = parameters.get("is_closed") is True
    least = LEAST_LENGTH_CLOSED if is_closed else LEAST_LENGTH
    dictionary = Dictionary(texts(parameters, "domain"), least)

    def correct(value: str) -> str:
        return dictionary.nearest(value) or value

    return correct


def is_misspelling(raw: str, target: str) -> bool:
    """Whether a text may be a misspelling of the value that other columns lead to expect.

    With that support four in ten characters may differ; the digits alone never. One character
    says too little, and a spelled null is no misspelling.
    """
    if len(target) < 2 or not re.search(r"[^\d\s.,:/+-]", raw):
        return False
    if is_null_word(raw):
        return False
    if skeleton(raw) == skeleton(target):
        return False
    most = max(1, int(0.4 * len(target)))
    return distance(raw, target, most) <= most
