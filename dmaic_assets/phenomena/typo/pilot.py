"""How repairs of slips are tried: values with one slip, and what confirms a corrected one."""

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number
from dmaic_assets.phenomena.contract.repair_spec import Confirms, Row

# Share of rare values near an established one, from which a column is a closed list.
CLOSED_NEAR = 0.9
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def edited(text: str, _: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """One slip: a letter exchanged, lost, doubled or swapped with the next one."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    if not places:
        return None
    at = places[int(rng.integers(len(places)))]
    letter = _LETTERS[int(rng.integers(len(_LETTERS)))]
    slips = (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    )
    worse = slips[int(rng.integers(len(slips)))]
    return (text, worse) if worse != text else None


def is_expected_or_closed(evidence: Evidence, repair: Repair) -> Confirms:
    """Other columns expect the new value; where none does, the column is a closed list."""
    facts = repair.evidence
    near, rare = number(facts, "near", 0), number(facts, "rare", 1)
    is_closed = repair.parameters.get("is_closed") is True and near >= CLOSED_NEAR * rare

    def confirms(name: str, row: Row, fresh: str | None) -> bool:
        if fresh is None:
            return False
        expected = evidence.expected(name, row)
        return is_closed if expected is None else expected[0] == fresh

    return confirms
