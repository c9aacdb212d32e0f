"""What identifies a row, and rows that repeat others: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.key.learn import declared_key, propose_keys
from dmaic_assets.phenomena.key.propose import copy_proposals

HANDLING = Handling(
    learners=(Learner("key", propose_keys),),
    declared=declared_key,
    repairs=(RepairSpec("dedupe", "copies", {}, columns=(0, 0), needs_all_rows=True),),
    whole_proposers=(copy_proposals,),
)
