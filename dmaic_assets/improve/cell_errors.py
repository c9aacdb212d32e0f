"""Suspicious cells of one file, without history, labels or rules.

What belongs here: putting the evidence of the detectors together. Each looks for one thing that
the file itself contradicts; none needs to be told anything about a column. They are in the `cells`
of their phenomena.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dmaic_assets.phenomena.contract.cell_frame import Suspect, TextFrame
from dmaic_assets.phenomena.mapping.cells import agreement_of
from dmaic_assets.phenomena.registry import PHENOMENA

# Least score in [0, 1] of a cell that is told: more likely wrong than right.
REPORTED_FROM = 0.5
SCHEMA = {"column": pl.String, "row": pl.UInt32, "reason": pl.String, "score": pl.Float64}


@dataclass(frozen=True, slots=True)
class CellErrorOptions:
    """What may be told: spelled null tokens beside the usual ones, and the least score shown."""

    null_tokens: tuple[str, ...] = ()
    least_score: float = REPORTED_FROM


def find_cell_errors(frame: pl.DataFrame, options: CellErrorOptions | None = None) -> pl.DataFrame:
    """Finds suspicious cells of a table.

    Args:
        frame: The rows as read, in file order; text columns are judged as they are spelt.
        options: Defaults are right for nearly every file.

    Returns:
        One line per cell: `column`, `row` (0-based), `reason` and `score` in [0, 1], sorted by
        falling score, then by row and column; a cell with several reasons has the strongest.
    """
    chosen = options or CellErrorOptions()
    text = TextFrame.of(frame, chosen.null_tokens)
    if text.rows == 0:
        return pl.DataFrame(schema=SCHEMA)
    agreement = agreement_of(text)
    detectors = [detect for p in PHENOMENA for detect in p.handling().detectors]
    suspects = [s for detect in detectors for s in detect(text, agreement)]
    return _listed(suspects, text.columns, chosen.least_score)


def _listed(suspects: Sequence[Suspect], columns: Sequence[str], least: float) -> pl.DataFrame:
    best: dict[tuple[int, int], Suspect] = {}
    for suspect in suspects:
        key = (suspect.row, suspect.column)
        if suspect.score >= least and (key not in best or best[key].score < suspect.score):
            best[key] = suspect
    ordered = sorted(best.values(), key=lambda s: (-s.score, s.row, s.column))
    return pl.DataFrame(
        {
            "column": [columns[s.column] for s in ordered],
            "row": [s.row for s in ordered],
            "reason": [s.reason for s in ordered],
            "score": [round(s.score, 4) for s in ordered],
        },
        schema=SCHEMA,
    )
