"""Values that come in another unit: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.scale.learn import propose_scale
from dmaic_assets.phenomena.scale.pilot import is_known_number, rescaled
from dmaic_assets.phenomena.scale.propose import scale_proposals
from dmaic_assets.phenomena.scale.repair import bound_complaint, scaler

HANDLING = Handling(
    learners=(Learner("scale", propose_scale, needs=("mapping", "derived", "range")),),
    repairs=(
        RepairSpec(
            "scale",
            "form",
            {"factor": (int, float), "above": (int, float), "below": (int, float)},
            required=("factor",),
            by_value=scaler,
            contradiction=bound_complaint,
            confirm=is_known_number,
            spoil=rescaled,
        ),
    ),
    proposers=(scale_proposals,),
)
