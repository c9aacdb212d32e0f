"""How texts look: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.shape.learn import propose_shapes
from dmaic_assets.phenomena.shape.rule import SHAPE_KINDS

SHAPE = Phenomenon(
    name="shape",
    rules=SHAPE_KINDS,
    learners=(Learner("shape", propose_shapes),),
)
