"""Warnings about columns that carry little or wrong information (R21).

Each warning reads `<code>: <sentence>`; the codes are closed (`WARNING_CODES`).
"""

import re
from collections.abc import Callable, Mapping

from dmaic_assets.model import ColumnProfile

# Share of nulls above which a column is called mostly empty: more than half.
NULL_SHARE = 0.5
# Distinct values per row below which few values count as near constant: one in 100 rows.
NEAR_CONSTANT_SHARE = 0.01
# Distinct values that a near constant column has at most.
NEAR_CONSTANT_VALUES = 3
_KEY_WORDS = frozenset({"id", "key", "pk", "uuid", "guid"})
_WORDS = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def eligibility_warnings(column: ColumnProfile, *, failed_casts: int = 0) -> tuple[str, ...]:
    """Tells what is wrong with a column, in a fixed order; nothing for one that is fine."""
    found = [f"{code}: {text}" for code, tell in _WARNINGS.items() if (text := tell(column))]
    if failed_casts:
        verb = "value does" if failed_casts == 1 else "values do"
        found.append(f"failed_casts: {failed_casts} {verb} not read as {column.type}; null here")
    return tuple(found)


def name_words(name: str) -> tuple[str, ...]:
    """Splits a column name into lower-case words: "customerID_2" is customer, id."""
    runs = _WORDS.findall(name)
    return tuple(word.lower() for run in runs for word in _HUMPS.split(run))


def is_key_name(name: str) -> bool:
    """Tells whether a name ends in a word for a key: id, order_id, orderKey; not width or paid."""
    words = name_words(name)
    return bool(words) and words[-1] in _KEY_WORDS


def is_own_key_name(name: str) -> bool:
    """Tells whether a name can only be the key of its own table: id, key, row id is not."""
    words = name_words(name)
    return len(words) == 1 and words[0] in _KEY_WORDS


def _all_null(column: ColumnProfile) -> str:
    is_all = column.rows > 0 and column.null_count == column.rows
    return f"all {column.rows:,} rows are null" if is_all else ""


def _mostly_null(column: ColumnProfile) -> str:
    is_mostly = NULL_SHARE < column.null_share < 1
    return f"{column.null_count:,} of {column.rows:,} rows are null" if is_mostly else ""


def _single_value(column: ColumnProfile) -> str:
    return "every value is the same" if column.distinct_count == 1 else ""


def _near_constant(column: ColumnProfile) -> str:
    # Two values are what a boolean is for.
    is_candidate = 1 < column.distinct_count <= NEAR_CONSTANT_VALUES and column.type != "boolean"
    if not is_candidate or column.uniqueness >= NEAR_CONSTANT_SHARE:
        return ""
    values = column.rows - column.null_count
    return f"{column.distinct_count} different values in {values:,} rows"


def _key_with_nulls(column: ColumnProfile) -> str:
    is_holed = is_key_name(column.column) and 0 < column.null_share < 1
    return f"named like a key, yet {column.null_count:,} rows are null" if is_holed else ""


def _key_with_duplicates(column: ColumnProfile) -> str:
    repeated = column.rows - column.null_count - column.distinct_count
    if not is_own_key_name(column.column) or not repeated:
        return ""
    return f"named like the table's key, yet {repeated:,} rows repeat an earlier value"


def _nonfinite(column: ColumnProfile) -> str:
    count = column.nonfinite_count
    return f"{count:,} NaN or infinite, left out of the numeric facts" if count else ""


_WARNINGS: Mapping[str, Callable[[ColumnProfile], str]] = {
    "all_null": _all_null,
    "mostly_null": _mostly_null,
    "single_value": _single_value,
    "near_constant": _near_constant,
    "key_with_nulls": _key_with_nulls,
    "key_with_duplicates": _key_with_duplicates,
    "nonfinite": _nonfinite,
}
WARNING_CODES = (*_WARNINGS, "failed_casts")
