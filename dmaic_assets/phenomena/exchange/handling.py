"""Values that stand in another column than their own: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec, not_among
from dmaic_assets.phenomena.exchange.learn_moved import propose_row_matches
from dmaic_assets.phenomena.exchange.pilot import (
    displaced,
    is_at_home,
    is_not_contradicted,
    is_split,
    merged,
    swapped,
)
from dmaic_assets.phenomena.exchange.propose_shift import shift_proposals
from dmaic_assets.phenomena.exchange.propose_swap import split_proposals, swap_proposals
from dmaic_assets.phenomena.exchange.shift import WAYS, by_shift
from dmaic_assets.phenomena.exchange.swap import by_split, by_swap


def _way_complaint(repair: Repair) -> str | None:
    return not_among(str(repair.parameters["way"]), WAYS)


_SHIFT = RepairSpec(
    "shift",
    "place",
    {"way": str, "values": dict, "shapes": dict},
    required=("way",),
    columns=(3, 1000),
    by_row=by_shift,
    contradiction=_way_complaint,
    confirm=is_at_home,
    spoil_rows=displaced,
)

_SPLIT = RepairSpec(
    "split",
    "place",
    {"values": list},
    required=("values",),
    columns=(2, 2),
    by_row=by_split,
    is_form=True,
    confirm=is_split,
    spoil_rows=merged,
)

_SWAP = RepairSpec(
    "swap",
    "place",
    {"first": list, "second": list},
    required=("first", "second"),
    columns=(2, 2),
    by_row=by_swap,
    confirm=is_not_contradicted,
    spoil_rows=swapped,
)

HANDLING = Handling(
    learners=(Learner("row_match", propose_row_matches),),
    repairs=(_SHIFT, _SPLIT, _SWAP),
    proposers=(split_proposals, swap_proposals, shift_proposals),
)
