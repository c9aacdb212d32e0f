"""Repairs that look at one value: encoding, white space, null tokens, case, value map.

Each builder takes the repair's parameters and gives a function from text to text, or to None for
"no value". Every function leaves its own results alone, so that applying it twice is applying it
once.
"""

import re
from collections.abc import Mapping

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, ValueFunction, pairs, texts

# White space that strip() knows, and what editors and web pages leave behind besides.
_BLANKS = " \t\r\n\f\v\u00a0\u2007\u202f\u200b\ufeff"
# Several blanks in a row with text on both sides.
SEVERAL_BLANKS = re.compile(rf"(?<=[^{_BLANKS}])[{_BLANKS}]{{2,}}(?=[^{_BLANKS}])")
# Latin-1 readings of UTF-8 lead bytes, each followed by a continuation byte's reading.
MOJIBAKE = re.compile("[\u00c2\u00c3\u00c5\u00e2][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]")
# What is found in lines of values if one of them has blanks at its ends.
OUTER_BLANKS = re.compile(rf"(?:\A|\n)[{_BLANKS}]|[{_BLANKS}](?:\n|\Z)")
LETTER = re.compile(r"[^\W\d_]")
# Characters of codes whose mixed case may be meant (PhD, kWh).
_CODE_LENGTH = 3
# Letters that are all in the other case by a key held down, not by a slip.
_LEAST_LETTERS = 2
STYLES = ("upper", "lower", "title")
READ_AS = ("cp1252", "latin-1")


def trimmer(parameters: Mapping[str, Json]) -> ValueFunction:
    """Removes white space at both ends; a value of nothing else is left alone.

    With `is_inner` it makes one blank of several between words instead.
    """

    def trim(value: str) -> str:
        return value.strip(_BLANKS) or value

    def join(value: str) -> str:
        return SEVERAL_BLANKS.sub(" ", value)

    return join if parameters.get("is_inner") is True else trim


def token_remover(parameters: Mapping[str, Json]) -> ValueFunction:
    """Turns the spellings of null in `tokens` into no value, or into the spelling `to`.

    White space around a token is ignored.
    """
    found = parameters.get("to")
    to = None if found is None else str(found)
    tokens = frozenset(texts(parameters, "tokens")) - {to}

    def remove(value: str) -> str | None:
        return to if value.strip() in tokens else value

    return remove


def case_setter(parameters: Mapping[str, Json]) -> ValueFunction:
    """Writes values like the one among `spellings` that they equal but for case.

    Codes of up to three letters in mixed case stay: they may be another code misspelt. With
    `style` instead, values are written in that style of capitals where only one way leads there.
    """
    style = parameters.get("style")
    if style is not None:
        return lambda value: restyled(value, str(style))
    spellings = texts(parameters, "spellings")
    known = frozenset(spellings)
    by_fold = {s.casefold(): s for s in reversed(spellings)}

    def respell(value: str) -> str:
        is_mixed = not (value.isupper() or value.islower())
        if value in known or (is_mixed and len(value) <= _CODE_LENGTH):
            return value
        return by_fold.get(value.casefold(), value)

    return respell


def style_of(text: str) -> str:
    """The use of capitals: "upper", "lower", "title", "mixed", or "" without letters."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return ""
    if all(c.isupper() for c in letters):
        return "upper"
    if all(c.islower() for c in letters):
        return "lower"
    words = [w for w in text.replace("-", " ").split() if w[:1].isalpha()]
    return "title" if all(w[0].isupper() for w in words) else "mixed"


def restyled(value: str, style: str) -> str:
    """The value in a style of capitals, when it is the very opposite of that style; else itself.

    The opposite of capitals is small letters; that of a title is each letter the other way round
    (`mCdONALD`). What is written otherwise may have a case of its own, and which letters of a name
    in small letters are capitals nobody knows. One letter alone may be a slip for another.
    """
    turned = value.swapcase()
    is_opposite = style_of(turned) == style and turned.swapcase() == value
    has_capitals = style != "title" or any(c.isupper() for c in value)
    is_whole = sum(c.isalpha() for c in value) >= _LEAST_LETTERS
    is_other = style_of(value) != style and is_opposite
    return turned if is_other and has_capitals and is_whole else value


def case_complaint(repair: Repair) -> str | None:
    """Complains of a case repair that has neither spellings nor a style, or both."""
    style = repair.parameters.get("style")
    if (style is None) == ("spellings" not in repair.parameters):
        return "exactly one of spellings and style is needed"
    known = style is None or style in STYLES
    return None if known else f"style {style} is none of {', '.join(STYLES)}"


def value_mapper(parameters: Mapping[str, Json]) -> ValueFunction:
    """Replaces the values named in `map`."""
    known = pairs(parameters, "map")

    def replace(value: str) -> str:
        return known.get(value, value)

    return replace


def chain_complaint(repair: Repair) -> str | None:
    """Complains of a map that replaces what it writes: applied twice it would go on."""
    known = pairs(repair.parameters, "map")
    both = sorted(set(known) & set(known.values()))
    return f"map replaces {both[0]!r}, which it also writes" if both else None


def decoder(parameters: Mapping[str, Json]) -> ValueFunction:
    """Reads text again that was UTF-8 and was read as `read_as`, as often as it was."""
    encoding = str(parameters.get("read_as", READ_AS[0]))

    def decode(value: str) -> str:
        better = _decoded(value, encoding)
        while better is not None:
            value, better = better, _decoded(better, encoding)
        return value

    return decode


def _decoded(value: str, encoding: str) -> str | None:
    if not MOJIBAKE.search(value):
        return None
    try:
        return value.encode(encoding).decode("utf-8")
    except UnicodeError:
        return None
