"""How repairs of spelling are tried: clean values spoiled, and what confirms a new one.

What belongs here: encoding, white space, null tokens, case and mapped values.
"""

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number, pairs, texts
from dmaic_assets.phenomena.contract.repair_spec import Confirms
from dmaic_assets.phenomena.notation.repair import PLAIN

# A letter that UTF-8 writes in two bytes.
_ACCENTED = "\u00e9"


def misread(text: str, repair: Repair, _: np.random.Generator) -> tuple[str, str] | None:
    """The text with an accented letter, and as it looks when its bytes are read wrongly."""
    whole = text + _ACCENTED
    try:
        return whole, whole.encode().decode(str(repair.parameters["read_as"]))
    except UnicodeError:
        return None


def padded(text: str, _: Repair, rng: np.random.Generator) -> tuple[str, str] | None:
    """A blank before or after the text."""
    return text, f" {text}" if rng.random() < 0.5 else f"{text} "


def recased(text: str, repair: Repair, _: np.random.Generator) -> tuple[str, str] | None:
    """A known spelling in the other case."""
    is_known = text in texts(repair.parameters, "spellings")
    return (text, text.swapcase()) if is_known else None


def as_it_is(text: str, repair: Repair, _: np.random.Generator) -> tuple[str, str] | None:
    """The text itself, unless the repair is about it."""
    return (text, text) if text not in pairs(repair.parameters, "map") else None


def is_readable(_: Evidence, __: Repair) -> Confirms:
    """Text that was read again has no unprintable character."""
    return lambda _, __, fresh: fresh is not None and fresh.isprintable()


def is_known(evidence: Evidence, repair: Repair) -> Confirms:
    """The new spelling is one that the column has, or a number."""
    known = frozenset(evidence.part(repair.columns[0]).values)

    def confirms(_: str, __: object, fresh: str | None) -> bool:
        return fresh is not None and (fresh in known or bool(PLAIN.fullmatch(fresh)))

    return confirms


def has_room_for_null(_: Evidence, repair: Repair) -> Confirms:
    """The column holds numbers, or lacks values more often than it spells that."""
    facts = repair.evidence
    has_room = facts.get("is_number") is True or number(facts, "usual", 0) > number(
        facts, "cells", 0
    )
    return lambda _, __, fresh: has_room and fresh == repair.parameters.get("to")
