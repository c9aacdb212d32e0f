"""What speaks for a column holding the keys of another: names, values, and both together.

What belongs here: the weighing of one pair. Which pairs stand together, `choose` decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.relationships.columns import Column, TableColumns
from dmaic_assets.analysis.relationships.inclusion import Inclusion, inclusion_of
from dmaic_assets.analysis.relationships.keys import KeyColumn
from dmaic_assets.analysis.relationships.names import (
    OTHER_SUFFIX,
    ROLE,
    is_own,
    likeness,
    name_evidence,
)

# What each kind of evidence is worth alone, as a chance that the pair is a foreign key. They are
# joined as independent: 1 - (1 - a)(1 - b)(1 - c). Names alone suffice from `OTHER_SUFFIX` on,
# surprising values alone at three quarters of `_CERTAIN_BITS`, wide use of few keys never alone.
_BY_NAME = 0.9
_BY_SURPRISE = 0.8
_BY_USE = 0.5
# The confidence from which a pair is told as a foreign key.
LEAST = 0.55
# The share of rows whose key may be unknown; beyond it the columns are not linked.
MOST_ORPHANS = 0.20
# How much each share of orphans takes where names do not speak for the pair.
_ORPHANS_UNNAMED = 4.0
# Evidence is scaled so, where a column identifies its own rows: it is an identity of its own,
# unless it is called like the other key; and where one is, that is hardly ever a reference.
_UNIQUE = 0.4
_OWN_IDENTITY = 0.2
# A key that is not its table's first is referred to by name only, and less often.
_SECOND_KEY = 0.8
# What a name is worth that does not say "identifier", on numbers that lie in a corner of 1, 2, 3...
_COUNT = 0.4
# Keys that use up more than this share of the possible numbers contain any other such column.
DENSE = 0.5
# What a name alone is worth where there are no values to tell from.
_UNSEEN = 0.7


@dataclass(frozen=True, eq=False)
class Link:
    """A column that may hold a key's values, what was found, and how sure it is in [0, 1]."""

    column: Column
    key: KeyColumn
    inclusion: Inclusion
    name: float
    confidence: float

    @property
    def tables(self) -> tuple[str, str]:
        """The table that refers, and the one that is referred to."""
        return self.column.table, self.key.column.table


def links_of(
    column: Column,
    tables: Mapping[str, TableColumns],
    keys: Mapping[str, Sequence[KeyColumn]],
) -> tuple[Link, ...]:
    """Weighs a column against the keys of all tables; those with too many orphans are left out."""
    own = tables[column.table]
    first = keys[column.table][:1]
    is_first = bool(first) and first[0].column is column
    is_identity = (is_first or column.is_unique) and _is_own(column, own, tables.values())
    found: list[Link] = []
    for key in _keys_beside(column, keys):
        name = name_evidence(column.words, key.column.words, tables[key.column.table].words)
        if name == 0.0 and not _may_be_unnamed(column, key):
            continue
        inclusion = inclusion_of(column, key.column)
        if inclusion is None or inclusion.orphan_share > MOST_ORPHANS:
            continue
        is_twin = not column.distinct and column.table == key.column.table and name < ROLE
        scale = _OWN_IDENTITY if is_identity or is_twin else 1.0
        sure = scale * _confidence(column, key, inclusion, name)
        found.append(Link(column, key, inclusion, name, sure))
    return _shared(found)


def _is_own(column: Column, own: TableColumns, tables: Iterable[TableColumns]) -> bool:
    """Whether a column names its own table, and no other table better."""
    core = column.words.core
    others = [table.words for table in tables if table is not own]
    is_closer = len(core) == len(own.words)
    return is_own(column.words, own.words) and (
        is_closer or not any(len(w) == len(core) and likeness(w, core) > 0 for w in others)
    )


def _keys_beside(column: Column, keys: Mapping[str, Sequence[KeyColumn]]) -> Iterator[KeyColumn]:
    for found in keys.values():
        yield from (key for key in found if key.column is not column)


def _may_be_unnamed(column: Column, key: KeyColumn) -> bool:
    """Whether values could speak for a pair whose names do not: they must be no mere numbering."""
    return key.is_primary and key.column.density < DENSE and not column.is_unique


def _confidence(column: Column, key: KeyColumn, inclusion: Inclusion, name: float) -> float:
    if not inclusion.rows:
        return _UNSEEN * name if name >= ROLE * OTHER_SUFFIX and not column.distinct else 0.0
    if not key.is_primary and (name < ROLE or key.column.domain == "time"):
        return 0.0
    named = name
    if not column.words.is_identifier and key.column.density >= DENSE:
        named *= _COUNT + (1 - _COUNT) * inclusion.spread
    surprise = inclusion.surprise if key.is_primary else 0.0
    if key.column.domain != "text":
        surprise *= inclusion.spread
    unsaid = (1 - _BY_NAME * named**2) * (1 - _BY_SURPRISE * surprise)
    unsaid *= 1 - _BY_USE * inclusion.used_share * inclusion.spread
    weight = 1.0 if name >= OTHER_SUFFIX * ROLE else _ORPHANS_UNNAMED
    sure = (1 - unsaid) * max(0.0, 1 - weight * inclusion.orphan_share)
    if column.is_unique and name < ROLE:
        sure *= _UNIQUE
    if name == 0.0 and not surprise:
        return 0.0
    return sure if key.is_primary else sure * _SECOND_KEY


def _shared(links: Sequence[Link]) -> tuple[Link, ...]:
    """Takes back what values say without names where several tables would do as well."""
    unnamed = {link.key.column.table for link in links if link.name == 0.0}
    if len(unnamed) <= 1:
        return tuple(links)
    return tuple(
        Link(x.column, x.key, x.inclusion, x.name, x.confidence / len(unnamed))
        if x.name == 0.0
        else x
        for x in links
    )
