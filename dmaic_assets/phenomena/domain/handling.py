"""Which values a column may have: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.domain.constant import propose_constants
from dmaic_assets.phenomena.domain.learn import propose_values

HANDLING = Handling(
    learners=(
        Learner("domain", propose_values, needs=("mapping", "derived")),
        Learner("constant", propose_constants),
    ),
)
