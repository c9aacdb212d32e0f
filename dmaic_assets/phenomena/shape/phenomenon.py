"""How texts look: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.shape.learn import propose_shapes

SHAPE = Phenomenon(
    name="shape",
    learners=(Learner("shape", propose_shapes),),
)
