"""Rare values that are near a frequent value of their column: misspellings."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Suspect, TextFrame
from dmaic_assets.phenomena.typo.nearness import (
    distance_without_swaps,
    near_without_swaps,
    within_without_swaps,
)

# Characters of a value that can be a misspelling of another.
LEAST_LENGTH = 5
# Rows from which a value is frequent.
LEAST_FREQUENT = 5
# Times more frequent that a value must be than its misspelling.
RATIO = 10
# Edits per character of a long value.
EDIT_SHARE = 0.25
# Edits per character of a word: more make it another word.
WORD_SHARE = 0.4
# Characters from which edits go by length; shorter values may have one.
LONG = 8
# Rare values that are compared: bounds the time.
MOST_RARE = 3_000
# Frequent values that they are compared with: bounds the time.
MOST_FREQUENT = 500
# Frequent values that are compared with each other.
MOST_PROBED = 200
_NO_DIGITS = str.maketrans("", "", "0123456789")


def typo_suspects(text: TextFrame, agreement: Agreement) -> list[Suspect]:
    """Finds rare values with a frequent neighbour, unless other columns vouch for them."""
    found: list[Suspect] = []
    for part in text.parts:
        for code, near in _misspelt(part):
            rows = np.flatnonzero(part.codes == code)
            if (agreement.vouchers[rows, part.index] > 0).mean() > 0.5:
                continue
            reason = f"near the frequent value {near[:60]!r}"
            found.extend(Suspect(int(r), part.index, reason, 0.75) for r in rows)
    return found


def _misspelt(part: Column) -> Iterator[tuple[int, str]]:
    """The rare values near a frequent one, by code, where nearness is more than chance.

    Values that are surely right may be near each other as well (names, codes). Of the rare ones
    some are slips, which are always near, and the others are near as often as right ones are.
    """
    is_frequent = (part.counts >= LEAST_FREQUENT) & (part.lengths >= LEAST_LENGTH - 1)
    frequent: list[int] = np.flatnonzero(is_frequent)[:MOST_FREQUENT].tolist()
    if not frequent:
        return
    top = int(part.counts[frequent].max())
    is_rare = (part.counts * RATIO <= top) & (part.lengths >= LEAST_LENGTH)
    rare: list[int] = np.flatnonzero(is_rare)[:MOST_RARE].tolist()
    known = _Known({i: part.values[i] for i in frequent})
    asked = [(i, others) for i in rare if (others := known.beside(part.values[i]))]
    places = near_without_swaps(
        [part.values[i] for i, _ in asked], [part.values[i] for i in frequent], _most_edits
    )
    likely = [asked[place] for place in places]
    found = {i: near for i, others in likely if (near := _nearest(part, i, others)) is not None}
    if not found:
        return
    by_nature = _near_by_nature(part, frequent[:MOST_PROBED])
    slips = (len(found) / len(rare) - by_nature) / max(1 - by_nature, 1e-9)
    if slips >= 0.5 * len(found) / len(rare):  # a near one is more likely a slip than not
        yield from found.items()


class _Known:
    """Frequent values, asked for those that are more than a number apart from a text.

    Of a column of numbers these are none, where each pair would be compared else.
    """

    def __init__(self, values: Mapping[int, str]) -> None:
        self._values = values
        self._forms = {i: value.translate(_NO_DIGITS) for i, value in values.items()}
        self._beside: dict[str, Mapping[int, str]] = {}
        for form in set(self._forms.values()):
            self._beside[form] = {i: v for i, v in values.items() if self._forms[i] != form}

    def beside(self, text: str) -> Mapping[int, str]:
        """The values by code, in their order."""
        return self._beside.get(text.translate(_NO_DIGITS), self._values)


def _near_by_nature(part: Column, frequent: Sequence[int]) -> float:
    """The share of frequent values near another of about as many rows."""
    near = 0
    for code in frequent:
        alike = {
            i: part.values[i]
            for i in frequent
            if i != code and 1 / RATIO < part.counts[i] / part.counts[code] < RATIO
        }
        near += _nearest(part, code, alike, ratio=0) is not None
    return near / len(frequent)


def _nearest(
    part: Column, code: int, frequent: Mapping[int, str], *, ratio: int = RATIO
) -> str | None:
    """The value near another that has `ratio` times its rows at least; None: there is none."""
    value = part.values[code]
    for other in within_without_swaps(value, frequent, _most_edits(value)):
        candidate = part.values[other]
        if part.counts[other] < ratio * part.counts[code] or other == code:
            continue
        if not _is_only_number_apart(value, candidate) and _are_words_near(value, candidate):
            return candidate
    return None


def _most_edits(value: str) -> int:
    return max(1, int(EDIT_SHARE * len(value))) if len(value) >= LONG else 1


def _is_only_number_apart(first: str, second: str) -> bool:
    """Values that differ in digits or word order name different things, not one misspelt."""
    return first.translate(_NO_DIGITS) == second.translate(_NO_DIGITS)


def _are_words_near(first: str, second: str) -> bool:
    """Whether no word was exchanged for another: a slip leaves each word recognisable."""
    ours, theirs = first.split(), second.split()
    if len(ours) != len(theirs):
        return True
    for a, b in zip(ours, theirs, strict=True):
        most = max(1, int(WORD_SHARE * max(len(a), len(b))))
        if a != b and distance_without_swaps(a, b, most) > most:
            return False
    return True
