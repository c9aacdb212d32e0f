"""Numbers as people read them, on pages, in tables and in text.

What belongs here: spelling one value. A value that is not there is a dash, never an empty cell.
"""

import json

from dmaic_assets.model import Json

NOTHING = "–"
_ABBREVIATIONS = {
    "ctq": "CTQ",
    "dpmo": "DPMO",
    "f": "F",
    "limit_share": "limit",
    "p_adjusted": "adjusted p",
}


def spelled(value: Json) -> str:
    """Spells a JSON value for a table cell; lists become comma-separated."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return figure(value)
    if isinstance(value, list):
        return ", ".join(spelled(item) for item in value) or NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{name} {spelled(item)}" for name, item in value.items()) or NOTHING
    return value or NOTHING


def figure(value: float | None) -> str:
    """Spells a number with as many digits as are of use, and thousands apart."""
    if value is None:
        return NOTHING
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:,.4g}"


def sigma(level: float | None, *, is_bound: bool = False, digits: int = 2) -> str:
    """Spells a sigma level; a lower bound says so."""
    if level is None:
        return NOTHING
    return f"{'≥ ' if is_bound else ''}{level:.{digits}f}"


def words(name: str) -> str:
    """Spells the name of a key as words: `is_within_limit` is "within limit"."""
    known = _ABBREVIATIONS.get(name)
    return known or name.removeprefix("is_").replace("_", " ")


def declare_limits(source: str, ctq: str) -> tuple[str, str]:
    """Tells how a person declares the limits of a column: a sentence, and what to write."""
    sentence = (
        "Nobody has declared limits of these columns, so no capability is told. To declare some,"
        f" write them into config/charters/{source}.yaml, LOW and HIGH as numbers:"
    )
    entry = f"ctqs:\n  - {{id: {json.dumps(ctq)}, lower_spec: LOW, upper_spec: HIGH}}\n"
    return sentence, entry
