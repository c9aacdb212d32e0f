"""How the values of a column are distributed from file to file: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.spread.coverage import DISTINCT_KINDS
from dmaic_assets.phenomena.spread.learn import propose_spreads
from dmaic_assets.phenomena.spread.learn_coverage import propose_coverage
from dmaic_assets.phenomena.spread.learn_growing import propose_growing
from dmaic_assets.phenomena.spread.rule import DISTRIBUTION_KINDS
from dmaic_assets.phenomena.spread.top_share import TopShareKind, propose_top_shares

SPREAD = Phenomenon(
    name="spread",
    rules=(*DISTRIBUTION_KINDS, TopShareKind(), *DISTINCT_KINDS),
    learners=(
        Learner("spread", propose_spreads),
        Learner("growing", propose_growing),
        Learner("top_share", propose_top_shares),
        Learner("coverage", propose_coverage),
    ),
)
