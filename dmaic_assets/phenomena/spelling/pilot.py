"""How repairs of spelling are tried: clean values spoiled, and what confirms a new one.

What belongs here: encoding, white space, null tokens, case and mapped values.
"""

from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number, pairs, texts
from dmaic_assets.phenomena.contract.repair_spec import Confirms
from dmaic_assets.phenomena.notation.repair import PLAIN
from dmaic_assets.phenomena.spelling.repair import style_of

# Values of one form, letter by letter, from which it is a form of the column.
LEAST_ALIKE = 5
_FORMS = str.maketrans(
    digits + ascii_uppercase + ascii_lowercase,
    "9" * len(digits) + "A" * len(ascii_uppercase) + "a" * len(ascii_lowercase),
)
# A letter that UTF-8 writes in two bytes.
_ACCENTED = "\u00e9"


def misread(text: str, repair: Repair, _: "np.random.Generator") -> tuple[str, str] | None:
    """The text with an accented letter, and as it looks when its bytes are read wrongly."""
    whole = text + _ACCENTED
    try:
        return whole, whole.encode().decode(str(repair.parameters["read_as"]))
    except UnicodeError:
        return None


def padded(text: str, repair: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """A blank before or after the text, or a second one between its words."""
    if repair.parameters.get("is_inner") is True:
        return (text, text.replace(" ", "  ", 1)) if " " in text.strip() else None
    return text, f" {text}" if rng.random() < 0.5 else f"{text} "


def recased(text: str, repair: Repair, _: "np.random.Generator") -> tuple[str, str] | None:
    """A known spelling, or a value in the style of the column, in the other case."""
    style = repair.parameters.get("style")
    is_usual = style_of(text) == style if style else text in texts(repair.parameters, "spellings")
    return (text, text.swapcase()) if is_usual else None


def as_it_is(text: str, repair: Repair, _: "np.random.Generator") -> tuple[str, str] | None:
    """The text itself, unless the repair is about it."""
    return (text, text) if text not in pairs(repair.parameters, "map") else None


def is_readable(_: Evidence, __: Repair) -> Confirms:
    """Text that was read again has no unprintable character."""
    return lambda _, __, fresh: fresh is not None and fresh.isprintable()


def is_known(evidence: Evidence, repair: Repair) -> Confirms:
    """The new spelling is one that the column has, of a form that several have, or a number."""
    part = evidence.part(repair.columns[0])
    known = frozenset(part.values)
    forms = Counter(map(form_of, part.values))

    def confirms(_: str, __: object, fresh: str | None) -> bool:
        if fresh is None:
            return False
        is_number = PLAIN.fullmatch(fresh) is not None
        return is_number or fresh in known or forms[form_of(fresh)] >= LEAST_ALIKE

    return confirms


def form_of(text: str) -> str:
    """The text with each digit, small letter and capital masked: `Aaaa99` for `June07`."""
    return text.translate(_FORMS)


def has_room_for_null(_: Evidence, repair: Repair) -> Confirms:
    """The column holds numbers, or lacks values more often than it spells that."""
    facts = repair.evidence
    has_room = facts.get("is_number") is True or number(facts, "usual", 0) > number(
        facts, "cells", 0
    )
    return lambda _, __, fresh: has_room and fresh == repair.parameters.get("to")
