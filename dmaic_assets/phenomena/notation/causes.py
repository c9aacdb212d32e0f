"""Names what is wrong with texts that should be numbers, dates or times.

What belongs here: how most of them are written. A cause that the evidence does not support is
None; nothing is guessed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

_WITH_UNIT = re.compile(r"([^\W\d]{1,4}|[$€£¥%])?\s?[+-]?\d[\d.,]*\s?([^\W\d]{1,8}|[$€£¥%°]{1,2})?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([, ]\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
_DATE = re.compile(r"(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]?\d{2}[./-]?\d{2})([ T].*)?")
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"0\d+")
LEADING_ZEROS = "leading zeros (codes, no numbers)"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def text_cause(texts: Sequence[str]) -> str | None:
    """Names what is wrong with texts that should be numbers: most are written another way.

    Returns:
        "leading zeros (codes, no numbers)" when all are digits and some begin with 0, "decimal
        comma", "thousands marks or decimal comma", "unit in a number (...)" with the most
        frequent unit, or None.
    """
    digits = [text.strip() for text in texts]
    if all(_DIGITS.fullmatch(text) for text in digits) and any(map(_CODE.fullmatch, digits)):
        return LEADING_ZEROS
    if are_most(bool(_THOUSANDS.fullmatch(text.strip())) for text in texts):
        return "thousands marks or decimal comma"
    if are_most(bool(_COMMA.fullmatch(text.strip())) for text in texts):
        return "decimal comma"
    matches = [_WITH_UNIT.fullmatch(text.strip()) for text in texts]
    units = [m.group(1) or m.group(2) for m in matches if m and (m.group(1) or m.group(2))]
    if len(units) * 2 <= len(texts):
        return None
    return f"unit in a number ({max(sorted(set(units)), key=units.count)})"


def time_cause(texts: Sequence[str]) -> str | None:
    """Names what is wrong with texts that should be dates or times: most are, written otherwise.

    Returns:
        "impossible date" when they are ISO dates of days that no calendar has, "date format", or
        None.
    """
    days = [text.strip()[:10] for text in texts]
    if are_most(bool(_ISO.fullmatch(day)) and not _is_day(day) for day in days):
        return "impossible date"
    return (
        "date format" if are_most(bool(_DATE.fullmatch(text.strip())) for text in texts) else None
    )


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def are_most(flags: Iterable[bool]) -> bool:
    """Whether more than half are true; not of none."""
    listed = list(flags)
    return bool(listed) and sum(listed) * 2 > len(listed)
