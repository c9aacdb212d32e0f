"""Which columns are looked at: times, and the one that tells when a row happened.

What belongs here: the choice. What is found in them stands elsewhere.
"""

from collections.abc import Mapping

import polars as pl

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistics import StatisticsValue

# Nulls above which a column does not tell when rows happened.
_MOST_NULLS = 0.1


def time_columns(
    table: Table, facts: StatisticsValue, meaning: SemanticValue
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Columns of dates and times, and why others are left out."""
    chosen: list[str] = []
    aside: dict[str, str] = {}
    for name, dtype in table.scan().collect_schema().items():
        if not isinstance(dtype, pl.Date | pl.Datetime):
            continue
        known, told = facts.columns.get(name), meaning.columns.get(name)
        if known is not None and known.aside:
            aside[name] = known.aside
        elif told is not None and told.is_sensitive:
            aside[name] = "is sensitive"
        else:
            chosen.append(name)
    return tuple(chosen), aside


def main_column(table: Table, facts: StatisticsValue, times: tuple[str, ...]) -> str | None:
    """The column that tells when a row happened: what settings say, else the fullest, first."""
    if table.time_column in times:
        return table.time_column
    full = {
        name: facts.columns[name].profile.null_share
        for name in times
        if facts.columns[name].profile.null_share <= _MOST_NULLS
    }
    return min(full, key=lambda name: full[name], default=None)
