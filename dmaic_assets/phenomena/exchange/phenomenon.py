"""Values that stand in another column than their own: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.exchange.moved import MOVED_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.exchange.handling import HANDLING

    return HANDLING


EXCHANGE = Phenomenon(
    name="exchange",
    rules=MOVED_KINDS,
    handling=_handling,
)
