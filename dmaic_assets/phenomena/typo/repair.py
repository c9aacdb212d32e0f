"""Misspellings: how far two texts are apart, and the repair to the nearest known value.

What belongs here: nearness of texts. A value counts as a misspelling only when nothing else
explains it: values that differ in digits alone name different things, and a value whose form
(digits masked) is that of a known one is well-formed, so that it may be right.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import ValueFunction, texts
from dmaic_assets.settings.project import NullTokenSettings
from dmaic_assets.table.types.null_tokens import null_tokens

Bags = npt.NDArray[np.int16]
LEAST_LENGTH = 5
LEAST_LENGTH_CLOSED = 3
LONG = 12
VERY_LONG = 24
MARGIN = 2
_CHARACTERS = 64
NULLS = frozenset(t.casefold() for t in null_tokens(NullTokenSettings()))
_DIGIT = re.compile(r"\d")


def skeleton(text: str) -> str:
    """The text with every digit masked."""
    return _DIGIT.sub("9", text)


def distance(first: str, second: str, most: int) -> int:
    """Counts the edits between two texts, a swap of neighbours being one; stops beyond `most`.

    Source: the optimal string alignment distance (Damerau 1964 restricted to adjacent swaps).
    """
    if first == second:
        return 0
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        fresh = [i]
        for j, b in enumerate(second, 1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            fresh.append(cost)
        if min(fresh) > most:
            return most + 1
        before, row = row, fresh
    return row[-1]


def most_edits(length: int) -> int:
    """How many edits a text may be from the value that it misspells, nothing else known."""
    if length < LONG:
        return 1
    return 2 if length < VERY_LONG else 3


def bags_of(values: Iterable[str]) -> Bags:
    """How often each character (by its low six bits) occurs: a cheap bound of the distance."""
    found = [np.frombuffer(v.encode("utf-32-le"), dtype=np.uint32) & 63 for v in values]
    bags = np.zeros((len(found), _CHARACTERS), dtype=np.int16)
    for i, codes in enumerate(found):
        bags[i] = np.bincount(codes, minlength=_CHARACTERS)
    return bags


@dataclass(frozen=True)
class Dictionary:
    """Known values of a column, asked for the one that a text misspells."""

    values: tuple[str, ...]
    least_length: int = LEAST_LENGTH
    _bags: Bags = field(init=False, repr=False)
    _known: frozenset[str] = field(init=False, repr=False)
    _skeletons: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bags", bags_of(self.values))
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
        gaps = np.abs(self._bags - bags_of([text])).sum(axis=1) / 2
        near: list[tuple[int, str]] = []
        for place in np.flatnonzero(gaps <= reach).tolist():
            edits = distance(text, self.values[place], reach - 1)
            if edits < reach:
                near.append((edits, self.values[place]))
        near.sort()
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
    if raw.strip().casefold() in NULLS:
        return False
    if skeleton(raw) == skeleton(target):
        return False
    most = max(1, int(0.4 * len(target)))
    return distance(raw, target, most) <= most
