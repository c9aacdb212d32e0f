"""How texts look: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.shape.rule import SHAPE_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.shape.handling import HANDLING

    return HANDLING


SHAPE = Phenomenon(
    name="shape",
    rules=SHAPE_KINDS,
    handling=_handling,
)
