"""How many rows of a rare kind one more file may have: a prediction from counts.

What belongs here: counts that are mostly 0 or small, for which `tolerance` has no spread to go by.

Source: the predictive distribution of a Poisson count under Jeffreys' prior is negative binomial
(Hahn & Meeker, 1991, section 7.6, bounds the same by frequencies); counts that vary more between
files than chance makes them are divided by that factor first (quasi-Poisson: McCullagh & Nelder,
1989, section 6.2).
"""

import numpy as np

from dmaic_assets.history.tolerance import Floats


def count_ahead(counts: Floats, rows: Floats, alpha: float) -> int:
    """Bounds the count of one more file of the median number of rows.

    Args:
        counts: Rows of the rare kind per file, at least one file.
        rows: Rows per file, none of them 0.
        alpha: The share of files that may have more.

    Returns:
        The greatest count that is no surprise.
    """
    from scipy import special

    size, trials = float(np.median(rows)), float(rows.sum())
    mean = float(counts.mean())
    spread = max(1.0, float(counts.var(ddof=1)) / mean) if mean and len(counts) > 1 else 1.0
    shape = float(counts.sum()) / spread + 0.5
    share = size / (trials + size)

    def is_rare(count: int) -> bool:
        return float(special.betainc(count / spread + 1, shape, share)) <= alpha

    most = 1
    while not is_rare(most) and most < size:
        most *= 2
    least = 0 if most == 1 else most // 2
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if is_rare(middle) else (middle + 1, most)
    return most
