"""Values that contradict what other rows and columns agree on: approximate dependencies.

Each contradiction of A -> B blames A or B: the cell that most contradictions of its row share is
at fault (a greedy vertex cover), so that one wrong key does not blame the row. In a table of claims
the thing itself is not at fault.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from dmaic_assets.phenomena.contract.cell_frame import (
    Agreement,
    Bools,
    Column,
    Floats,
    Ints,
    Suspect,
    TextFrame,
)
from dmaic_assets.phenomena.mapping.claims import claims_in, votes_of
from dmaic_assets.phenomena.mapping.contradictions import Contradictions, contradictions

# Distinct values per row beyond which groups are single rows.
MOST_DISTINCT_SHARE = 0.5
# Columns of which pairs are tried: time grows with the square.
MOST_COLUMNS = 60
# Rows up to which contradictions are looked for: bounds memory.
MOST_ROWS = 200_000


def agreement_of(text: TextFrame) -> Agreement:
    """Finds contradictions between all pairs of columns and decides which cells are at fault."""
    vouchers = np.zeros((text.rows, len(text.parts)), dtype=np.float32)
    if text.rows > MOST_ROWS:
        return Agreement((), vouchers)
    firsts = [p for p in text.parts if may_determine(p, text.rows)][:MOST_COLUMNS]
    seconds = [p for p in text.parts if may_depend(p, text.rows)][:MOST_COLUMNS]
    pairs = {
        (a.index, b.index): pair
        for a in firsts
        for b in seconds
        if a is not b and (pair := contradictions(a, b)) is not None
    }
    claims = _of_claims(text, firsts, seconds, pairs)
    found = claims or [p for (a, b), p in pairs.items() if p.is_dependency(pairs.get((b, a)))]
    for pair in found:
        vouchers[pair.good, pair.second] += pair.strength
    for pair in claims:
        vouchers[:, pair.first] = len(pairs)  # what a row is about is not in dispute
    return Agreement(tuple(_blamed(found, vouchers, text)), vouchers)


def _of_claims(
    text: TextFrame,
    firsts: Sequence[Column],
    seconds: Sequence[Column],
    pairs: Mapping[tuple[int, int], Contradictions],
) -> list[Contradictions]:
    """What contradicts the vote in a table of claims; nothing when it is none."""
    claims = claims_in(text, firsts, seconds, lambda a, b: pairs.get((a.index, b.index)))
    if claims is None:
        return []
    votes = votes_of(claims)
    voted = [contradictions(claims.thing, part, votes) for part in claims.told]
    return [pair for pair in voted if pair is not None]


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


def may_determine(part: Column, rows: int) -> bool:
    """Whether the values of a column are few enough to lead to those of another."""
    return 2 <= part.distinct <= MOST_DISTINCT_SHARE * rows and part.known >= 0.5 * rows


def may_depend(part: Column, rows: int) -> bool:
    """Whether the values of a column recur, so that others may lead to them."""
    return 2 <= part.distinct <= 0.9 * rows


def _blamed(found: list[Contradictions], vouchers: Floats, text: TextFrame) -> list[Suspect]:
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
