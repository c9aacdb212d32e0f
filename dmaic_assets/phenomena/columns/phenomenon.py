"""Columns that come, go, move or change their type: what is known of it."""

from dmaic_assets.phenomena.columns.condition import ExpressionKind
from dmaic_assets.phenomena.columns.rule import COLUMN_KINDS
from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.columns.handling import HANDLING

    return HANDLING


COLUMNS = Phenomenon(
    name="columns",
    rules=(*COLUMN_KINDS, ExpressionKind()),
    handling=_handling,
)
