"""What identifies a row, and rows that repeat others: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.key.known import KNOWN_KINDS
from dmaic_assets.phenomena.key.learn import declared_key, propose_keys
from dmaic_assets.phenomena.key.propose import copy_proposals
from dmaic_assets.phenomena.key.rule import KEY_KINDS

KEY = Phenomenon(
    name="key",
    rules=(*KEY_KINDS, *KNOWN_KINDS),
    learners=(Learner("key", propose_keys),),
    declared=declared_key,
    repairs=(RepairSpec("dedupe", "copies", {}, columns=(0, 0), needs_all_rows=True),),
    whole_proposers=(copy_proposals,),
)
