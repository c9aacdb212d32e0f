"""Between which bounds numbers and times lie: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.range.cells import outlier_suspects
from dmaic_assets.phenomena.range.learn_by import propose_near

HANDLING = Handling(
    learners=(Learner("range", propose_near, needs=("mapping", "derived")),),
    detectors=(outlier_suspects,),
)
