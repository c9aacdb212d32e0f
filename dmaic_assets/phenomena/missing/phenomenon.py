"""Values that are missing: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.missing.conditional import CONDITIONAL_KINDS
from dmaic_assets.phenomena.missing.learn import propose_missing
from dmaic_assets.phenomena.missing.rule import MISSING_KINDS

MISSING = Phenomenon(
    name="missing",
    rules=(*MISSING_KINDS, *CONDITIONAL_KINDS),
    learners=(Learner("missing", propose_missing),),
)
