"""What stands in order: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.order.in_sequence import InSequenceKind
from dmaic_assets.phenomena.order.rule import ColumnPairKind
from dmaic_assets.phenomena.order.sequence import SEQUENCE_KINDS
from dmaic_assets.phenomena.order.within_file import FILE_RELATIVE_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.order.handling import HANDLING

    return HANDLING


ORDER = Phenomenon(
    name="order",
    rules=(ColumnPairKind(), *FILE_RELATIVE_KINDS, *SEQUENCE_KINDS, InSequenceKind()),
    handling=_handling,
)
