"""Repairs of values that stand in a neighbour's cell: split off, or exchanged with it.

What belongs here: functions of the two cells of a row. What each column's own values are is in
the repair's parameters.
"""

from collections.abc import Mapping

from dmaic_assets.phenomena.contract.repair_kind import Repair, Texts, texts


def by_split(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Moves a value of `values` from the end of the first column to the empty second one."""
    first, second = repair.columns
    values = frozenset(texts(repair.parameters, "values"))
    heads, tails = list(columns[first]), list(columns[second])
    for row, text in enumerate(heads):
        if text is None or (tails[row] or "").strip():
            continue
        head, gap, tail = text.rstrip().rpartition(" ")
        if gap and head.strip() and tail in values:
            heads[row], tails[row] = head.rstrip(" ,;"), tail
    return {first: heads, second: tails}


def by_swap(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Exchanges two values that are each other's column's (`first` and `second` are disjoint)."""
    first, second = repair.columns
    ours = frozenset(texts(repair.parameters, "first"))
    theirs = frozenset(texts(repair.parameters, "second"))
    left, right = list(columns[first]), list(columns[second])
    for row, (a, b) in enumerate(zip(left, right, strict=True)):
        if a in theirs and a not in ours and b in ours and b not in theirs:
            left[row], right[row] = b, a
    return {first: left, second: right}
