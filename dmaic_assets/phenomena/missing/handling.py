"""Values that are missing: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.missing.learn import propose_missing

HANDLING = Handling(
    learners=(Learner("missing", propose_missing),),
)
