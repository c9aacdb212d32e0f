"""When files come, and which time each covers: how that is learnt."""

from dmaic_assets.phenomena.cadence.learn import propose_steps
from dmaic_assets.phenomena.cadence.learn_redelivery import propose_redelivery
from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner

HANDLING = Handling(
    learners=(Learner("cadence", propose_steps), Learner("redelivery", propose_redelivery)),
)
