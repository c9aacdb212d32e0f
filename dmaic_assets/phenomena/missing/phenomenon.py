"""Values that are missing: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.missing.conditional import CONDITIONAL_KINDS
from dmaic_assets.phenomena.missing.learn import propose_missing

MISSING = Phenomenon(
    name="missing",
    rules=CONDITIONAL_KINDS,
    learners=(Learner("missing", propose_missing),),
)
