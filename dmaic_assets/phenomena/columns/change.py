"""What changed between the columns that history expects and those that arrived.

Removed columns and changed types break readers of the warehouse; added and moved ones do not, nor
do values of the same type that are written in another way.
"""

from bisect import bisect_left
from collections.abc import Sequence

from dmaic_assets.model import ColumnType, SchemaChange
from dmaic_assets.phenomena.contract.type_names import is_compatible


def schema_changes(
    expected: Sequence[ColumnType], arrived: Sequence[ColumnType]
) -> tuple[SchemaChange, ...]:
    """Compares two lists of columns.

    A type that may stand for the expected one (an integer for a decimal) is a change that breaks
    nothing. A column without a value (confidence 0) has no type that could change: where history
    has only such, values that come are told as such. Of columns that changed places the fewest
    that explain the new order are named.

    Args:
        expected: The columns of the history, in its order; none means that nothing is expected.
        arrived: The columns of the file, in its order.

    Returns:
        Breaking changes first, then the others; each in the order of its list.
    """
    if not expected:
        return ()
    known = {t.column: t for t in expected}
    here = {t.column: t for t in arrived}
    removed = [
        SchemaChange(t.column, "removed", is_breaking=True, detail=f"was {t.type}, is missing")
        for t in expected
        if t.column not in here
    ]
    changed = [
        _type_change(known[t.column], t)
        for t in arrived
        if t.column in known and known[t.column].type != t.type and _have_values(known[t.column], t)
    ]
    filled = [
        SchemaChange(
            t.column, "filled", is_breaking=False, detail=f"was empty, now filled: {t.type}"
        )
        for t in arrived
        if t.column in known and t.confidence and not known[t.column].confidence
    ]
    rewritten = [
        SchemaChange(t.column, "notation_changed", is_breaking=False, detail=detail)
        for t in arrived
        if (detail := _rewritten(known.get(t.column), t)) is not None
    ]
    added = [
        SchemaChange(t.column, "added", is_breaking=False, detail=f"is new, {t.type}")
        for t in arrived
        if t.column not in known
    ]
    found = [*removed, *changed, *filled, *rewritten, *added, *_reordered(list(known), list(here))]
    return tuple(sorted(found, key=lambda change: not change.is_breaking))


def _have_values(*types: ColumnType) -> bool:
    return all(t.confidence for t in types)


def _type_change(expected: ColumnType, arrived: ColumnType) -> SchemaChange:
    is_harmless = is_compatible(arrived.type, expected.type)
    detail = f"was {expected.type}, is {arrived.type}"
    return SchemaChange(arrived.column, "type_changed", not is_harmless, detail)


def _rewritten(expected: ColumnType | None, arrived: ColumnType) -> str | None:
    """How the same type is written now, where that is another way: 1,5 for 1.5, another date."""
    if expected is None or expected.type != arrived.type or not arrived.confidence:
        return None
    if expected.pattern == arrived.pattern or not (expected.pattern and arrived.pattern):
        return None
    ways = [f"{t.pattern} ({t.format})" if t.format else t.pattern for t in (expected, arrived)]
    is_doubtful = arrived.is_ambiguous and not expected.is_ambiguous
    then = "other readings fit as well" if is_doubtful else "values are read alike"
    return f"was written as {ways[0]}, is written as {ways[1]}; {then}"


def _reordered(expected: Sequence[str], arrived: Sequence[str]) -> list[SchemaChange]:
    position = {name: index for index, name in enumerate(expected)}
    common = [name for name in arrived if name in position]
    unmoved = _longest_rising([position[name] for name in common])
    return [
        SchemaChange(
            name,
            "reordered",
            is_breaking=False,
            detail=f"was column {position[name] + 1}, is column {arrived.index(name) + 1}",
        )
        for name in common
        if position[name] not in unmoved
    ]


def _longest_rising(values: Sequence[int]) -> frozenset[int]:
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(tails, value)
        before[value] = tails[place - 1] if place else None
        tails[place : place + 1] = [value]
    chain: list[int] = []
    last = tails[-1] if tails else None
    while last is not None:
        chain.append(last)
        last = before[last]
    return frozenset(chain)
