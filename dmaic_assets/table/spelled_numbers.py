"""How shares and counts are spelled: in verdicts, on pages and in tables of the command line alike.

What belongs here: shares in [0, 1] as percent and numbers of things, which every layer from the
column types upwards tells people. How other numbers read on pages is in reports/wording.py.
"""

import math

# Percent: one in a hundred million; closer figures are longer than they are of use in a table.
_CLOSEST = 1e-6


def percent(share: float | None, *, digits: int = 1) -> str:
    """Spells a share as percent: nothing but 0 reads as none, nothing but 1 as all.

    Where `digits` after the point would say so, or too little, two that count are shown: 0.0012 %,
    99.9988 %. A share closer to 0 or 1 than `_CLOSEST` says on which side it is.
    """
    if share is None:
        return "–"
    value = 100 * share
    away = min(value, 100 - value)
    if not 0 < away < 1:
        return f"{value:.{digits}f} %"
    if away < _CLOSEST:
        return f"< {_CLOSEST:f} %" if value < 1 else f"> {100 - _CLOSEST:f} %"
    places = max(digits, 1 - math.floor(math.log10(away)))
    text = f"{value:.{places}f}"
    spare = len(text) - len(text.rstrip("0"))
    return f"{text[: len(text) - min(spare, places - digits)].rstrip('.')} %"


def are(count: int) -> str:
    """The verb of a number of things: "is" of one, "are" of several."""
    return "is" if count == 1 else "are"


def plural(count: int, word: str) -> str:
    """Spells a number of things: "1 file", "1,200 files"."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")
