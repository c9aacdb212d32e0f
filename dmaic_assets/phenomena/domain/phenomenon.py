"""Which values a column may have: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.domain.constant import ConstantKind
from dmaic_assets.phenomena.domain.rule import DOMAIN_KINDS


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.domain.handling import HANDLING

    return HANDLING


DOMAIN = Phenomenon(
    name="domain",
    rules=(*DOMAIN_KINDS, ConstantKind()),
    handling=_handling,
)
