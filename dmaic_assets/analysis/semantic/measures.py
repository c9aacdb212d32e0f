"""The unit of a column, and how a measure behaves over time.

What belongs here: what the type, the name and the semantic type tell of them.
"""

import re

from dmaic_assets.analysis.semantic.look import Look
from dmaic_assets.analysis.semantic.words import split_name
from dmaic_assets.analysis.values.semantic import Behaviour
from dmaic_assets.table.notation.units import CURRENCY_CODES, canonical_unit

_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,12})\s*[)\]]\s*$")
# Units that are words, too: they count behind a word for the quantity that they measure.
_AFTER = {
    "length": frozenset({"m", "in", "ft", "mi", "yd"}),
    "time": frozenset({"s", "min", "h", "d", "wk", "month", "yr"}),
    "mass": frozenset({"g", "t", "lb", "oz"}),
    "volume": frozenset({"l", "pt"}),
    "power": frozenset({"A", "V", "W"}),
}
_QUANTITIES = {
    "length": frozenset(
        (
            *("length", "height", "width", "distance", "depth", "altitude", "elevation", "size"),
            *("diameter", "radius", "thickness", "dist", "alt", "elev", "visibility"),
        )
    ),
    "time": frozenset(
        ("time", "duration", "delay", "age", "latency", "elapsed", "interval", "timeout", "runtime")
    ),
    "mass": frozenset(("weight", "mass", "load", "payload")),
    "volume": frozenset(("volume", "capacity", "displacement")),
    "power": frozenset(("power", "current", "voltage")),
}
_AMBIGUOUS = frozenset().union(*_AFTER.values())
_RATES = frozenset(
    (
        *("rate", "ratio", "percent", "percentage", "average", "mean", "median", "per", "share"),
        *("index", "score", "rating", "speed", "density", "frequency", "probability", "margin"),
        *("price", "mpg", "factor", "proportion", "intensity", "velocity", "efficiency"),
    )
)
_STATES = frozenset(
    (
        *(
            "balance",
            "stock",
            "inventory",
            "population",
            "level",
            "headcount",
            "temperature",
            "age",
        ),
        *(
            "height",
            "weight",
            "length",
            "width",
            "depth",
            "altitude",
            "elevation",
            "capacity",
            "mass",
        ),
        *("pressure", "humidity", "size", "maximum", "minimum", "limit", "outstanding", "backlog"),
        *("position", "rank", "salary", "area", "latitude", "longitude", "dewpoint", "visibility"),
    )
)
_SUMS = frozenset(
    (
        *(
            "amount",
            "quantity",
            "count",
            "sales",
            "revenue",
            "cost",
            "total",
            "distance",
            "duration",
        ),
        *("units", "sold", "orders", "visits", "clicks", "views", "payment", "freight", "profit"),
        *("expense", "expenses", "fee", "tax", "discount", "deaths", "births", "cases", "hours"),
        *("minutes", "seconds", "bytes", "delay", "goals", "runs", "hits", "points", "earnings"),
        *(
            "consumption",
            "production",
            "usage",
            "precipitation",
            "rainfall",
            "deposit",
            "milliseconds",
        ),
    )
)


def unit_of(look: Look, semantic_type: str | None) -> tuple[str, str] | None:
    """The unit of a number and who says it ("values" or "name"), or None.

    A unit that is a word too ("in", "min") counts behind a quantity that it measures: length_in.
    """
    if not look.is_number:
        return None
    if look.unit:
        return look.unit, "values"
    if semantic_type == "percentage":
        return "%", "name"
    bracket = _BRACKETS.search(look.name)
    if bracket and (found := _unit(bracket[1])):
        return found, "name"
    words = split_name(look.name)
    if len(words) < 2:
        return None
    found = _unit(_as_written(look.name, words[-1]))
    if found is None or (found in _AMBIGUOUS and not _measures(words[:-1], found)):
        return None
    return found, "name"


def behaviour_of(look: Look, semantic_type: str | None, unit: str | None) -> Behaviour | None:
    """How a measure may be summed over time, as far as its name and unit tell."""
    words = set(look.words)
    if semantic_type == "percentage" or (unit and "/" in unit) or words & _RATES:
        return "rate"
    if words & _STATES:
        return "point_in_time"
    if words & _SUMS or look.type == "duration":
        return "additive"
    return None


def _unit(text: str) -> str | None:
    """A unit or currency as names write it: in any case of letters."""
    code = text.strip().upper()
    if code in CURRENCY_CODES:
        return code
    return canonical_unit(text) or canonical_unit(text.lower())


def _as_written(name: str, word: str) -> str:
    """The last word with the case that it has in the name: mW is not MW."""
    at = name.lower().rfind(word)
    return name[at : at + len(word)] if at >= 0 else word


def _measures(words: tuple[str, ...], unit: str) -> bool:
    return any(unit in units and _QUANTITIES[q] & set(words) for q, units in _AFTER.items())
