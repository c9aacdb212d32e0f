"""Values that are right but for case, space or encoding: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.spelling.rule import SPELLING_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.spelling.handling import HANDLING

    return HANDLING


SPELLING = Phenomenon(
    name="spelling",
    rules=SPELLING_KINDS,
    handling=_handling,
)
