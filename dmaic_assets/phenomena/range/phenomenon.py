"""Between which bounds numbers and times lie: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.range.cells import outlier_suspects
from dmaic_assets.phenomena.range.learn_by import propose_near
from dmaic_assets.phenomena.range.rule import RangeKind
from dmaic_assets.phenomena.range.rule_by import RANGE_BY_KINDS

RANGE = Phenomenon(
    name="range",
    rules=(RangeKind(), *RANGE_BY_KINDS),
    learners=(Learner("range", propose_near, needs=("mapping", "derived")),),
    detectors=(outlier_suspects,),
)
