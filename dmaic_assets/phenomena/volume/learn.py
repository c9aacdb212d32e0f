"""Learns how many rows a file of a source has.

What belongs here: the bounds, peaks and growth allowed for. How values are distributed is in
`spread`.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from dmaic_assets.history.baseline import WHOLE_SHARE, Floats, History
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import ToleranceInterval, evidence_of, interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

# Standard deviation of log rows below which files do not differ in a way that matters: 7 %.
VOLUME_FLOOR = 0.07
# Part of the budget: the number of rows is the surest sign of a delivery that was cut short.
VOLUME_WEIGHT = 8.0
# What was seen as few may come again a tenth smaller; two deliveries in one file, too.
SMALLER = 0.9
# Sources grow, and growth stops no file as long as it cannot be two deliveries in one: below twice
# the usual rows less a tenth, or nearer (as a ratio) to the greatest file than to two of it.
DOUBLE = 2.0
# A week and a day of daily files: fewer have not shown what recurs, ends of weeks or months, say,
# and may be followed by three times as many rows.
GROWTH = 3.0
# Files from which one delivery is told from several, and accidents from what is usual.
FEWEST_WHOLE = 8
# Short files are accidents while at most one in so many is; more are how the source is.
ACCIDENTS = 20
# Peaks are a minority, and stand apart by so many standard deviations of the plain files.
PLAIN_SHARE = 0.6
# Standard deviations of the plain files by which peaks stand apart.
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
    fit = partial(interval, alpha=alpha, scale="log", floor=VOLUME_FLOOR)
    usual = _without_accidents(rows, fit)
    plain = _without_peaks(usual)
    found = fit(usual)
    below = found if len(plain) == len(usual) else fit(plain)
    low = max(0, int(np.floor(min(below.low, rows.min() * SMALLER))))
    if _never_shrinks(rows):
        low = max(low, int(np.floor(rows[-1] * SMALLER)))
    high = int(np.ceil(max(found.high, _most_of_one_delivery(rows))))
    evidence = evidence_of(found) | {"least": int(rows.min()), "greatest": int(rows.max())}
    if len(plain) < len(usual):
        evidence["peaks"] = len(usual) - len(plain)
    if len(usual) < len(rows):
        evidence["short_files"] = len(rows) - len(usual)
    parameters: dict[str, Json] = {"max": high}
    if low > 0:
        parameters["min"] = low
    return Fit(parameters, evidence, alpha)


def _most_of_one_delivery(rows: Floats) -> float:
    """Rows up to which a file is one delivery of a source that grew, and not several."""
    greatest = float(rows.max())
    if len(rows) < FEWEST_WHOLE:
        return GROWTH * greatest
    return max(SMALLER * DOUBLE * float(np.median(rows)), DOUBLE**0.5 * greatest)


def _without_accidents(rows: Floats, fit: Callable[[Floats], ToleranceInterval]) -> Floats:
    """The rows of files without those few that the others would have stopped as too short.

    One outage says how short a file may be, which the bounds hold; it says nothing of how plain
    files differ, which it would otherwise dominate.
    """
    most = max(1, len(rows) // ACCIDENTS) if len(rows) >= FEWEST_WHOLE else 0
    ordered = np.sort(rows)
    for count in range(most, 0, -1):
        rest = rows[rows > ordered[count - 1]]
        if len(rest) == len(rows) - count and ordered[count - 1] < fit(rest).low:
            return rest
    return rows


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
