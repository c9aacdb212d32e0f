"""Repairs of values that a formula of other columns gives.

What belongs here: writing the value that whole numbers of a row give. The formulas are in
`formulas`, which column follows which in `propose`.
"""

from collections.abc import Mapping

from dmaic_assets.phenomena.contract.repair_kind import Repair, Texts, number
from dmaic_assets.phenomena.contract.repair_spec import not_among
from dmaic_assets.phenomena.derived.formulas import FORMULAS, INPUTS


def by_formula(columns: Mapping[str, Texts], repair: Repair) -> Mapping[str, Texts]:
    """Writes the value that `formula` gives for the inputs where another one stands.

    A row whose inputs are missing or no whole numbers, or whose value is missing, stays.
    """
    target, *inputs = repair.columns
    formula = FORMULAS[str(repair.parameters["formula"])]
    by = int(number(repair.parameters, "by", 1))
    result = list(columns[target])
    for row, raw in enumerate(result):
        value = formula([columns[name][row] for name in inputs], by)
        if raw is not None and value is not None and not _is_same(raw, value):
            result[row] = value
    return {target: result}


def _is_same(raw: str, value: str) -> bool:
    """Whether two texts are equal, or the same number ("7.0" and "7")."""
    try:
        return raw.strip() == value or float(raw) == float(value)
    except ValueError:
        return False


def formula_complaint(repair: Repair) -> str | None:
    """What makes the formula of a repair unfit; None when nothing does."""
    formula = str(repair.parameters["formula"])
    if formula not in FORMULAS:
        return not_among(formula, tuple(FORMULAS))
    wanted = INPUTS[formula]
    if len(repair.columns) != wanted + 1:
        return f"formula {formula} takes {wanted} inputs"
    by = repair.parameters.get("by", 1)
    return None if isinstance(by, int) and by > 0 else "by is no whole number above 0"
