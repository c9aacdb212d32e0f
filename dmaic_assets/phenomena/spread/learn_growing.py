"""Learns what a number that moves on with the files still has: a next level, and a width.

What belongs here: columns that grow, fall or follow a season, so that no fixed bound holds. Their
level is predicted from the steps between files, for as many files as history is made of at most;
their width does not depend on the level at all.
"""

from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.column_kinds import ColumnKind, part_quantiles
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import interval, level_ahead
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.spread.learn import six_digits

# As for other numbers (`learn`): what a file needs to be judged, in values, and the least
# change of a level that matters, in widths (10 % to 90 %) of a file.
FEWEST_VALUES = 15
# Least change of a level that matters, in widths of a file.
LEVEL_FLOOR = 0.15
# Standard deviation of log widths below which files do not differ in a way that matters: 8 %.
WIDTH_FLOOR = 0.08
# Steps that tell how a level moves: of fewer, one outlier is most of the spread.
FEWEST_FILES = 8
# The evidence of a level that is expected to move: that it does is no drift.
PREDICTED = "predicted_files"


def propose_growing(given: Given) -> Proposals:
    """Proposes the level and the width of numbers that grow, but for numbers of rows.

    Whole numbers of which each occurs once are counted with the rows: how far they reach depends
    on how many there are, and their sequence has rules of its own.
    """
    history = given.history
    if history.is_cut or history.files < FEWEST_FILES:
        return []
    return [
        Proposal(
            "distribution",
            (name,),
            "critical",
            fit=partial(_fit_growing, history, name, given.window),
        )
        for name, kind in given.kinds.items()
        if _is_level(history, kind)
    ]


def _is_level(history: History, kind: ColumnKind) -> bool:
    is_number = kind.kind == "growing" and history.is_number(kind.column)
    return (
        is_number
        and not kind.is_batch
        and not (kind.is_unique and history.dtype(kind.column).is_integer())
    )


def _fit_growing(history: History, name: str, window: int, alpha: float) -> Fit | None:
    x = history.numbers(name)
    counts = history.per_part(~np.isnan(x))
    lows, mids, highs = (
        q[counts >= FEWEST_VALUES] for q in part_quantiles(history, x, (0.1, 0.5, 0.9))
    )
    if len(mids) < FEWEST_FILES:
        return None
    widths = highs - lows
    price = alpha / 2
    level = level_ahead(mids, price, files=window, floor=LEVEL_FLOOR * float(np.median(widths)))
    bounds: dict[str, Json] = {"q50": [six_digits(level.low), six_digits(level.high)]}
    usual: dict[str, Json] = {"q50": six_digits(float(mids[-1]))}
    if float(widths.min()) > 0:
        found = interval(widths, price, scale="log", floor=WIDTH_FLOOR, weight=0.0)
        bounds["width"] = [six_digits(found.low), six_digits(found.high)]
        usual["width"] = six_digits(float(np.median(widths)))
    evidence: dict[str, Json] = {
        "files": len(mids),
        "step": six_digits(_mean_step(mids)),
        PREDICTED: window,
        "worst_of_history": round(level.worst, 2),
    }
    parameters: dict[str, Json] = {"bounds": bounds, "usual": usual, "least": FEWEST_VALUES}
    return Fit(parameters | {"agree": 1}, evidence, alpha)


def _mean_step(levels: Floats) -> float:
    return float(np.diff(levels).mean())
