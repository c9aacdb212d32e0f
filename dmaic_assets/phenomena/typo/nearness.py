"""How near two texts are: the one place that counts edits.

What belongs here: distances between texts and what may be asked of them. Whether a near text is a
misspelling is for the kinds, the repairs and the cells to say, each with its own evidence. The
library is loaded by the first question: most that name these kinds never ask one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice

import numpy as np

# Characters from which a slip may be two edits.
LONG = 12
# Characters from which it may be three.
VERY_LONG = 24
_DIGIT = re.compile(r"\d")
# Texts compared at once: bounds memory.
_BLOCK = 1_000


def distance(first: str, second: str, most: int) -> int:
    """Counts the edits between two texts, a swap of neighbours being one; beyond, `most` + 1.

    Source: the optimal string alignment distance (Damerau 1964 restricted to adjacent swaps).
    """
    from rapidfuzz.distance import OSA

    return OSA.distance(first, second, score_cutoff=most)


def distance_without_swaps(first: str, second: str, most: int) -> int:
    """Counts the edits between two texts, a swap of neighbours being two; beyond, `most` + 1.

    Source: Levenshtein 1966.
    """
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(first, second, score_cutoff=most)


def is_one_edit(first: str, second: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours leads to the other."""
    return distance(first, second, 1) == 1


def within(text: str, known: Sequence[str], most: int) -> list[tuple[int, str]]:
    """The known texts at most so many edits away, with their edits: nearest first, then by text."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extract(text, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    return sorted((int(edits), value) for value, edits, _ in near)


def near_before(texts: Sequence[str]) -> list[list[int]]:
    """For each of some hundred texts, the places of those before it that it may misspell.

    That is by as many edits as the longer of the two allows.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    edits = process.cdist(texts, texts, scorer=OSA.distance, score_cutoff=most_edits(VERY_LONG))
    most = np.array([most_edits(len(text)) for text in texts])
    is_near = edits <= np.maximum(most[:, np.newaxis], most)
    return [np.flatnonzero(row[:place]).tolist() for place, row in enumerate(is_near)]


def within_without_swaps(text: str, known: Mapping[int, str], most: int) -> Iterator[int]:
    """The keys of the known texts at most so many edits away, a swap being two, in their order."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    near = process.extract_iter(text, known, scorer=Levenshtein.distance, score_cutoff=most)
    return (key for _, _, key in near)


def near_without_swaps(
    texts: Sequence[str], known: Sequence[str], most: Callable[[str], int]
) -> Iterator[int]:
    """The places of the texts that are as near a known one as `most` says, a swap being two."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        limits = np.array([most(text) for text in block])
        furthest = int(limits.max())
        edits = process.cdist(block, known, scorer=Levenshtein.distance, score_cutoff=furthest)
        is_near = np.any(edits <= limits[:, np.newaxis], axis=1)
        yield from compress(range(start, start + len(block)), is_near)


def at_most_one_edit(new: Iterable[str], known: Sequence[str]) -> Iterator[str]:
    """Those of the new texts that are a known one or one edit away from one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    left = iter(new)
    while block := list(islice(left, _BLOCK)):
        # A block at a time: the table of all pairs may not fit into memory.
        edits = process.cdist(block, known, scorer=OSA.distance, score_cutoff=1)
        yield from compress(block, np.any(edits <= 1, axis=1))


def most_edits(length: int) -> int:
    """How many edits a text may be from the value that it misspells, nothing else known."""
    if length < LONG:
        return 1
    return 2 if length < VERY_LONG else 3


def skeleton(text: str) -> str:
    """The text with every digit masked."""
    return _DIGIT.sub("9", text)
