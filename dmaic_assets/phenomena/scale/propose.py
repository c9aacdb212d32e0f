"""Proposes to bring numbers in another unit back to the size of their column.

What belongs here: numbers that a gap parts from all others and that a factor brings among them.
"""

from collections.abc import Iterator

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id
from dmaic_assets.phenomena.notation.propose import rows_of, told_of
from dmaic_assets.phenomena.notation.repair import PLAIN

# Share of the told values that must be plain numbers.
NUMBERS = 0.9
# Times between neighbours in order of size from which the larger stand apart.
GAP = 5.0
# Share of rows that may be the exception.
MOST_SCALED = 0.3
# Factors between units that are tried: thousands and hundredths.
FACTORS = (1000.0, 100.0)


def scale_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes to scale numbers that stand far from all others, for every column."""
    for part in evidence.text.parts:
        if part.known >= LEAST_CELLS:
            yield from _scales(evidence, part)


def _scales(evidence: Evidence, part: Column) -> Iterator[Repair]:
    """Numbers apart from all others by a gap, which a factor brings among them."""
    values = [float(v) for v in part.values if PLAIN.fullmatch(v.strip())]
    places = [i for i, v in enumerate(part.values) if PLAIN.fullmatch(v.strip())]
    sizes = np.abs(np.array(values))
    if len(values) < 2 * LEAST_CELLS or rows_of(part, places) < NUMBERS * told_of(part):
        return
    order = np.argsort(sizes)
    ordered = sizes[order]
    held = part.counts[np.array(places)[order]]
    steps = ordered[1:] / np.maximum(ordered[:-1], 1e-300)
    cut = int(np.argmax(np.where(ordered[:-1] > 0, steps, 0.0)))
    if steps[cut] < GAP:
        return
    low, high = int(held[: cut + 1].sum()), int(held[cut + 1 :].sum())
    if not LEAST_CELLS <= high <= MOST_SCALED * (low + high):
        return
    for factor in FACTORS:
        if ordered[-1] / factor <= ordered[cut] and ordered[cut + 1] / factor >= ordered[0]:
            yield Repair(
                repair_id("scale", (part.name,)),
                "scale",
                (part.name,),
                {"factor": 1 / factor, "above": float(ordered[cut])},
                {"rows": low, "scaled_rows": high, "gap": float(steps[cut]),
                 "trusted_rows": evidence.trusted_rows},
            )  # fmt: skip
            return
