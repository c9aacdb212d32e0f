"""Which single columns identify the rows of a table, and which of them others would refer to.

What belongs here: candidates among single columns and their order. Keys of several columns stand
in `composite_keys`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.relationships.columns import Column, TableColumns
from dmaic_assets.analysis.relationships.names import likeness

# What speaks for a column as the key that others refer to. First come the place, then a name that
# says "identifier", then one that says what the table is; each alone names few tables' keys.
_PLACE = 0.35
_IDENTIFIER = 0.35
_OWN = 0.3
# Columns of other tables with the same name: each adds so much, all together at most `_ASKED`.
_ASKED_EACH = 0.1
_ASKED = 0.3
# A time identifies rows by accident more often than not.
_TIME = -0.3
# Rows up to which uniqueness says nothing: names have to.
FEW_ROWS = 5
# The least that must speak for a column that is unique among few rows, or none.
LEAST_BY_NAME = 0.5
# Share of rows that may repeat a key where no column identifies every row: damage, not design.
MOST_REPEATED = 0.05


@dataclass(frozen=True, eq=False)
class KeyColumn:
    """A column that identifies rows, how much speaks for it, and whether it is the first of all."""

    column: Column
    strength: float
    is_primary: bool


def key_columns(tables: Mapping[str, TableColumns]) -> Mapping[str, Sequence[KeyColumn]]:
    """Finds the single columns that identify rows, the most plausible of each table first.

    Where none identifies every row, the most plausible one that nearly does is taken, if its name
    says so. A table without rows has the column that its name and place speak for.
    """
    asked = _asked(tables.values())
    return {name: _of_table(table, asked) for name, table in tables.items()}


def _of_table(table: TableColumns, asked: Mapping[tuple[str, ...], int]) -> Sequence[KeyColumn]:
    ranked = sorted(
        ((_strength(column, table, asked), column) for column in table.columns.values()),
        key=lambda pair: (-pair[0], pair[1].position),
    )
    found = [(s, c) for s, c in ranked if c.is_unique]
    if table.rows <= FEW_ROWS:
        found = [(s, c) for s, c in found or ranked if s >= LEAST_BY_NAME or not c.position][:1]
        if not table.rows:
            found = [(s, c) for s, c in found if s >= LEAST_BY_NAME]
    if not found and table.rows > FEW_ROWS:
        found = [(s, c) for s, c in ranked if _nearly(c) and s >= LEAST_BY_NAME][:1]
    return [KeyColumn(c, s, place == 0) for place, (s, c) in enumerate(found)]


def _nearly(column: Column) -> bool:
    return column.repeated_share <= MOST_REPEATED and column.rows > 0


def _strength(column: Column, table: TableColumns, asked: Mapping[tuple[str, ...], int]) -> float:
    core = column.words.core
    is_own = bool(core) and (likeness(table.words, core) > 0 or likeness(core, table.words) > 0)
    others = asked.get(column.words.forms[-1], 0) - 1 if core else 0
    return (
        _PLACE / (1 + column.position)
        + _IDENTIFIER * column.words.is_identifier
        + _OWN * (is_own or (not core and column.words.is_identifier))
        + min(_ASKED, _ASKED_EACH * others)
        + _TIME * (column.domain == "time")
    )


def _asked(tables: Iterable[TableColumns]) -> Mapping[tuple[str, ...], int]:
    """How many tables have a column of a name."""
    found: dict[tuple[str, ...], int] = {}
    for table in tables:
        for words in {column.words.forms[-1] for column in table.columns.values()}:
            found[words] = found.get(words, 0) + 1
    return found
