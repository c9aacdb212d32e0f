"""Suspicious spellings: null tokens, rare shapes, numbers that carry a unit, merged values."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from dmaic_assets.rules.cell_errors_frame import Column, Suspect, TextFrame
from dmaic_assets.rules.learn_text import shape_of

RARE_SHAPE = 0.01
COMMON_SHAPE = 0.03
COVERED = 0.85
PLAIN_NUMBERS = 0.5
ONE_UNIT = 0.9
NUMBERS = 0.9
LEAST_SAME = 50
CONSTANT = 0.98
MOST_GONE = 0.1
_PLAIN = re.compile(r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DECORATED = re.compile(r"(\D{0,3}?)\s*([+-]?\d[\d,]*\.?\d*|\.\d+)\s*([^\d\s][^\d]{0,30})?")


def format_suspects(text: TextFrame) -> list[Suspect]:
    """Finds cells that are spelt otherwise than their column is."""
    found: list[Suspect] = []
    for part in text.parts:
        found.extend(_tokens(part))
        found.extend(_units(part))
        found.extend(_shapes(part))
        found.extend(_gaps(part))
    found.extend(_merged(text))
    return found


def _tokens(part: Column) -> Iterator[Suspect]:
    for row in np.flatnonzero(part.codes == -2):
        yield Suspect(int(row), part.index, "null token", 0.95)


def _units(part: Column) -> Iterator[Suspect]:
    """Numbers with a unit among plain ones, or with units spelt in several ways."""
    if not part.known:
        return
    plain = np.array([bool(_PLAIN.fullmatch(v)) for v in part.values])
    units = [_unit(v) for v in part.values]
    decorated = np.array([u is not None for u in units]) & ~plain
    plain_share = float(part.counts[plain].sum()) / part.known
    unit_share = float(part.counts[decorated].sum()) / part.known
    if not decorated.any() or plain_share + unit_share < NUMBERS:
        return
    spellings: Counter[str] = Counter()
    for unit, count, is_one in zip(units, part.counts.tolist(), decorated, strict=True):
        if unit is not None and is_one:
            spellings[unit] += count
    top = spellings.most_common(1)[0][1]
    if plain_share >= PLAIN_NUMBERS:
        yield from _cells(part, decorated, "unit in a number where most have none", 0.85)
    elif plain_share == 0 and top < ONE_UNIT * sum(spellings.values()) and _is_one_unit(spellings):
        reason = f"unit in a number, spelt in {len(spellings)} ways"
        yield from _cells(part, decorated, reason, 0.7)


def _is_one_unit(spellings: Counter[str]) -> bool:
    """Whether the units are one unit spelt in several ways: they begin alike, behind the number.

    Codes (`AA-17-ORD`) and addresses (`17 Main Street`) have a number as well, and no unit.
    """
    first: Counter[str] = Counter()
    for spelling, count in spellings.items():
        first[spelling[:2].casefold() if spelling.startswith("#") else ""] += count
    begin, most = first.most_common(1)[0]
    return begin[1:].isalpha() and most >= ONE_UNIT * sum(first.values())


def _unit(value: str) -> str | None:
    match = _DECORATED.fullmatch(value.strip())
    if match is None or not (match.group(1) or match.group(3)):
        return None
    return f"{match.group(1) or ''}#{match.group(3) or ''}".strip()


def _shapes(part: Column) -> Iterator[Suspect]:
    """Shapes that hardly any value has, in a column that is made of a few."""
    if part.distinct < 3:
        return
    shapes = [shape_of(v) for v in part.values]
    rows: Counter[str] = Counter()
    for shape, count in zip(shapes, part.counts.tolist(), strict=True):
        rows[shape] += count
    common = {s for s, n in rows.items() if n >= COMMON_SHAPE * part.known}
    covered = sum(rows[s] for s in common) / part.known
    if covered < COVERED or len(common) > 6:
        return
    most = max(2.0, RARE_SHAPE * part.known)
    rare = np.array([rows[s] <= most for s in shapes])
    if rare.any():
        yield from _cells(part, rare, "rare shape", 0.5 + 0.4 * covered)


def _gaps(part: Column) -> Iterator[Suspect]:
    """The few rows without a value in a column where nearly all others have one and the same."""
    gone = part.codes == -1
    if part.known < LEAST_SAME or gone.mean() > MOST_GONE:
        return
    if part.counts[0] >= CONSTANT * part.known:
        reason = f"missing where the other rows have {part.values[0][:60]!r}"
        yield from (Suspect(int(row), part.index, reason, 0.6) for row in np.flatnonzero(gone))


def _merged(text: TextFrame) -> Iterator[Suspect]:
    """A value that ends in a value of another column, which is missing there."""
    for part in text.parts:
        for other in text.parts:
            if other is part or not 2 <= other.distinct <= 500:
                continue
            gone = other.codes < 0
            if not gone.any() or gone.mean() > 0.5:
                continue
            known = {v for v, n in zip(other.values, other.counts.tolist(), strict=True) if n > 1}
            rows = [int(r) for r in np.flatnonzero(gone & (part.codes >= 0))]
            holds = np.array([_last_word(v) in known for v in part.values] + [False, False])
            ends = [r for r in rows if holds[part.codes[r]]]
            # Where the other is there, this one must not end like that as well.
            usual = float(holds[part.codes[~gone]].mean())
            if len(ends) < max(2.0, 0.5 * len(rows)) or len(ends) < 2 * usual * len(rows):
                continue
            for row in ends:
                yield Suspect(row, part.index, f"holds a value of {other.name} as well", 0.85)
                yield Suspect(row, other.index, f"missing, and part of {part.name}", 0.85)


def _last_word(value: str) -> str | None:
    """What follows the first word, at the end; None when there is one word only."""
    words = value.rsplit(" ", 1)
    return words[1] if len(words) == 2 else None


def _cells(part: Column, flagged: np.ndarray, reason: str, score: float) -> Iterator[Suspect]:
    table = np.append(flagged, [False, False])
    for row in np.flatnonzero(table[part.codes]):
        yield Suspect(int(row), part.index, reason, score)
