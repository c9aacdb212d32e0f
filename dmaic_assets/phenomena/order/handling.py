"""What stands in order: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.order.learn import propose_order
from dmaic_assets.phenomena.order.learn_sequence import propose_sequences

HANDLING = Handling(
    learners=(Learner("order", propose_order), Learner("sequence", propose_sequences)),
)
