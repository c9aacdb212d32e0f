"""Numbers and dates that are written otherwise than their column is: what is known of it."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Phenomenon
from dmaic_assets.phenomena.notation.causes import text_cause, time_cause


def _handling() -> Handling:
    # Judging has no need of it.
    from dmaic_assets.phenomena.notation.handling import HANDLING

    return HANDLING


NOTATION = Phenomenon(
    name="notation",
    causes={
        "integer": text_cause,
        "decimal": text_cause,
        "date": time_cause,
        "datetime": time_cause,
    },
    handling=_handling,
)
