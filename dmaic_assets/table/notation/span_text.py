"""Durations and periods as people write them: "36:15:00", "PT1H30M", "1h 30m", "2024-Q1".

What belongs here: text series to durations and to the first day of periods. What does not:
instants (`value_parsers`).
"""

import polars as pl

from dmaic_assets.table.notation.pattern import Pattern

PERIOD_UNITS = {
    "month": "month",
    "month_year": "month",
    "month_name_year": "month",
    "quarter": "quarter",
    "week": "week",
}
# Microseconds in a week, day, hour, minute: by definition.
_MICROSECONDS = {"w": 604_800_000_000, "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000}
# Where each part of a duration stands; the clock's parts are told apart by the colons.
_PARTS = {
    "clock_duration": {
        "d": r"^[+-]?([0-9]+) day",
        "h": r"(?:^[+-]?|[ ])([0-9]+):",
        "m": r"^[^:]*:([0-9]+)",
        "s": r":[0-9]+:([0-9.,]+)$",
    },
    "iso_duration": {
        "w": "([0-9]+)W",
        "d": "([0-9]+)D",
        "h": "([0-9]+)H",
        "m": "T(?:[0-9]+H)?([0-9]+)M",
        "s": "([0-9.,]+)S",
    },
    "worded_duration": {
        "d": "([0-9]+) ?d",
        "h": "([0-9]+) ?h",
        "m": "([0-9]+) ?m",
        "s": "([0-9.]+) ?s",
    },
}


def parse_durations(text: pl.Series, pattern: Pattern) -> pl.Series:
    """Reads durations to the microsecond; null where the text does not follow the pattern."""
    is_good = text.str.contains(pattern.regex) & text.str.contains("[0-9]")
    parts = _PARTS[pattern.name]
    value = pl.col("text")
    total = pl.lit(0, pl.Int64)
    for part, expression in parts.items():
        digits = value.str.extract(expression)
        if part == "s":
            seconds = (
                digits.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) * 1e6
            )
            total = total + seconds.round().cast(pl.Int64, strict=False).fill_null(0)
        else:
            count = digits.cast(pl.Int64, strict=False).fill_null(0)
            total = total + count * _MICROSECONDS[part]
    sign = pl.when(value.str.starts_with("-")).then(-1).otherwise(1)
    spans = pl.DataFrame({"text": text}).select((total * sign).cast(pl.Duration("us")))
    return spans.to_series().set(~is_good.fill_null(value=False), None)


def parse_periods(text: pl.Series, pattern: Pattern) -> pl.Series:
    """Reads periods as the date of their first day; null where there is no such period."""
    matched = text.set(~text.str.contains(pattern.regex), None)
    frame = pl.DataFrame({"text": matched})
    value = pl.col("text")
    year = value.str.extract(r"((?:19|20)[0-9]{2})")
    if pattern.name == "week":
        first = pl.format("{}-W{}-1", year, value.str.extract("W([0-9]{2})"))
        return frame.select(first.str.to_date("%G-W%V-%u", strict=False)).to_series()
    if pattern.name == "month_name_year":
        name = value.str.extract("(?i)^([a-z]{3})")
        first = pl.format("1-{}-{}", name, year)
        return frame.select(first.str.to_date("%d-%b-%Y", strict=False)).to_series()
    if pattern.name == "quarter":
        number = value.str.extract("Q([1-4])").cast(pl.Int64, strict=False)
        month = (number * 3 - 2).cast(pl.String)
    else:
        month = value.str.extract("-([0-9]{2})$|^([0-9]{2})/", 1).fill_null(
            value.str.extract("^([0-9]{2})/")
        )
    first = pl.format("{}-{}-1", year, month)
    return frame.select(first.str.to_date("%Y-%m-%d", strict=False)).to_series()
