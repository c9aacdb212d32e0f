"""How much arrives: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.volume.rule import RowCountKind


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.volume.handling import HANDLING

    return HANDLING


VOLUME = Phenomenon(
    name="volume",
    rules=(RowCountKind(),),
    handling=_handling,
)
