"""Chooses among all that may be foreign keys the ones that stand together.

What belongs here: one reference per column, none in a circle between tables' own keys, no second
reference to a table whose key is there already.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dmaic_assets.analysis.relationships.columns import Column, TableColumns
from dmaic_assets.analysis.relationships.evidence import LEAST, Link, links_of
from dmaic_assets.analysis.relationships.keys import KeyColumn
from dmaic_assets.analysis.relationships.names import is_own
from dmaic_assets.analysis.relationships.structure import called_alike, shown_by_form

# Confidences that differ by less are the same: then other signs decide.
_SAME = 0.05


def chosen_links(
    tables: Mapping[str, TableColumns], keys: Mapping[str, Sequence[KeyColumn]]
) -> tuple[Link, ...]:
    """Finds the references of single columns, at most one per column, in the order of columns."""
    columns = [column for table in tables.values() for column in table.columns.values()]
    named = {c: _best(links_of(c, tables, keys), tables) for c in columns}
    found = [link for link in named.values() if link is not None]
    silent = [c for c, link in named.items() if link is None]
    formed = shown_by_form(silent, tables, keys)
    left = set(silent) - {link.column for link in formed}
    alike = called_alike([*found, *formed], [c for c in silent if c in left])
    chosen = _without_circles(_without_copies([*found, *formed, *alike]))
    places = {column: place for place, column in enumerate(columns)}
    return tuple(sorted(chosen, key=lambda link: places[link.column]))


def _best(links: Sequence[Link], tables: Mapping[str, TableColumns]) -> Link | None:
    sure = [link for link in links if link.confidence >= LEAST]
    if not sure:
        return None
    most = max(link.confidence for link in sure)
    near = [link for link in sure if link.confidence >= most - _SAME]
    return min(near, key=lambda link: _rank(link, tables))


def _rank(link: Link, tables: Mapping[str, TableColumns]) -> tuple[float, bool, int, str]:
    """The order among equals.

    A column that identifies its own rows refers to the smallest table that has them all, for that
    one leads on; any other to the table that the key is named after.
    """
    key = link.key.column
    owner = is_own(key.words, tables[key.table].words)
    is_smaller_first = link.column.is_unique and key.distinct > link.column.distinct
    orphans = round(link.inclusion.orphan_share, 2)
    return orphans, not owner and not is_smaller_first, key.distinct, key.table


def _without_copies(links: Sequence[Link]) -> list[Link]:
    """Leaves out references to another key of a table whose first key is referred to as well."""
    whole = {link.tables for link in links if link.key.is_primary}
    return [link for link in links if link.key.is_primary or link.tables not in whole]


def _without_circles(links: Iterable[Link]) -> list[Link]:
    """Leaves out references between tables' own keys that would lead back to where they began."""
    onward: dict[Column, Column] = {}
    chosen: list[Link] = []
    counts: dict[str, int] = defaultdict(int)
    for link in links:
        counts[link.tables[1]] += 1
    order = sorted(links, key=lambda x: (-x.confidence, -counts[x.tables[1]], x.tables))
    for link in order:
        if link.column.is_unique:
            if _leads(onward, link.key.column, link.column):
                continue
            onward[link.column] = link.key.column
        chosen.append(link)
    return chosen


def _leads(onward: Mapping[Column, Column], start: Column, end: Column) -> bool:
    at: Column | None = start
    while at is not None:
        if at is end:
            return True
        at = onward.get(at)
    return False
