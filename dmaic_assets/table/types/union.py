"""One type per column for several files: the narrowest that reads all of them.

What belongs here: joining what was inferred of each file by itself. What does not: inferring.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.model import ColumnType, TypeName

_NUMBERS: frozenset[TypeName] = frozenset({"integer", "decimal"})


def common_types(files: Sequence[Sequence[ColumnType]]) -> tuple[ColumnType, ...]:
    """Joins the column types of several files; the order of the files changes no type.

    Whole numbers in one file and decimals in another are decimals; of several patterns of one
    type the most frequent one counts, those that the data decided before ambiguous ones; types
    that have nothing else in common are text. A file whose column is empty says nothing of it.

    Args:
        files: The types of each file, inferred without expectation.

    Returns:
        The types of all columns that occur, in the order of first occurrence.
    """
    found: dict[str, list[ColumnType]] = {}
    for types in files:
        for column_type in types:
            found.setdefault(column_type.column, []).append(column_type)
    return tuple(_common(types) for types in found.values())


def is_same_reading(one: Sequence[ColumnType], other: Sequence[ColumnType]) -> bool:
    """Whether columns that both have are read alike: same pattern, format and unit."""
    known = {t.column: _reading(t) for t in other}
    return all(known.get(t.column, _reading(t)) == _reading(t) for t in one)


def _common(types: Sequence[ColumnType]) -> ColumnType:
    telling = [t for t in types if t.confidence > 0] or list(types)
    telling = [t for t in telling if not t.is_ambiguous] or telling
    kinds: set[TypeName] = {t.type for t in telling}
    if len(kinds) == 1:
        return _likeliest(telling)
    if kinds <= _NUMBERS:
        decimals = [t for t in telling if t.type == "decimal"]
        return replace(_likeliest(decimals), reason="whole numbers in some files")
    texts = [t for t in telling if t.type == "text"]
    names = ", ".join(sorted(kinds))
    said = f"the files have nothing else in common: {names}"
    base = _likeliest(texts or telling)
    return ColumnType(
        base.column,
        "text",
        "String",
        base.pattern if texts else "text",
        "fallback",
        base.confidence,
        said,
        null_tokens=base.null_tokens if texts else (),
    )


def _likeliest(types: Sequence[ColumnType]) -> ColumnType:
    clear = [t for t in types if not t.is_ambiguous] or types
    counts = Counter(_reading(t) for t in clear)
    best = min(counts, key=lambda reading: (-counts[reading], reading))
    tokens = sorted({token for t in types for token in t.null_tokens})
    chosen = next(t for t in clear if _reading(t) == best)
    return replace(chosen, null_tokens=tuple(tokens))


def _reading(column_type: ColumnType) -> tuple[str, str, str, str]:
    return (
        column_type.type,
        column_type.pattern,
        column_type.format or "",
        column_type.unit or "",
    )
