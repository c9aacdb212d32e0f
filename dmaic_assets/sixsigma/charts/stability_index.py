"""How much more a share varies over all files than from one file to the next.

What belongs here: one index, for shares of defective units of which each file has many.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from dmaic_assets.sixsigma.arguments import Domain, takes

# Mean range of two normal values, in standard deviations: d2 of samples of 2.
_D2 = 2 / math.sqrt(math.pi)
# Files below which neither standard deviation says anything: five moving ranges.
FEWEST_FILES = 6


@takes(("shares", "units"), shares=Domain(0.0, 1.0, axes=1), units=Domain(0.0, axes=1))
def stability_index(shares: Sequence[float], units: Sequence[int]) -> float | None:
    """Compares the overall standard deviation of shares of defectives with that within.

    As JMP's Process Screening does it (Process Performance Graph: overall sigma over within sigma,
    unstable beyond 1.25), on the z-scores of a p chart, z = (p - P) / sqrt(P (1 - P) / n) with P
    the share of all units. Within is Laney's sigma of z (D. B. Laney, "Improved control charts for
    attributes", Quality Engineering 14, 2002): the mean moving range over d2 = 1.128, and never
    below 1, which is what sampling alone gives. Without that floor one defect in a million rows
    would look unstable.

    Args:
        shares: The share of defective units of each file in time order, in [0, 1].
        units: How many units each file has; files without any are left out.

    Returns:
        About 1 where nothing but chance and short-term variation is at work; None with fewer than
        `FEWEST_FILES` files, fewer defective units than files (z-scores of such rare counts are no
        normal values), or where every unit is defective.

    Raises:
        BadInputError: The two are not equally long, a share is none, or a number of units is
            negative.
    """
    files = [(p, n) for p, n in zip(shares, units, strict=True) if n > 0]
    total = sum(n for _, n in files)
    if len(files) < FEWEST_FILES:
        return None
    overall = sum(p * n for p, n in files) / total
    if not len(files) / total <= overall < 1:
        return None
    scores = [(p - overall) / math.sqrt(overall * (1 - overall) / n) for p, n in files]
    mean = sum(scores) / len(scores)
    deviation = math.sqrt(sum((z - mean) ** 2 for z in scores) / (len(scores) - 1))
    moved = sum(abs(b - a) for a, b in pairwise(scores)) / (len(scores) - 1)
    return deviation / max(1.0, moved / _D2)
