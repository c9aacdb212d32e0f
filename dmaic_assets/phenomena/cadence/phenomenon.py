"""When files come, and which time each covers: what is known of it."""

from dmaic_assets.phenomena.cadence.learn import propose_steps
from dmaic_assets.phenomena.cadence.learn_redelivery import propose_redelivery
from dmaic_assets.phenomena.cadence.redelivery import REDELIVERY_KINDS
from dmaic_assets.phenomena.cadence.rule import TIME_STEP_KINDS
from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon

CADENCE = Phenomenon(
    name="cadence",
    rules=(*TIME_STEP_KINDS, *REDELIVERY_KINDS),
    learners=(Learner("cadence", propose_steps), Learner("redelivery", propose_redelivery)),
)
