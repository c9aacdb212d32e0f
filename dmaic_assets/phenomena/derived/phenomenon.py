"""Columns that are computed from others: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.derived.rule import DERIVED_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.derived.handling import HANDLING

    return HANDLING


DERIVED = Phenomenon(
    name="derived",
    rules=DERIVED_KINDS,
    handling=_handling,
)
