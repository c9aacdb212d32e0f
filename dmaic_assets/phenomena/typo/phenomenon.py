"""Values that are known ones but for a slip: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.typo.rule import NEAR_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.typo.handling import HANDLING

    return HANDLING


TYPO = Phenomenon(
    name="typo",
    rules=NEAR_KINDS,
    handling=_handling,
)
