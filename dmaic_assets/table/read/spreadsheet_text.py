"""Text that a spreadsheet shows as it is, rather than running it as a formula.

What belongs here: the lists of cells that people open in a spreadsheet. Tables that are written for
programs (repaired files, Parquet) hold the exact values.
"""

import polars as pl

# What spreadsheets take as the start of a formula, and what hides one from the eye (OWASP, "CSV
# injection"): = + - @, and the full-width forms of them; tab, carriage return and line feed.
_FORMULA = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
# A sign before a number, or alone, starts no formula; -5 stays -5.
_NUMBER = r"^[+-]?(?:[0-9]+(?:[.,][0-9]*)*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?%?$|^[+-]+$"


def shown_as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Puts an apostrophe before every text that a spreadsheet would run.

    Args:
        frame: Any table; only its text columns are looked at. Numbers, also as text, stay.
    """
    value = pl.col(pl.String)
    is_formula = value.str.contains(_FORMULA) & ~value.str.contains(_NUMBER)
    return frame.with_columns(pl.when(is_formula).then(pl.format("'{}", value)).otherwise(value))
