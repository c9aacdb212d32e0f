"""Which values a column may have: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.domain.constant import ConstantKind, propose_constants
from dmaic_assets.phenomena.domain.learn import propose_values
from dmaic_assets.phenomena.domain.rule import DOMAIN_KINDS

DOMAIN = Phenomenon(
    name="domain",
    rules=(*DOMAIN_KINDS, ConstantKind()),
    learners=(
        Learner("domain", propose_values, needs=("mapping", "derived")),
        Learner("constant", propose_constants),
    ),
)
