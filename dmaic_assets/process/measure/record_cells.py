"""Records of a phase's value as cells of a report's table.

What belongs here: spelling. What the records are, the phases say.
"""

from collections.abc import Sequence

from dmaic_assets.model import Json
from dmaic_assets.reports.facts import field_of


def record_cells(record: object, names: Sequence[str]) -> tuple[str, ...]:
    """Spells the named fields of a record; nothing for what is None."""
    return tuple(_cell(field_of(record, name)) for name in names)


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
