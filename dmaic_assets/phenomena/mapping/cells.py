"""Values that contradict what other rows and columns agree on: approximate dependencies.

A pair of columns A -> B counts when two rows with the same A agree on B far more often than two
rows do by chance; that measure does not favour small groups. Within each A the rare values of B
are contradictions. Each contradiction blames A or B: the cell that most contradictions of its
row share is at fault (a greedy vertex cover), so that one wrong key does not blame the row.

Source: the strength is Goodman and Kruskal's tau in its unbiased pair form, as used for
approximate dependencies by Mandros et al. (2017) in spirit: agreement beyond chance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_frame import (
    Agreement,
    Bools,
    Column,
    Floats,
    Ints,
    Suspect,
    TextFrame,
)

LEAST_STRENGTH = 0.5
LEAST_STRENGTH_LARGE = 0.25
LARGE_GROUP = 8.0
SURE_STRENGTH = 0.8
MOSTLY_KNOWN = 0.4
MOST_SOLID = 0.6
MOST_DISTINCT_SHARE = 0.5
LEAST_AGREEING = 3
LEAST_PURITY = 0.5
MINORITY = 0.34
MOST_COLUMNS = 60
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class _Contradictions:
    """`usual` has, for every code of the first column, the second's most frequent code."""

    first: int
    second: int
    strength: float
    rows: Ints
    missing: Ints
    usual: Ints


def agreement_of(text: TextFrame) -> Agreement:
    """Finds contradictions between all pairs of columns and decides which cells are at fault."""
    vouchers = np.zeros((text.rows, len(text.parts)), dtype=np.float32)
    firsts = [p for p in text.parts if _may_determine(p, text.rows)][:MOST_COLUMNS]
    seconds = [p for p in text.parts if _may_depend(p, text.rows)][:MOST_COLUMNS]
    if text.rows > MOST_ROWS:
        return Agreement((), vouchers)
    found: list[_Contradictions] = []
    for first in firsts:
        for second in seconds:
            if first is not second:
                pair = _contradictions(first, second, vouchers)
                if pair is not None:
                    found.append(pair)
    return Agreement(tuple(_blamed(found, vouchers, text)), vouchers)


def agreement_suspects(_: TextFrame, agreement: Agreement) -> tuple[Suspect, ...]:
    """The cells that the agreement between columns blames."""
    return agreement.suspects


def agreement_limits(rows: int, columns: int) -> str | None:
    """Says which contradictions between columns are not looked for in a table; None: all are."""
    if rows > MOST_ROWS:
        return f"contradictions between columns are not looked for beyond {MOST_ROWS:,} rows"
    if columns > MOST_COLUMNS:
        return f"contradictions are looked for between the first {MOST_COLUMNS} fitting columns"
    return None


def _may_determine(part: Column, rows: int) -> bool:
    return 2 <= part.distinct <= MOST_DISTINCT_SHARE * rows and part.known >= 0.5 * rows


def _may_depend(part: Column, rows: int) -> bool:
    return 2 <= part.distinct <= 0.9 * rows


def _contradictions(first: Column, second: Column, vouchers: Floats) -> _Contradictions | None:
    a, b = first.codes, second.codes
    both = (a >= 0) & (b >= 0)
    pair = a * second.distinct + b
    keys, place, held = np.unique(pair[both], return_inverse=True, return_counts=True)
    of_first = keys // second.distinct
    sizes = np.bincount(of_first, weights=held, minlength=first.distinct).astype(np.float64)
    strength = _strength(held, sizes, second.counts)
    if strength < (LEAST_STRENGTH if _typical(sizes) < LARGE_GROUP else LEAST_STRENGTH_LARGE):
        return None
    most = np.zeros(first.distinct)
    np.maximum.at(most, of_first, held)
    strong = held > MINORITY * most[of_first]
    rivals = np.bincount(of_first, weights=strong, minlength=first.distinct)
    solid = (most >= LEAST_AGREEING) & (most >= LEAST_PURITY * sizes) & (rivals == 1)
    judged = float(sizes[sizes >= LEAST_AGREEING].sum())
    if strength < SURE_STRENGTH and float(sizes[solid].sum()) < MOST_SOLID * judged:
        return None
    rows = np.flatnonzero(both)
    group = a[rows]
    count = held[place]
    bad = solid[group] & (count <= MINORITY * most[group])
    good = solid[group] & (count == most[group])
    vouchers[rows[good], second.index] += strength
    gone = np.flatnonzero((a >= 0) & (b < 0))
    known = sizes / np.maximum(np.bincount(a[a >= 0], minlength=first.distinct), 1)
    is_strong = strength >= SURE_STRENGTH
    firm = solid & (known >= MOSTLY_KNOWN) & (is_strong | (sizes >= LARGE_GROUP))
    missing = gone[firm[a[gone]]]
    usual = np.full(first.distinct, -1, dtype=np.int64)
    rising = np.argsort(held, kind="stable")
    usual[of_first[rising]] = keys[rising] % second.distinct
    return _Contradictions(first.index, second.index, strength, rows[bad], missing, usual)


def _strength(held: Ints, sizes: npt.NDArray[np.float64], counts: Ints) -> float:
    """How much more often rows that share A agree on B than any two rows do; 1 is always."""
    pairs = float((sizes * (sizes - 1)).sum())
    total = float(counts.sum())
    if pairs < 30 or total < 2:
        return 0.0
    within = float((held * (held - 1.0)).sum()) / pairs
    chance = float((counts * (counts - 1.0)).sum()) / (total * (total - 1))
    return (within - chance) / (1 - chance) if chance < 1 else 0.0


def _typical(sizes: npt.NDArray[np.float64]) -> float:
    """The size of the group that a row is in, on average."""
    return float((sizes**2).sum() / max(float(sizes.sum()), 1.0))


def _blamed(found: list[_Contradictions], vouchers: Floats, text: TextFrame) -> list[Suspect]:
    if not found:
        return []
    rows = np.unique(np.concatenate([c.rows for c in found]))
    width = len(text.parts)
    edges = np.zeros((len(rows), width, width), dtype=np.float32)
    for c in found:
        at = np.searchsorted(rows, c.rows)
        edges[at, c.first, c.second] = c.strength
    cleared = vouchers[rows] > edges.sum(axis=1)
    edges[cleared[:, :, None] & cleared[:, None, :]] = 0
    usual = {(c.first, c.second): c.usual for c in found}
    suspects = _cover(edges, rows, cleared, partial(_contradicted, text, usual))
    for c in found:
        reason = f"missing where {text.columns[c.first]} determines it"
        suspects.extend(Suspect(int(r), c.second, reason, 0.7) for r in c.missing)
    return suspects


def _contradicted(
    text: TextFrame, usual: Mapping[tuple[int, int], Ints], row: int, cell: int, first: int
) -> str:
    """Says what rows with the same value of the strongest determinant have instead."""
    codes = usual.get((first, cell))
    group = int(text.parts[first].codes[row])
    if codes is None or group < 0 or codes[group] < 0:
        return "contradicts similar rows"
    expected = text.parts[cell].values[int(codes[group])]
    return f"rows with the same {text.columns[first]} have {expected[:60]!r}"


def _cover(
    edges: Floats, rows: Ints, cleared: Bools, explain: Callable[[int, int, int], str]
) -> list[Suspect]:
    """Blames, row by row, the cell with most contradictions until none is left.

    `explain` puts a blamed cell into words, from its row, its column and the column that
    contradicts it most (by position).
    """
    suspects: list[Suspect] = []
    active = np.flatnonzero(edges.any(axis=(1, 2)))
    for _ in range(edges.shape[1]):
        if not len(active):
            break
        part = edges[active]
        as_second, as_first = part.sum(axis=1), part.sum(axis=2)
        # A tie between two cells goes to the determined one.
        weight = np.where(cleared[active], 0, as_second * 1.01 + as_first)
        worst = weight.argmax(axis=1)
        total = weight[np.arange(len(active)), worst]
        strongest = part[np.arange(len(active)), :, worst].argmax(axis=1)
        for place, index in enumerate(active):
            row, cell = int(rows[index]), int(worst[place])
            score = min(0.97, 0.55 + 0.1 * float(total[place]))
            suspects.append(Suspect(row, cell, explain(row, cell, int(strongest[place])), score))
        edges[active, worst, :] = 0
        edges[active, :, worst] = 0
        active = active[edges[active].any(axis=(1, 2))]
    return suspects
