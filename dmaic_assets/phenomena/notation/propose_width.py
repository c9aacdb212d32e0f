"""Proposes how many digits codes have that lost zeros in front, or got some.

What belongs here: codes of one width. Where other rows have shorter codes for a reason of their own
(another country, another level), nothing is proposed.
"""

from collections.abc import Iterator

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence, in_own_groups
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id
from dmaic_assets.phenomena.notation.propose import told_of

# Share of one width from which others are exceptions.
MAIN_WIDTH = 0.8
# Share of the told values that must be digits only.
CODES = 0.95
# Digits from which a code has a width: single digits are numbers.
LEAST_WIDTH = 2


def width_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes the width of every column of codes in which zeros in front were lost or added."""
    for part in evidence.text.parts:
        if part.known >= LEAST_CELLS:
            yield from _widths(part, evidence)


def _widths(part: Column, evidence: Evidence) -> Iterator[Repair]:
    is_code = part.texts.str.contains(r"^[0-9]+$").to_numpy()
    rows = np.bincount(part.lengths[is_code], part.counts[is_code], minlength=1)
    width = int(np.argmax(rows))
    told = told_of(part)
    is_wide = width >= LEAST_WIDTH and rows[width] >= MAIN_WIDTH * told
    if not is_wide or rows.sum() < CODES * told or rows[width] == rows.sum():
        return
    odd = np.flatnonzero(is_code & (part.lengths != width))
    values = [part.values[i] for i in odd]
    cut = [v for v in values if len(v) > width and not v[:-width].strip("0")]
    short = [v for v in values if len(v) < width and v[0] != "0"]
    moved = np.flatnonzero(np.isin(part.codes, odd))
    others = [p for p in evidence.text.parts if p is not part]
    # One code that is neither says that widths differ for another reason.
    if len(cut) + len(short) < len(values) or len(moved) < LEAST_CELLS:
        return
    if (short and not _has_zeros(part, width)) or in_own_groups(moved, others).any():
        return
    yield Repair(
        repair_id("zeros", (part.name,)),
        "zeros",
        (part.name,),
        {"width": width, "is_filled": bool(short)},
        {"main_rows": int(rows[width]), "other_rows": len(moved)},
    )


def _has_zeros(part: Column, width: int) -> bool:
    """Whether codes of the usual width begin with zero at all."""
    begins = part.texts.str.starts_with("0").to_numpy() & (part.lengths == width)
    return int(part.counts[begins].sum()) >= LEAST_CELLS
