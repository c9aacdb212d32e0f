"""Repairs that read several columns of a row: dependency, derived value, split, swap.

What belongs here: functions from text columns to text columns of the same length. All that they
compare with is in their parameters, so that a row's repair depends on that row alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import polars as pl

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, number, pairs, texts
from dmaic_assets.phenomena.derived.formulas import FORMULAS
from dmaic_assets.phenomena.typo.repair import is_misspelling

Texts: TypeAlias = list[str | None]
RowFunction: TypeAlias = Callable[[Mapping[str, Texts], Repair], Mapping[str, Texts]]
# Votes for another value must be this many times fewer, or none.
CLEAR = 3


def tables_of(parameters: Mapping[str, Json]) -> Mapping[str, Mapping[str, str]]:
    """What each determinant's values lead to expect, by determinant."""
    found = parameters.get("tables")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): pairs(found, str(name)) for name in found}


def elected(votes: Sequence[str]) -> tuple[str, int] | None:
    """The value that the votes agree on and how many are for it; None when they do not agree."""
    if not votes:
        return None
    counts: dict[str, int] = {}
    for vote in votes:
        counts[vote] = counts.get(vote, 0) + 1
    (first, most), *rest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if rest and most < CLEAR * sum(n for _, n in rest):
        return None
    return first, most


def votes_of(
    columns: Mapping[str, Texts], tables: Mapping[str, Mapping[str, str]], row: int
) -> list[str]:
    """What the determinants of one row lead to expect, one vote per determinant that knows."""
    found = ((table, columns[name][row]) for name, table in tables.items())
    return [table[value] for table, value in found if value is not None and value in table]


def by_dependency(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Replaces values that contradict what the determinants of their row lead to expect.

    `tables` has, per determinant, the value that each of its values leads to. Values that some
    table leads to are right somewhere and stay, unless `is_exact` says that the dependency has no
    exceptions; so do those of `keep`. Otherwise only misspellings of the expected value are
    replaced. `least_votes` determinants must agree.
    """
    target = repair.columns[0]
    tables = tables_of(repair.parameters)
    least = int(number(repair.parameters, "least_votes", 1))
    is_exact = repair.parameters.get("is_exact") is True
    known = frozenset(v for table in tables.values() for v in table.values())
    known |= frozenset(texts(repair.parameters, "keep"))
    verdicts: dict[tuple[str, str], bool] = {}
    result = list(columns[target])
    for row, raw in enumerate(result):
        if raw is None or (raw in known and not is_exact):
            continue
        chosen = elected(votes_of(columns, tables, row))
        if chosen is None or chosen[1] < least or chosen[0] == raw:
            continue
        pair = (raw, chosen[0])
        if pair not in verdicts:
            verdicts[pair] = is_exact or is_misspelling(*pair)
        if verdicts[pair]:
            result[row] = chosen[0]
    return {target: result}


def by_formula(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Writes the value that `formula` gives for the inputs where another one stands.

    A row whose inputs are missing or no whole numbers, or whose value is missing, stays.
    """
    target, *inputs = repair.columns
    formula = FORMULAS[str(repair.parameters["formula"])]
    by = int(number(repair.parameters, "by", 1))
    result = list(columns[target])
    for row, raw in enumerate(result):
        value = formula([columns[name][row] for name in inputs], by)
        if raw is not None and value is not None and not _is_same(raw, value):
            result[row] = value
    return {target: result}


def _is_same(raw: str, value: str) -> bool:
    """Whether two texts are equal, or the same number ("7.0" and "7")."""
    try:
        return raw.strip() == value or float(raw) == float(value)
    except ValueError:
        return False


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


def rewritten(frame: pl.DataFrame, repair: Repair, rows: RowFunction) -> dict[str, pl.Series]:
    """Applies a row function to the columns of a frame; gives those that are written."""
    columns = {name: frame.get_column(name).to_list() for name in repair.columns}
    return {n: pl.Series(n, v, dtype=pl.String) for n, v in rows(columns, repair).items()}
