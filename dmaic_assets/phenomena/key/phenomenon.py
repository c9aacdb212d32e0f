"""What identifies a row, and rows that repeat others: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.key.known import KNOWN_KINDS
from dmaic_assets.phenomena.key.rule import KEY_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.key.handling import HANDLING

    return HANDLING


KEY = Phenomenon(
    name="key",
    rules=(*KEY_KINDS, *KNOWN_KINDS),
    handling=_handling,
)
