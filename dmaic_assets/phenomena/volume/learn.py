"""Learns how many rows a file of a source has.

What belongs here: the bounds, peaks and growth allowed for. How values are distributed is in
`spread`.
"""

from functools import partial

import numpy as np

from dmaic_assets.history.baseline import WHOLE_SHARE, Floats, History
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import evidence_of, interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

VOLUME_FLOOR = 0.07
VOLUME_WEIGHT = 8.0
GROWTH = 3.0
FEWEST_WHOLE = 8
# Peaks are a minority, and stand apart by so many standard deviations of the plain files.
PLAIN_SHARE = 0.6
PEAK_GAP = 4.0


def propose_volume(given: Given) -> Proposals:
    """Proposes the number of rows, unless there is but one file in pieces."""
    history = given.history
    if history.files <= 1 and history.is_cut:
        return []
    fit = partial(fit_rows, history)
    return [Proposal("row_count", (), "critical", fit=fit, weight=VOLUME_WEIGHT)]


def fit_rows(history: History, alpha: float) -> Fit | None:
    """Fits the number of rows to its part of the budget; None for fewer than two files."""
    rows = _whole(history.file_rows)
    if len(rows) < 2:
        return None
    found = interval(rows, alpha, scale="log", floor=VOLUME_FLOOR)
    plain = _without_peaks(rows)
    below = (
        found
        if len(plain) == len(rows)
        else interval(plain, alpha, scale="log", floor=VOLUME_FLOOR)
    )
    low = max(0, int(np.floor(min(below.low, rows.min() * 0.9))))
    if _never_shrinks(rows):
        low = max(low, int(np.floor(rows[-1] * 0.9)))
    high = int(np.ceil(max(found.high, rows.max() * GROWTH)))
    evidence = evidence_of(found) | {"least": int(rows.min()), "greatest": int(rows.max())}
    if below is not found:
        evidence["peaks"] = len(rows) - len(plain)
    parameters: dict[str, Json] = {"max": high}
    if low > 0:
        parameters["min"] = low
    return Fit(parameters, evidence, alpha)


def _without_peaks(rows: Floats) -> Floats:
    """The rows of plain files, where others have far more (month ends, say); else all.

    Far more is at least twice as much, and a gap above the plain files that is wide against how
    these vary. What few rows are is told by plain files: peaks only widen what is expected.
    """
    logs = np.log(np.maximum(rows, 1))
    ordered = np.sort(logs)
    least = max(FEWEST_WHOLE, int(np.ceil(PLAIN_SHARE * len(rows))))
    for size in range(least, len(rows)):
        gap = ordered[size] - ordered[size - 1]
        spread = max(float(ordered[:size].std(ddof=1)), VOLUME_FLOOR)
        if gap >= max(np.log(2), PEAK_GAP * spread):
            return rows[logs <= ordered[size - 1]]
    return rows


def _whole(rows: Floats) -> Floats:
    """The rows per file, but for an oldest file that began in the middle of its period."""
    is_begun = len(rows) >= FEWEST_WHOLE and rows[0] < WHOLE_SHARE * float(np.median(rows))
    return rows[1:] if is_begun and rows[1:].min() > rows[0] else rows


def _never_shrinks(rows: Floats) -> bool:
    """Whether each file has what the one before had and more: a snapshot of all there is."""
    steps = np.diff(rows)
    return len(rows) >= FEWEST_WHOLE and bool((steps >= 0).all()) and int((steps > 0).sum()) >= 5
