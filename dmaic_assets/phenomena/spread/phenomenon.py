"""How the values of a column are distributed from file to file: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.spread.coverage import DISTINCT_KINDS
from dmaic_assets.phenomena.spread.rule import DISTRIBUTION_KINDS
from dmaic_assets.phenomena.spread.stuck_run import StuckRunKind
from dmaic_assets.phenomena.spread.top_share import TopShareKind


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.spread.handling import HANDLING

    return HANDLING


SPREAD = Phenomenon(
    name="spread",
    rules=(*DISTRIBUTION_KINDS, TopShareKind(), StuckRunKind(), *DISTINCT_KINDS),
    handling=_handling,
)
