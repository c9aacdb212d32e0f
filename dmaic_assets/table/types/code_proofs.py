"""What tells codes from amounts in columns that number patterns read: versions, lists, odd zeros.

What belongs here: the signs, in a sample and in counts. What does not: patterns, thresholds of
types (`type_fit`) and strings of digits alone (`type_evidence`).
"""

import re
from collections.abc import Mapping

import polars as pl

# So many of a column's values make it one of codes.
CODE_SHARE = 0.01
PADDED = "zeros in front"
BARE_POWER = "digits, E, digits"
# What a number pattern leaves unread because a number would lose part of it.
CODE_SIGNS: Mapping[str, str] = {
    PADDED: r"^[+\-\u2212]?0[0-9]+(?:[.,][0-9]*)?(?:[eE][+\-]?[0-9]+)?$",
    BARE_POWER: r"^[0-9]+[eE][0-9]+$",
}
_VERSION = r"^(?:0|[1-9][0-9]{0,3})(?:\.(?:0|[1-9][0-9]{0,3}))+$"
# Of the numbers up to the highest part at least so many occur where versions are counted up.
_COUNTED_SHARE = 0.1
# Values with a sign behind them that show a habit: one may be a slip.
_LEAST_TRAILING = 2
_LISTED = r"^(?:\([0-9]+\)|[0-9]+-)$"


def are_versions(values: pl.Series) -> bool:
    """Tells versions from decimals: 1.9 is followed by 1.10, which is not 1.1.

    Programs write decimals with a fixed number of digits after the point, or without zeros at
    the end. Where both short and zero-ended parts occur, no part begins with a zero as every
    tenth part of longer decimals does, and the parts are not spread like 5, 25, 50, 75, they are
    counted numbers.

    Args:
        values: Values without nulls and without blanks around them.
    """
    if not _are_all(values, _VERSION):
        return False
    parts = values.str.extract(r"^[0-9]+\.([0-9]+)$").drop_nulls()
    lengths = parts.str.len_bytes()
    is_long = lengths > 1
    ends_in_zero = bool((is_long & parts.str.ends_with("0")).any())
    is_counted = bool(((lengths == 1) & (parts != "0")).any())
    counts = parts.cast(pl.Int64).unique()
    highest = counts.max()
    if not isinstance(highest, int) or len(counts) < _COUNTED_SHARE * highest:
        return False
    return ends_in_zero and is_counted and int(is_long.sum()) >= CODE_SHARE * len(values)


def are_list_marks(values: pl.Series) -> bool:
    """Tells (1), (2), (3) from negative amounts: nothing but whole numbers, all marked."""
    return _are_all(values, _LISTED)


def has_trailing_minus(values: pl.Series) -> bool:
    """Tells a column that writes its negatives as 5- from a value that was cut: "12-15".

    At least two values are written so, at least one in a hundred, and no fewer than as -5.
    """
    behind = int(values.str.contains("^[0-9]+-$").sum())
    before = int(values.str.contains("^[-\u2212][0-9]+$").sum())
    return behind >= max(_LEAST_TRAILING, before, CODE_SHARE * len(values)) and not are_list_marks(
        values
    )


def _are_all(values: pl.Series, pattern: str) -> bool:
    # Most columns are refused by their first value.
    is_first = len(values) > 0 and re.match(pattern, values[0]) is not None
    return is_first and bool(values.str.contains(pattern).all())
