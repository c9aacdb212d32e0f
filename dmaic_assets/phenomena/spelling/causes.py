"""Names what happened to text values that are not among the known ones of their column.

What belongs here: encoding, case, white space, slips, and values of another column. A cause that
the evidence does not support is None; nothing is guessed.
"""

from collections.abc import Collection, Mapping, Sequence

from dmaic_assets.phenomena.exchange.causes import swapped_cause
from dmaic_assets.phenomena.notation.causes import are_most
from dmaic_assets.phenomena.spelling.rule import CAUSE, is_misread
from dmaic_assets.phenomena.typo.nearness import is_one_edit

SLIP = "typo"
NEW = "new category"
# Share of the new values that another column knows, from which columns are exchanged.
_SWAPPED = 0.7


def value_cause(new: Sequence[str], known: Sequence[str]) -> str | None:
    """Names what happened to text values that are not among the known ones.

    Returns:
        "encoding", "case change", "whitespace", "typo" or "new category"; None without values.
    """
    if not new:
        return None
    values = [v for v in new if v]
    if any(is_misread(v) for v in values):
        return CAUSE
    folded = {k.casefold() for k in known}
    if are_most(v.casefold() in folded for v in values):
        return "case change"
    stripped = {k.strip().casefold() for k in known}
    if are_most(v.strip().casefold() in stripped for v in values):
        return "whitespace"
    near = [any(is_one_edit(v, k) for k in known[:200]) for v in values[:20]]
    return SLIP if are_most(near) else NEW


def list_cause(column: str, new: Sequence[str], lists: Mapping[str, Collection[str]]) -> str | None:
    """Names what happened to values that are not in their column's list.

    Args:
        column: The column.
        new: Its values that are not listed.
        lists: The lists of this and other columns of the table.

    Returns:
        "swapped columns (...)" when most values are of another column's list, else as
        `value_cause`.
    """
    if not new:
        return None
    for other, values in lists.items():
        known = set(values)
        if other != column and sum(v in known for v in new) >= _SWAPPED * len(new):
            return swapped_cause((column, other), (column, other))
    return value_cause(new, list(lists.get(column, ())))
