"""How repairs of units are tried: numbers in the other unit, and what confirms a new one."""

from decimal import Decimal

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number
from dmaic_assets.phenomena.contract.repair_spec import Confirms
from dmaic_assets.phenomena.notation.repair import PLAIN, canonical


def rescaled(text: str, repair: Repair, _: "np.random.Generator") -> tuple[str, str] | None:
    """A number in the unit that the repair scales from."""
    if not PLAIN.fullmatch(text.strip()):
        return None
    factor = Decimal(repr(number(repair.parameters, "factor", 1)))
    return text, canonical(Decimal(text.strip()) / factor)


def is_known_number(evidence: Evidence, repair: Repair) -> Confirms:
    """The new number is one that the column has."""
    values = evidence.part(repair.columns[0]).values
    known = frozenset(float(v) for v in values if PLAIN.fullmatch(v.strip()))
    return lambda _, __, fresh: fresh is not None and float(fresh) in known
