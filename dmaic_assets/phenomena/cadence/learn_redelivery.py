"""Learns how much of a file is usually that of one before it, as it is of snapshots."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Floats
from dmaic_assets.history.facts import FileFacts, rows_of
from dmaic_assets.history.proposal import Fit, Proposal, Proposals, Refusal
from dmaic_assets.history.row_sketch import SKETCH_ROWS, RowSketch, hash_check, share_within
from dmaic_assets.history.tolerance import ToleranceInterval, evidence_of, interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.cadence.redelivery import told
from dmaic_assets.phenomena.contract.phenomenon import Given

# The standard error of a share known from a sketch, on the arcsine scale.
_NOISE = 0.5 / SKETCH_ROWS**0.5
# A share that a whole copy exceeds by less than two standard errors of a sketch tells nothing.
_MOST = 1 - 2 * _NOISE
# A chance price at which a rule that would say nothing is not proposed at all.
_PROBE_ALPHA = 1e-3


def propose_redelivery(given: Given) -> Proposals:
    """Proposes the greatest share of rows that one earlier file may have had.

    Only files with the columns of the newest are compared. Where files repeat nearly all rows of
    earlier ones anyway, as snapshots do, there is no rule.
    """
    history = given.history
    known = [(f.file_sha256, s) for f in history.facts if (s := rows_of(f)) is not None]
    if history.is_cut or not known:
        return []
    columns = known[-1][1].columns
    files = [(sha, s) for sha, s in known if s.columns == columns]
    shares = _shares([s for _, s in files])
    if len(shares) < 3:
        return []
    if _greatest(shares, _expected(shares, _PROBE_ALPHA)) > _MOST:
        reason = f"files repeat up to {shares.max():.0%} of the rows of an earlier one"
        return [Refusal("redelivered", columns, reason)]
    parameters: dict[str, Json] = {
        "files": [told(sha, sketch) for sha, sketch in files],
        "check": hash_check(),
    }
    fit = partial(_fit, shares, parameters)
    return [Proposal("redelivered", columns, "critical", fit=fit)]


def copies_among(files: Sequence[FileFacts]) -> dict[int, int]:
    """Finds the files that have nearly all their rows from one before them.

    Args:
        files: Their facts, in order of arrival.

    Returns:
        For each copy the place of the first file that it is alike, by its own place.
    """
    known = {at: s for at, f in enumerate(files) if (s := rows_of(f)) is not None}
    found: dict[int, int] = {}
    for at, sketch in known.items():
        shares = (
            (share_within(sketch, other) or 0.0, before)
            for before, other in known.items()
            if before < at and before not in found and other.columns == sketch.columns
        )
        share, first = max(shares, default=(0.0, 0))
        if share > _MOST:
            found[at] = first
    return found


def _shares(sketches: list[RowSketch]) -> Floats:
    """Per file but the first, the greatest share of its rows that one before it had."""
    found: list[float] = []
    for at, sketch in enumerate(sketches):
        shares = [share_within(sketch, before) for before in sketches[:at]]
        told_of = [share for share in shares if share is not None]
        if told_of:
            found.append(max(told_of))
    return np.array(found, dtype=np.float64)


def _expected(shares: Floats, alpha: float) -> ToleranceInterval:
    return interval(shares, alpha, scale="arcsine", floor=_NOISE)


def _greatest(shares: Floats, found: ToleranceInterval) -> float:
    return max(found.high, float(shares.max()))


def _fit(shares: Floats, parameters: dict[str, Json], alpha: float) -> Fit:
    found = _expected(shares, alpha)
    most = min(1.0, _greatest(shares, found))
    evidence = evidence_of(found) | {"greatest": round(float(shares.max()), 4)}
    return Fit({"max": round(most, 4), **parameters}, evidence, alpha)
