"""Numbers and dates in another notation than their column: how they are found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec, not_among
from dmaic_assets.phenomena.notation.cells import format_suspects
from dmaic_assets.phenomena.notation.pilot import (
    decorated,
    is_code_of_column,
    is_in_period,
    is_in_range,
    redated,
    rewidened,
)
from dmaic_assets.phenomena.notation.propose import number_proposals
from dmaic_assets.phenomena.notation.propose_dates import date_proposals
from dmaic_assets.phenomena.notation.propose_width import width_proposals
from dmaic_assets.phenomena.notation.repair import date_writer, number_writer, width_writer


def _style_complaint(repair: Repair) -> str | None:
    return not_among(str(repair.parameters["style"]), ("1,234.5", "1.234,5"))


_NUMBER_FORMAT = RepairSpec(
    "number_format",
    "form",
    {"style": str, "units": list, "factor": (int, float), "is_canonical": bool, "unit": str},
    required=("style",),
    by_value=number_writer,
    contradiction=_style_complaint,
    is_form=True,
    confirm=is_in_range,
    spoil=decorated,
)

_DATE_FORMAT = RepairSpec(
    "date_format",
    "form",
    {"from": list, "to": str},
    required=("from", "to"),
    by_value=date_writer,
    is_form=True,
    confirm=is_in_period,
    spoil=redated,
)

_ZEROS = RepairSpec(
    "zeros",
    "form",
    {"width": int, "is_filled": bool},
    required=("width",),
    by_value=width_writer,
    is_form=True,
    confirm=is_code_of_column,
    spoil=rewidened,
)

HANDLING = Handling(
    repairs=(_NUMBER_FORMAT, _DATE_FORMAT, _ZEROS),
    proposers=(number_proposals, date_proposals, width_proposals),
    detectors=(format_suspects,),
)
