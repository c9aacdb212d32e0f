"""How the values of a column are distributed from file to file: how that is learnt."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.spread.learn import propose_spreads
from dmaic_assets.phenomena.spread.learn_coverage import propose_coverage
from dmaic_assets.phenomena.spread.learn_growing import propose_growing
from dmaic_assets.phenomena.spread.stuck_run import propose_runs
from dmaic_assets.phenomena.spread.top_share import propose_top_shares

HANDLING = Handling(
    learners=(
        Learner("spread", propose_spreads),
        Learner("growing", propose_growing),
        Learner("top_share", propose_top_shares),
        Learner("stuck_run", propose_runs),
        Learner("coverage", propose_coverage),
    ),
)
