"""Columns that are computed from others: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.derived.learn import propose_derived
from dmaic_assets.phenomena.derived.pilot import is_expected_or_near, other_number
from dmaic_assets.phenomena.derived.propose import formula_proposals
from dmaic_assets.phenomena.derived.repair import by_formula, formula_complaint

HANDLING = Handling(
    learners=(Learner("derived", propose_derived),),
    repairs=(
        RepairSpec(
            "derived",
            "row",
            {"formula": str, "by": int},
            required=("formula",),
            columns=(2, 3),
            by_row=by_formula,
            contradiction=formula_complaint,
            reads_others=True,
            confirm=is_expected_or_near,
            spoil=other_number,
        ),
    ),
    proposers=(formula_proposals,),
)
