"""Whether a source is getting worse: scores of its newest files, and its sigma level over runs.

What belongs here: two tests of few numbers, with known shares of false alarms. Control charts look
closer, at every CTQ.
"""

import math
from collections.abc import Sequence

from dmaic_assets.store.ledger.record.metrics import RunValue

# Newest files that must all score lower than every one before them.
_NEWEST = 3
# Files before them: 3 of 10 are the lowest three by chance once in C(10, 3) = 120 looks.
_BEFORE = 7
# Points of the score (0-100) between the means: less is nobody's concern.
_LEAST_POINTS = 0.5
# Standard errors between two sigma levels: beyond by chance once in 43 looks, downwards.
_ERRORS = 2.0
# Sigma levels apart that matter; the same figure as a step of the DPMO table.
_LEAST_SIGMA = 0.1


def worse_scores(scores: Sequence[float]) -> str | None:
    """Says that the newest files of a source score lower than all before them, or nothing.

    Args:
        scores: Scores in [0, 1], oldest file first.
    """
    before, newest = scores[:-_NEWEST], scores[-_NEWEST:]
    if len(before) < _BEFORE or max(newest) >= min(before):
        return None
    was, now = (100 * sum(part) / len(part) for part in (before, newest))
    if was - now < _LEAST_POINTS:
        return None
    told = f"the newest {_NEWEST} files that were let in score {now:.1f}"
    return f"{told}, all lower than the {len(before)} before"


def worse_sigma(levels: Sequence[RunValue], errors: Sequence[RunValue]) -> str | None:
    """Says that the sigma level fell the last time that it changed, or nothing.

    Args:
        levels: Sigma levels, oldest run first.
        errors: Their standard errors; runs without one are passed over.
    """
    known = {error.run_id: error.value for error in errors}
    told = [level for level in levels if level.run_id in known]
    changed = [
        level for at, level in enumerate(told) if at == 0 or level.value != told[at - 1].value
    ]
    if len(changed) < 2:
        return None
    was, now = changed[-2:]
    fell = was.value - now.value
    if fell < max(_LEAST_SIGMA, _ERRORS * math.hypot(known[was.run_id], known[now.run_id])):
        return None
    return f"the sigma level fell from {was.value:.2f} to {now.value:.2f} in run {now.run_id}"
