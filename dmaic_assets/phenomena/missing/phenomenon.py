"""Values that are missing: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.missing.conditional import CONDITIONAL_KINDS
from dmaic_assets.phenomena.missing.rule import MISSING_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.missing.handling import HANDLING

    return HANDLING


MISSING = Phenomenon(
    name="missing",
    rules=(*MISSING_KINDS, *CONDITIONAL_KINDS),
    handling=_handling,
)
