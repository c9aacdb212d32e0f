"""One type per column for several files: the narrowest that reads all of them.

What belongs here: joining what was inferred of each file by itself. What does not: inferring.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from dmaic_assets.model import ColumnType, TypeName

# Share of the files that may be wrong about a column, and still be outvoted by the others.
FEW_FILES = 0.1
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


def settled_types(
    files: Sequence[Sequence[ColumnType]], misfits: Sequence[Collection[str]]
) -> tuple[ColumnType, ...]:
    """Joins the column types of files that nobody vouches for: a few of them may be damaged.

    As `common_types`, but a few files (`FEW_FILES`, at least one) that read a column as another
    kind do not count. And a column in which most files hold values that its type cannot read is
    text: what comes again in file after file is no error, and is not set apart.

    Args:
        files: The types of each file, inferred without expectation.
        misfits: The columns of each file with values that are not of their type.

    Returns:
        The types of all columns that occur, in the order of first occurrence.
    """
    found: dict[str, list[ColumnType]] = {}
    mixed: Counter[str] = Counter()
    for types, failing in zip(files, misfits, strict=True):
        for column_type in types:
            found.setdefault(column_type.column, []).append(column_type)
            mixed[column_type.column] += column_type.column in failing
    return tuple(
        _mixture(_common(types)) if 2 * mixed[name] > len(types) else _common(_agreeing(types))
        for name, types in found.items()
    )


def _agreeing(types: Sequence[ColumnType]) -> Sequence[ColumnType]:
    """The types without those of a few files that stand alone with another kind."""
    telling = [t for t in types if t.confidence > 0] or list(types)
    kinds = Counter(_kind(t) for t in telling)
    most, count = kinds.most_common(1)[0]
    few = max(1, int(FEW_FILES * len(telling)))
    if len(telling) - count > few or count <= few:
        return types
    return [t for t in telling if _kind(t) == most]


def _kind(column_type: ColumnType) -> str:
    return "number" if column_type.type in _NUMBERS else column_type.type


def _mixture(column_type: ColumnType) -> ColumnType:
    if column_type.type == "text":
        return column_type
    reason = f"most files hold values that are no {column_type.type}"
    return replace(
        column_type,
        type="text",
        physical="String",
        pattern="text",
        decided_by="fallback",
        reason=reason,
        format=None,
        unit=None,
    )


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
