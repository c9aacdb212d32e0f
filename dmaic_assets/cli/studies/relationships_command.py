"""`dmaic relationships`: keys of tables in a folder, and which columns refer to which."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, print_table, progress, say
from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.cli.studies.notes import left_out, noted, tell_notes
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.relationships import ForeignKey, RelationshipsValue

# Lines printed of a list; --json has all foreign keys and keys.
SHOWN = 200


@click.command(
    "relationships",
    cls=ExampleCommand,
    examples=(
        "dmaic relationships exports/",
        "dmaic relationships exports/ --json | jq '.foreign_keys[] | select(.orphan_share > 0)'",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@json_option
def relationships(*, folder: Path, is_json: bool) -> int:
    """Find keys and foreign keys among the tables of a folder.

    One file is one table.
    A table is named by its file. Names, types and values are weighed together; references of
    several columns, and such that up to a fifth of the rows do not keep, are found as well.
    """
    from dmaic_assets.analysis.relationships.analyze import relationships_of
    from dmaic_assets.analysis.standalone import read_tables, table_files
    from dmaic_assets.analysis.study import Study
    from dmaic_assets.settings.project import utc_clock

    files = table_files(folder)
    with progress("reading") as advance:
        done = iter(range(1, len(files) + 1))
        tables = read_tables(files, lambda name: advance(next(done), len(files), name))
        advance(len(files), len(files), "comparing columns")
        value, findings = relationships_of(Study(tables, utc_clock()))
    notes = left_out(tables.values())
    tell_notes(notes)
    if is_json:
        print_json({**document_of(value), **noted(notes)})
        return errors.OK
    _print(value)
    for finding in findings:
        if finding.weight in ("high", "medium"):
            say(finding.text, style="yellow")
    return errors.OK


def document_of(value: "RelationshipsValue") -> dict[str, Json]:
    """The document of --json: keys, the one that others refer to first, and foreign keys."""
    keys: list[Json] = [{"table": k.table, "columns": list(k.columns)} for k in value.keys]
    links: list[Json] = [
        {
            "table": key.table,
            "columns": list(key.columns),
            "ref_table": key.ref_table,
            "ref_columns": list(key.ref_columns),
            "confidence": key.confidence,
            "orphan_share": key.orphan_share,
        }
        for key in _all(value)
    ]
    return {"keys": keys, "foreign_keys": links}


def _all(value: "RelationshipsValue") -> list["ForeignKey"]:
    """All references by table, those too that follow from others: people join by them as well."""
    found = (*value.foreign_keys, *value.implied)
    return sorted(found, key=lambda key: (value.tables.index(key.table), len(key.columns)))


def _print(value: "RelationshipsValue") -> None:
    links = _all(value)
    referred = {(key.ref_table, frozenset(key.ref_columns)) for key in links}
    keys = [
        (k.table, ", ".join(k.columns), "*" if (k.table, frozenset(k.columns)) in referred else "")
        for k in value.keys
    ]
    print_table(("table", "key", "referred to"), keys[:SHOWN])
    if links:
        headers = ("table", "columns", "refers to", "", "sure", "orphans", "share", "keys used")
        right = headers[4:]
        print_table(headers, [_row(key) for key in links[:SHOWN]], right=right)
    for key in value.implied:
        say(
            f"{key.table} ({key.columns[0]}) -> {key.ref_table} follows from the others.",
            style="dim",
        )
    say(f"{plural(len(value.tables), 'table')}, {plural(len(links), 'foreign key')}")


def _row(key: "ForeignKey") -> tuple[str, ...]:
    share = key.orphan_share
    return (
        key.table,
        ", ".join(key.columns),
        f"{key.ref_table} ({', '.join(key.ref_columns)})",
        key.cardinality,
        f"{key.confidence:.2f}",
        count(key.orphans) if key.orphans else "",
        "no rows" if share is None else percent(share) if share else "",
        percent(key.used_share),
    )
