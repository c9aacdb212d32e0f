"""Rare values that are near a frequent value of their column: misspellings."""

from collections.abc import Iterator, Mapping

import numpy as np

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Suspect, TextFrame
from dmaic_assets.phenomena.typo.nearness import distance_without_swaps, within_without_swaps

LEAST_LENGTH = 5
LEAST_FREQUENT = 5
RATIO = 10
EDIT_SHARE = 0.25
WORD_SHARE = 0.4
LONG = 8
MOST_RARE = 3_000
MOST_FREQUENT = 500


def typo_suspects(text: TextFrame, agreement: Agreement) -> list[Suspect]:
    """Finds rare values with a frequent neighbour, unless other columns vouch for them."""
    found: list[Suspect] = []
    for part in text.parts:
        for code, near in _misspelt(part):
            rows = np.flatnonzero(part.codes == code)
            if agreement.vouched[rows, part.index].mean() > 0.5:
                continue
            reason = f"near the frequent value {near[:60]!r}"
            found.extend(Suspect(int(r), part.index, reason, 0.75) for r in rows)
    return found


def _misspelt(part: Column) -> Iterator[tuple[int, str]]:
    frequent = [i for i in range(part.distinct) if part.counts[i] >= LEAST_FREQUENT]
    frequent = [i for i in frequent if len(part.values[i]) >= LEAST_LENGTH - 1][:MOST_FREQUENT]
    if not frequent:
        return
    top = int(part.counts[frequent].max())
    rare = [i for i in range(part.distinct) if part.counts[i] * RATIO <= top]
    rare = [i for i in rare if len(part.values[i]) >= LEAST_LENGTH][:MOST_RARE]
    values = {i: part.values[i] for i in frequent}
    for code in rare:
        near = _nearest(part, code, values)
        if near is not None:
            yield code, near


def _nearest(part: Column, code: int, frequent: Mapping[int, str]) -> str | None:
    value = part.values[code]
    most = max(1, int(EDIT_SHARE * len(value))) if len(value) >= LONG else 1
    for other in within_without_swaps(value, frequent, most):
        candidate = part.values[other]
        if part.counts[other] < RATIO * part.counts[code] or other == code:
            continue
        if not _is_only_number_apart(value, candidate) and _are_words_near(value, candidate):
            return candidate
    return None


def _is_only_number_apart(first: str, second: str) -> bool:
    """Values that differ in digits or word order name different things, not one misspelt."""
    strip = str.maketrans("", "", "0123456789")
    return first.translate(strip) == second.translate(strip)


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
