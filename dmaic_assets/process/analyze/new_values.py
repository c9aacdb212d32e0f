"""Defects that are a value which no earlier file had: it is the cause, not what goes with it.

What belongs here: finding such values of the column at fault. Groups of rows by other columns are
the search of `root_causes`.
"""

from collections.abc import Sequence

import numpy as np

from dmaic_assets.phase_values.analyze import NewValue
from dmaic_assets.process.analyze.factor_table import MISSING, OTHER
from dmaic_assets.process.analyze.factors import Bools, Factor

# A value explains a CTQ's defects when it is most of them, and most of its rows are defective.
LEAST_SHARE = 0.5
# New values named, those with most defects.
MOST_TOLD = 5


def new_values(
    column: Factor | None, file: Factor | None, names: Sequence[str], defective: Bools
) -> tuple[NewValue, ...]:
    """Finds the values that came with some file and are most of the defects together.

    Args:
        column: The column at fault, by its values; None where it has too many to tell.
        file: The file of each row.
        names: The files in arrival order.
        defective: Which rows are defective.

    Returns:
        The values that no file before had, the one with most defects first, five at most; none
        when together they are less than half of the defects.
    """
    total = int(defective.sum())
    if column is None or file is None or not total:
        return ()
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    arrival = np.array([places.get(level, -1) for level in file.levels])[file.codes]
    oldest = int(arrival.min())
    found: list[NewValue] = []
    for code in np.unique(column.codes[defective]):
        level, mine = column.levels[code], column.codes == code
        defects, first = int(defective[mine].sum()), int(arrival[mine].min())
        is_told = level not in (MISSING, OTHER) and defects >= LEAST_SHARE * int(mine.sum())
        if is_told and first > oldest:
            found.append(NewValue(column.name, level, names[first], defects, defects / total))
    if sum(value.defects for value in found) < LEAST_SHARE * total:
        return ()
    return tuple(sorted(found, key=lambda v: (-v.defects, v.value))[:MOST_TOLD])
