"""How repairs of computed values are tried: another number, and what confirms the computed one."""

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import Confirms, Row
from dmaic_assets.phenomena.typo.repair import is_misspelling


def other_number(text: str, _: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """A whole number with a digit before it."""
    return (text, str(int(rng.integers(1, 10))) + text) if text.isdigit() else None


def is_expected_or_near(evidence: Evidence, _: Repair) -> Confirms:
    """Other columns expect the new value; where none does, the old one misspells it."""

    def confirms(name: str, row: Row, fresh: str | None) -> bool:
        if fresh is None:
            return False
        expected = evidence.expected(name, row)
        return is_misspelling(row[name] or "", fresh) if expected is None else expected[0] == fresh

    return confirms
