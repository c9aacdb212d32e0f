"""`dmaic context`: everything known of accepted tables in one document."""

from pathlib import Path
from typing import cast

import click

from dmaic_assets.cli.analyses.sure import refuse_unknown, studied
from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural


@click.command(
    "context",
    cls=ExampleCommand,
    examples=(
        "dmaic context orders",
        "dmaic context --json > context.json",
        "dmaic context orders --json | jq '.tables[0].columns[] | {name, role, unit}'",
    ),
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@json_option
@project_option
def context(*, sources: tuple[str, ...], is_json: bool, project: Path | None) -> None:
    """Tell everything known of tables, without sensitive values.

    One document for people and language models: what a row is, what columns mean, how tables hang
    together, how good and how sure they are, what was found. `dmaic mcp` serves the same.
    """
    from dmaic_assets.work.analyses.analyze import Asked
    from dmaic_assets.work.analyses.context import context_document

    with platform_at(project) as platform:
        made = studied(platform, Asked(), is_quiet=is_json)
        refuse_unknown(sources, [each.table for each in (*made.results, *made.failures)])
        document = context_document(platform, made, sources)
    if is_json:
        print_json(document)
    else:
        for table in cast("list[dict[str, Json]]", document["tables"]):
            _tell(table)
    if made.refusal is not None:
        raise made.refusal


def _tell(table: dict[str, Json]) -> None:
    from dmaic_assets.analysis.values.held import Held, words_of

    quality = cast("dict[str, Json] | None", table["quality"]) or {}
    unsure = cast("dict[str, Json] | None", table["uncertainty"]) or {}
    head = f"{table['name']}: {plural(cast('int', table['rows'] or 0), 'row')}"
    say(f"\n{head}, grade {quality.get('grade') or '-'}, {unsure.get('readiness')}", style="bold")
    held = Held(cast("int", table["quarantined_rows"]), cast("int", table["quarantined_files"]))
    if held.files:
        say(f"{words_of(str(table['name']), held)}: not among these", style="yellow")
    if table["description"]:
        say(str(table["description"]))
    columns = cast("list[dict[str, Json]]", table["columns"])
    headers = ("column", "type", "role", "meaning", "unit", "no value")
    print_table(headers, [_row(c) for c in columns], right=("no value",))
    for link in cast("list[dict[str, Json]]", table["refers_to"]):
        names = ", ".join(cast("list[str]", link["columns"]))
        say(f"{names} -> {link['ref_table']} ({', '.join(cast('list[str]', link['ref_columns']))})")
    for matter in cast("list[dict[str, Json]]", table["matters"]):
        say(f"{matter['weight']:6} {matter['text']}")


def _row(column: dict[str, Json]) -> tuple[str, ...]:
    hidden = " (sensitive)" if column.get("is_sensitive") else ""
    return (
        str(column["name"]),
        str(column["type"]),
        str(column.get("role") or ""),
        f"{column.get('semantic_type') or ''}{hidden}".strip(),
        str(column.get("unit") or ""),
        percent(cast("float", column["null_share"])) if column["null_share"] else "",
    )
