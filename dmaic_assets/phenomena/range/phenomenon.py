"""Between which bounds numbers and times lie: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.range.rule import RangeKind
from dmaic_assets.phenomena.range.rule_by import RANGE_BY_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.range.handling import HANDLING

    return HANDLING


RANGE = Phenomenon(
    name="range",
    rules=(RangeKind(), *RANGE_BY_KINDS),
    handling=_handling,
)
