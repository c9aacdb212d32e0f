"""When files come, and which time each covers: what is known of it."""

from dmaic_assets.phenomena.cadence.redelivery import REDELIVERY_KINDS
from dmaic_assets.phenomena.cadence.rule import TIME_STEP_KINDS
from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.cadence.handling import HANDLING

    return HANDLING


CADENCE = Phenomenon(
    name="cadence",
    rules=(*TIME_STEP_KINDS, *REDELIVERY_KINDS),
    handling=_handling,
)
