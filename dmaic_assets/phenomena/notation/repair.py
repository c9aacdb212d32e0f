"""Repairs of how numbers, dates and codes of digits are written.

What belongs here: functions from text to text, exact in decimal arithmetic. Which units and
formats a column should have is proposed elsewhere (`propose`).
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Context, Decimal
from functools import cache
from types import MappingProxyType

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import ValueFunction, number, texts

PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
# No thousands begin with a zero: "0,815" is 0.815 written with a comma.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")
# A double holds 15 digits for sure; what stands behind them is noise of a conversion.
_DIGITS = Context(prec=15)
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
# Characters that strptime reads at most, of those directives that have a width.
_WIDTHS: Mapping[str, float] = MappingProxyType(
    {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2}
)


def number_writer(parameters: Mapping[str, Json]) -> ValueFunction:
    """Writes decorated numbers plainly: without `units`, thousands marks and decimal commas.

    `style` is "1,234.5" (commas group) or "1.234,5" (a comma is the decimal mark). `factor`
    multiplies numbers that carried a unit (0.01 for percentages). With `is_canonical` a number
    is written with as few digits as tell it (12 for 12.0), at most 15.
    """
    units = sorted(texts(parameters, "units"), key=len, reverse=True)
    factor = Decimal(repr(number(parameters, "factor", 1.0)))
    is_comma = parameters.get("style") == "1.234,5"
    is_canonical = parameters.get("is_canonical") is True

    def write(value: str) -> str:
        text = value.strip()
        bare = without_unit(text, units)
        plain = plain_number(bare, is_comma=is_comma)
        if plain is None or (bare == text and plain == text):
            return value
        if bare == text and not is_canonical:
            return plain
        scaled = Decimal(plain) * (factor if bare != text else 1)
        return canonical(scaled) if is_canonical or factor != 1 else plain

    return write


def without_unit(text: str, units: list[str]) -> str:
    """The text without one of the units before or after it; itself when it has none."""
    for unit in units:
        if text.endswith(unit) and len(text) > len(unit):
            return text[: -len(unit)].rstrip()
        if text.startswith(unit) and len(text) > len(unit):
            return text[len(unit) :].lstrip()
    return text


def plain_number(text: str, *, is_comma: bool = False) -> str | None:
    """A number without thousands marks and with a decimal point; None when it is none."""
    if is_comma and _COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if not is_comma and _GROUPED.fullmatch(text):
        return text.replace(",", "")
    return text if PLAIN.fullmatch(text) else None


def canonical(value: Decimal) -> str:
    """The shortest plain spelling of a number at 15 significant digits."""
    rounded = _DIGITS.plus(value).normalize()
    text = format(rounded, "f")
    return "0" if text in ("-0", "0") else text


def date_writer(parameters: Mapping[str, Json]) -> ValueFunction:
    """Writes dates of the formats `from` in the format `to`; those that are in `to` stay.

    So does a text that two of the formats read as different days: nothing tells which is meant.
    """
    sources = texts(parameters, "from")
    target = str(parameters.get("to", "%Y-%m-%d"))

    def write(value: str) -> str:
        text = value.strip()
        if moment_of(text, target) is not None:
            return value
        found = {m for source in sources if (m := moment_of(text, source)) is not None}
        return found.pop().strftime(target) if len(found) == 1 else value

    return write


def width_writer(parameters: Mapping[str, Json]) -> ValueFunction:
    """Writes codes of digits with `width` digits: without added zeros in front, and with lost ones.

    Zeros are put in front only with `is_filled`, and only where the text does not begin with one: a
    shorter code that has kept its zero has lost none.
    """
    width = int(number(parameters, "width", 0))
    is_filled = parameters.get("is_filled") is True

    def write(value: str) -> str:
        if not (value.isascii() and value.isdigit()):
            return value
        if len(value) > width:
            return value if value[:-width].strip("0") else value[-width:]
        return value.zfill(width) if is_filled and value[0] != "0" else value

    return write


def moment_of(text: str, time_format: str) -> datetime | None:
    """The moment that a text says under a strptime format, with four-digit years only."""
    if not _may_say(text, time_format):
        return None
    try:
        moment = datetime.strptime(text, time_format)  # noqa: DTZ007 - a date as it is written has no zone
    except ValueError:
        return None
    return moment if moment.year >= 1000 else None


def _may_say(text: str, time_format: str) -> bool:
    """Whether a text has the marks of a format, and is not too long for it.

    Most formats are asked of most texts in vain, and strptime takes ten times as long to say so.
    """
    marks, is_spaced, longest = _needs(time_format)
    if len(text) > longest or (is_spaced and len(text.split(None, 1)) < 2):
        return False
    return all(mark in text for mark in marks)


@cache
def _needs(time_format: str) -> tuple[frozenset[str], bool, float]:
    """Punctuation that a text has to have, whether blanks between, and how long it may be."""
    between = _DIRECTIVE.sub("", time_format)
    is_spaced = len(time_format.split()) > 1
    widths = [_WIDTHS.get(directive, math.inf) for directive in _DIRECTIVE.findall(time_format)]
    # Blanks may be any number of blanks.
    has_blanks = any(map(str.isspace, time_format))
    longest = math.inf if has_blanks else len(between) + sum(widths)
    return frozenset(c for c in between if not (c.isalnum() or c.isspace())), is_spaced, longest
