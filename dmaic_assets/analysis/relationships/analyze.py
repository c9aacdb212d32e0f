"""Relationships of all tables: looks at columns, finds keys, then references, then tells them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.measures import measures_of
from dmaic_assets.analysis.relationships.across import across
from dmaic_assets.analysis.relationships.choose import chosen_links
from dmaic_assets.analysis.relationships.columns import TableColumns, columns_of
from dmaic_assets.analysis.relationships.composite import composite_links
from dmaic_assets.analysis.relationships.composite_keys import composite_keys
from dmaic_assets.analysis.relationships.counted import (
    composite_key,
    fan_traps,
    is_implied,
    single_key,
)
from dmaic_assets.analysis.relationships.evidence import Link
from dmaic_assets.analysis.relationships.findings import findings_of
from dmaic_assets.analysis.relationships.keys import KeyColumn, key_columns
from dmaic_assets.analysis.relationships.names import table_words
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.values.held import held_finding
from dmaic_assets.analysis.values.relationships import Key, RelationshipsValue
from dmaic_assets.analysis.values.semantic import sensitive_columns
from dmaic_assets.analysis.values.statistics import StatisticsValue

# Rows from which a column beside the first key is told as a key as well.
_MANY_ROWS = 20


def analyze(study: Study) -> Outcome:
    """Finds keys and foreign keys among the tables of a study, and what goes together over them."""
    value, _ = relationships_of(study)
    found = across(value.foreign_keys, study.tables, _measured(study, value))
    value = replace(value, correlations=found)
    found_held = [
        held_finding(name, held, study.value(StatisticsValue, name).rows)
        for name, table in study.tables.items()
        if (held := table.held).files
    ]
    findings = (*findings_of(value, study.held), *found_held)
    return Outcome(value, tuple(sorted(findings, key=lambda f: -WEIGHTS.index(f.weight))))


def _measured(study: Study, value: RelationshipsValue) -> Mapping[str, Sequence[str]]:
    """The measures of all tables: none is part of a key or a reference, unless people say so."""
    identities = {f"{key.table}.{name}" for key in value.keys for name in key.columns}
    identities |= {f"{link.table}.{name}" for link in value.foreign_keys for name in link.columns}
    said = {name for name, told in study.settings.columns.items() if told.role == "measure"}
    return {
        name: [m for m in measures_of(study, table) if f"{name}.{m}" not in identities - said]
        for name, table in study.tables.items()
    }


def relationships_of(study: Study) -> tuple[RelationshipsValue, tuple[Finding, ...]]:
    """Finds keys and foreign keys, and what is worth telling; all values are looked at."""
    words = table_words(study.tables)
    tables = {name: columns_of(table, words[name]) for name, table in study.tables.items()}
    singles = key_columns(tables)
    links = chosen_links(tables, singles)
    several = {
        name: composite_keys(table, {x.column.name for x in links if x.column.table == name})
        for name, table in tables.items()
        if not any(key.column.is_unique for key in singles[name])
    }
    composites = composite_links(tables, several, links)
    sensitive = sensitive_columns(study)
    implied = [link for link in links if is_implied(link, links, composites)]
    value = RelationshipsValue(
        tuple(tables),
        tuple(key for name in tables for key in _keys(tables[name], singles[name], several, links)),
        (
            *(single_key(x, tables, sensitive) for x in links if x not in implied),
            *(composite_key(x, tables, sensitive) for x in composites),
        ),
        tuple(single_key(x, tables, sensitive) for x in implied),
        fan_traps(links),
    )
    return value, findings_of(value, study.held)


def _is_meant(table: TableColumns, key: KeyColumn) -> bool:
    """Whether a second key is no accident of few rows, or of times that differ."""
    return table.rows >= _MANY_ROWS and key.column.domain != "time"


def _keys(
    table: TableColumns,
    singles: Sequence[KeyColumn],
    several: Mapping[str, Sequence[tuple[str, ...]]],
    links: Sequence[Link],
) -> Iterator[Key]:
    """A table's keys, the first being the one that others refer to.

    A column that nearly identifies rows is none where several columns do so exactly. Without rows
    a column that refers elsewhere says nothing about its own table.
    """
    name = table.table.name
    combined = several.get(name, ())
    referring = {link.column for link in links}
    referred = {link.key.column for link in links}
    whole = [
        key
        for key in singles
        if (key.column.is_unique or not combined)
        and (key.is_primary or _is_meant(table, key))
        and (table.rows or key.column not in referring)
    ]
    whole.sort(key=lambda key: key.column not in referred)
    for place, key in enumerate(whole):
        repeated = key.column.repeated_share if table.rows else 0.0
        yield Key(name, (key.column.name,), place == 0, repeated)
    for place, columns in enumerate(combined):
        yield Key(name, columns, not whole and place == 0)
