"""Values that come in another unit: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.scale.rule import SCALE_KINDS
from dmaic_assets.phenomena.scale.written import UnitKind


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.scale.handling import HANDLING

    return HANDLING


SCALE = Phenomenon(
    name="scale",
    rules=(*SCALE_KINDS, UnitKind()),
    handling=_handling,
)
