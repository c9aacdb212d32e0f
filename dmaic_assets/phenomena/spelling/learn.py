"""Learns which text columns have signs of the wrong encoding in accepted files already."""

import numpy as np
import polars as pl

from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.history.tolerance import interval
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.spelling.rule import SIGNS

# One file in a thousand may have more than is tolerated: the rule reports and holds nothing.
_ALPHA = 1e-3
# Rows per value from which the different values are asked first: finding them costs less.
_FEW_KINDS = 4.0


def propose_readable(given: Given) -> Proposals:
    """Proposes, for columns where such texts are usual, how many; the others need no rule.

    What accepted files always had is no damage of the next one, so that it is only reported.
    """
    history = given.history
    found: Proposals = []
    for name in given.kinds:
        if not history.has(name) or history.dtype(name) != pl.String:
            continue
        texts = history.series(name)
        is_repeated = given.kinds[name].per_value >= _FEW_KINDS
        if is_repeated and not texts.unique().str.contains(SIGNS).any():
            continue
        signs = texts.str.contains(SIGNS).fill_null(value=False).to_numpy()
        if not signs.any():
            continue
        shares = history.per_part(signs) / np.maximum(history.part_rows, 1)
        most = 1.0
        if len(shares) > 1:
            floor = 0.5 / float(np.sqrt(np.median(history.part_rows)))
            most = interval(shares, _ALPHA, scale="arcsine", floor=floor).high
        evidence = {"files": history.files, "greatest": round(float(shares.max()), 5)}
        tolerance = round(min(1.0, max(most, float(shares.max()))), 5)
        found.append(Proposal("readable", (name,), "low", {}, evidence, tolerance=tolerance))
    return found
