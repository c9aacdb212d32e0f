"""Which values a column may have: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.domain.learn import propose_values
from dmaic_assets.phenomena.domain.rule import VALUE_KINDS

DOMAIN = Phenomenon(
    name="domain",
    rules=VALUE_KINDS,
    learners=(Learner("domain", propose_values, needs=("mapping", "derived")),),
)
