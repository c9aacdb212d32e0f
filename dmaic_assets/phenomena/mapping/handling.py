"""Columns that determine others: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.mapping.cells import agreement_suspects
from dmaic_assets.phenomena.mapping.learn import propose_dependencies
from dmaic_assets.phenomena.mapping.pilot import is_supported, is_voted
from dmaic_assets.phenomena.mapping.propose import dependency_proposals
from dmaic_assets.phenomena.mapping.propose_vote import vote_proposals
from dmaic_assets.phenomena.mapping.repair import by_dependency, by_vote, tables_complaint
from dmaic_assets.phenomena.typo.pilot import edited

HANDLING = Handling(
    learners=(Learner("mapping", propose_dependencies),),
    repairs=(
        RepairSpec(
            "dependency",
            "row",
            {"tables": dict, "least_votes": int, "is_exact": bool, "keep": list},
            required=("tables",),
            columns=(2, 1000),
            by_row=by_dependency,
            contradiction=tables_complaint,
            reads_others=True,
            confirm=is_supported,
            spoil=edited,
        ),
        RepairSpec(
            "vote",
            "row",
            {"values": dict},
            required=("values",),
            columns=(2, 2),
            by_row=by_vote,
            needs_all_rows=True,
            reads_others=True,
            confirm=is_voted,
            spoil=edited,
        ),
    ),
    proposers=(dependency_proposals,),
    whole_proposers=(vote_proposals,),
    detectors=(agreement_suspects,),
)
