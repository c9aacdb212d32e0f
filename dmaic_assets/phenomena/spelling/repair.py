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
# Latin-1 readings of UTF-8 lead bytes, each followed by a continuation byte's reading.
_MOJIBAKE = re.compile("[\u00c2\u00c3\u00c5\u00e2][\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]")
# Characters of codes whose mixed case may be meant (PhD, kWh).
_CODE_LENGTH = 3
READ_AS = ("cp1252", "latin-1")


def trimmer(_: Mapping[str, Json]) -> ValueFunction:
    """Removes white space at both ends; a value of nothing else is left alone."""

    def trim(value: str) -> str:
        return value.strip(_BLANKS) or value

    return trim


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

    Codes of up to three letters in mixed case stay: they may be another code misspelt.
    """
    spellings = texts(parameters, "spellings")
    known = frozenset(spellings)
    by_fold = {s.casefold(): s for s in reversed(spellings)}

    def respell(value: str) -> str:
        is_mixed = not (value.isupper() or value.islower())
        if value in known or (is_mixed and len(value) <= _CODE_LENGTH):
            return value
        return by_fold.get(value.casefold(), value)

    return respell


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
    if not _MOJIBAKE.search(value):
        return None
    try:
        return value.encode(encoding).decode("utf-8")
    except UnicodeError:
        return None
