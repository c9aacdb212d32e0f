"""The language of date and time formats: what a format accepts, and which text it can parse.

What belongs here: directives, the regular expression of a format, the checks on a format that
a person wrote. What does not: the table of known patterns (`patterns`) and the casts.

Formats are those of Rust's chrono, as polars takes them; month names and AM/PM are English.
"""

import re
from functools import cache

from dmaic_assets.model import TypeName

# What a directive accepts. chrono skips blanks before a number and takes a sign before a year, so
# the expressions do too: whatever a format parses must match the format's expression.
_DIRECTIVES: dict[str, str] = {
    "%Y": r"\s*\+?[0-9]{4}",
    "%y": r"\s*[0-9]{2}",
    "%m": r"\s*[0-9]{1,2}",
    "%d": r"\s*[0-9]{1,2}",
    "%H": r"\s*[0-9]{1,2}",
    "%I": r"\s*[0-9]{1,2}",
    "%M": r"\s*[0-9]{1,2}",
    "%S": r"\s*[0-9]{1,2}",
    "%j": r"\s*[0-9]{1,3}",
    "%b": r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    "%B": r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)",
    "%a": r"(?i:mon|tue|wed|thu|fri|sat|sun)",
    "%A": r"(?i:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)",
    "%p": r"(?i:am|pm)",
    # ISO 8601 takes a comma before the fraction as well as a point; log files have commas.
    "%.f": r"(?:[.,][0-9]{1,9})?",
    ".%3f": r"[.,][0-9]{3}",
    ".%6f": r"[.,][0-9]{6}",
    ".%9f": r"[.,][0-9]{9}",
    "%3f": r"[0-9]{3}",
    "%6f": r"[0-9]{6}",
    "%9f": r"[0-9]{9}",
    "%z": r"\s*[+\-\u2212][0-9]{2}\s*:?\s*[0-9]{2}",
    "%#z": r"\s*(?:[zZ]|[+\-\u2212][0-9]{2}(?:\s*:?\s*[0-9]{2})?)",
}
_TOKEN = re.compile(r"%#z|%\.f|\.?%[369]f|%.|\s+|[^%\s]")
_DATE_PARTS = ({"%Y", "%m", "%d"}, {"%y", "%m", "%d"}, {"%Y", "%j"})
_MONTHS = {"%b", "%B"}
_FRACTIONS = {"%.f", *(f"{mark}%{digits}f" for mark in ("", ".") for digits in (3, 6, 9))}


def has_zone(time_format: str) -> bool:
    """Tells whether a format reads an offset from UTC, so that its values are points in time."""
    return time_format.endswith(("%z", "%#z", "%SZ", "fZ", "%MZ"))


@cache
def format_regex(time_format: str) -> str:
    """Builds an expression for the whole text of a format; all that the format parses matches.

    The reverse does not hold: "2024-02-30" matches `%Y-%m-%d` and is no day.

    Raises:
        ValueError: The format has a directive that is not known here; the message names it.
    """
    parts: list[str] = []
    for token in _TOKEN.findall(time_format):
        if "%" in token:
            if token not in _DIRECTIVES:
                raise ValueError(f"{token} is no known directive")
            parts.append(_DIRECTIVES[token])
        else:
            parts.append(r"\s*" if token.isspace() else re.escape(token))
    return f"^{''.join(parts)}$"


def check_format(time_format: str, type_name: TypeName) -> str | None:
    """Tells what is wrong with a format for a type, or None when it can make such values."""
    try:
        format_regex(time_format)
    except ValueError as error:
        return str(error)
    seen = {"%m" if t in _MONTHS else t for t in _TOKEN.findall(time_format) if "%" in t}
    has_date = any(parts <= seen for parts in _DATE_PARTS)
    has_time = "%H" in seen or {"%I", "%p"} <= seen
    wanted = {
        "date": (has_date and not has_time, "a date needs year, month and day and no hour"),
        "datetime": (has_date and has_time, "a datetime needs year, month, day and hour"),
        "time": (has_time and "%M" in seen and not has_date, "a time needs hour and minute only"),
    }
    is_right, wish = wanted.get(type_name, (False, f"{type_name} takes no time format"))
    if not is_right:
        return wish
    return _incomplete_clock(seen)


def _incomplete_clock(seen: set[str]) -> str | None:
    if {"%H", "%I"} & seen and "%M" not in seen:
        return "an hour needs minutes (%M) beside it"
    if _FRACTIONS & seen and "%S" not in seen:
        return "a fraction needs seconds (%S) before it"
    return None
