"""How texts look: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.shape.learn import propose_shapes

HANDLING = Handling(
    learners=(Learner("shape", propose_shapes),),
)
