"""Moments that a calendar has: years 1 to 9999.

What belongs here: leaving others out before a calendar is asked. What does not: reading moments
(`value_parsers`). Other programs write "infinity" as the last moment that 64 bits can hold; it is
carried as it is, but polars panics, without an exception of its own, where it looks for its day.
"""

import polars as pl

# Years of Python's and ISO 8601's calendar with four digits (datetime.MINYEAR, MAXYEAR).
_FIRST_YEAR = 1
# See above; Polars panics beyond.
_LAST_YEAR = 9999


def within_calendar(moment: pl.Expr) -> pl.Expr:
    """Builds dates or datetimes with null for those that no calendar has."""
    return pl.when(moment.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)).then(moment)
