"""Rare values that are near a frequent value of their column: misspellings."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Suspect, TextFrame

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
    bags = _bags([part.values[i] for i in frequent])
    for code in rare:
        near = _nearest(part, code, frequent, bags)
        if near is not None:
            yield code, near


def _nearest(
    part: Column, code: int, frequent: Sequence[int], bags: npt.NDArray[np.int16]
) -> str | None:
    value = part.values[code]
    most = max(1, int(EDIT_SHARE * len(value))) if len(value) >= LONG else 1
    gaps = np.abs(bags - _bags([value])).sum(axis=1) / 2
    for place in np.flatnonzero(gaps <= most).tolist():
        other = frequent[place]
        candidate = part.values[other]
        if part.counts[other] < RATIO * part.counts[code] or other == code:
            continue
        if _is_only_number_apart(value, candidate) or not _are_words_near(value, candidate):
            continue
        if edit_distance(value, candidate, most) <= most:
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
        if a != b and edit_distance(a, b, most) > most:
            return False
    return True


def _bags(values: Sequence[str]) -> npt.NDArray[np.int16]:
    """How often each character (by its low six bits) occurs: a cheap bound of the distance."""
    bags = np.zeros((len(values), 64), dtype=np.int16)
    for i, value in enumerate(values):
        codes = np.frombuffer(value.encode("utf-32-le"), dtype=np.uint32) & 63
        bags[i] = np.bincount(codes, minlength=64)
    return bags


def edit_distance(first: str, second: str, most: int) -> int:
    """Counts the edits between two texts (Levenshtein); stops with `most` + 1 beyond `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    b = np.frombuffer(second.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for i, char in enumerate(np.frombuffer(first.encode("utf-32-le"), dtype=np.uint32)):
        fresh = np.empty_like(row)
        fresh[0] = i + 1
        fresh[1:] = np.minimum(row[1:] + 1, row[:-1] + (b != char))
        # An insertion continues from the left: a running minimum of value - position.
        row = np.minimum.accumulate(fresh - steps) + steps
        if int(row.min()) > most:
            return most + 1
    return int(row[-1])
