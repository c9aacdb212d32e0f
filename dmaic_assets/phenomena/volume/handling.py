"""How much arrives: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.volume.learn import propose_volume

HANDLING = Handling(
    learners=(Learner("volume", propose_volume),),
)
