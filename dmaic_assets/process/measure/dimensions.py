"""The quality of a source by dimension: one share per dimension, from the CTQs that measure it.

What belongs here: adding CTQs up by dimension. Which CTQ measures what, `ctq` knows. Accuracy (the
agreement with the world) needs a truth that no file has, and is left out.
"""

from collections.abc import Mapping, Sequence

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phase_values.measure import DimensionQuality
from dmaic_assets.process.measure.defects import Count


def quality_by_dimension(
    ctqs: Sequence[Ctq], counts: Mapping[str, Count]
) -> tuple[DimensionQuality, ...]:
    """Scores each dimension that some CTQ measured, in name order.

    The score is 1 - defective units / units over the CTQs of the dimension.

    Source: ISO/IEC 25012 for the dimensions.
    """
    found: list[DimensionQuality] = []
    for dimension in sorted({c.dimension for c in ctqs}):
        mine = [(c.id, counts[c.id]) for c in ctqs if c.dimension == dimension]
        units = sum(count.units for _, count in mine)
        defective = sum(count.defective for _, count in mine)
        if not units:
            continue
        name, worst = max(mine, key=lambda item: (item[1].share, item[0]))
        share = 1.0 - defective / units
        told = name if worst.defective else ""
        found.append(DimensionQuality(dimension, len(mine), units, defective, share, told))
    return tuple(found)
