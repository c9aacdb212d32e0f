"""Values that are known ones but for a slip: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
from dmaic_assets.phenomena.typo.cells import typo_suspects
from dmaic_assets.phenomena.typo.pilot import edited, is_expected_or_closed
from dmaic_assets.phenomena.typo.repair import typo_corrector

HANDLING = Handling(
    repairs=(
        RepairSpec(
            "typo",
            "slip",
            {"domain": list, "is_closed": bool},
            required=("domain",),
            by_value=typo_corrector,
            confirm=is_expected_or_closed,
            spoil=edited,
        ),
    ),
    detectors=(typo_suspects,),
)
