"""Columns that determine others: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.mapping.rule import DEPENDENCY_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.mapping.handling import HANDLING

    return HANDLING


MAPPING = Phenomenon(
    name="mapping",
    rules=DEPENDENCY_KINDS,
    handling=_handling,
)
