"""`dmaic report source`: what is in a source, how its files fared, and what holds them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.gate.render_verdict import shorten
from dmaic_assets.cli.project import platform_at
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.reports.views.source.columns import ColumnView
    from dmaic_assets.reports.views.source.files import HeldFile
    from dmaic_assets.reports.views.source.view import SourceView

# Columns and rules printed: a screen; --json and the page have all.
_SHOWN = 20
# Characters of what a rule expects, on its line.
_LONGEST = 60


@click.command(
    "source",
    cls=ExampleCommand,
    examples=(
        "dmaic report source flights",
        "dmaic report source flights --rule origin.in_set",
        "dmaic report source flights --json | jq '.held.files[].line.name'",
    ),
)
@click.argument("source")
@click.option("--rule", default="", metavar="R", help="Only held and split files that fail it.")
@click.option("--page", type=click.IntRange(1), default=1, help="Which page of these files.")
@json_option
@project_option
def source(*, source: str, rule: str, page: int, is_json: bool, project: Path | None) -> int:
    """Show one source: columns, rules, files, what holds them.

    What is shown stands on the page of the source as well: dmaic report tells where that is.
    Values of columns that tell of persons are kept back.
    """
    from dmaic_assets.reports.views.source.view import read_source
    from dmaic_assets.store.codec import to_json

    with platform_at(project) as platform:
        view = read_source(platform, source, rule=rule, page=page)
    if is_json:
        print_json(to_json(view))
        return errors.OK
    _print(view)
    return errors.OK


def _print(view: "SourceView") -> None:
    totals = view.totals
    say(f"{view.source}: {view.description}" if view.description else view.source, style="bold")
    say(
        f"{plural(totals.files, 'file')}: {count(totals.accepted_files)} accepted,"
        f" {count(totals.split_files)} with rows set apart, {count(totals.held_files)} held;"
        f" {count(totals.accepted)} of {plural(totals.rows, 'row')} accepted"
    )
    say(view.freshness, style="yellow" if view.is_overdue else "")
    _print_columns(view)
    _print_rules(view)
    _print_held(view)


def _print_columns(view: "SourceView") -> None:
    if view.profile is None:
        return
    columns = view.profile.columns
    say(f"columns in {view.profile.file}, {plural(view.profile.rows, 'row')}")
    headers = ("column", "type", "missing", "distinct", "least", "most", "what is new")
    rows = [_column_row(c) for c in columns[:_SHOWN]]
    print_table(headers, rows, right=("missing", "distinct"))
    if len(columns) > _SHOWN:
        say(f"and {count(len(columns) - _SHOWN)} more columns (--json lists all)", style="dim")


def _column_row(column: "ColumnView") -> tuple[str, ...]:
    low, high = (
        "" if v is None else shorten(str(v), width=20) for v in (column.minimum, column.maximum)
    )
    kept = "(kept back)" if column.is_sensitive else ""
    return (
        column.name,
        column.type,
        percent(column.null_share),
        count(column.distinct),
        kept or low,
        kept or high,
        "; ".join(column.course.told),
    )


def _print_rules(view: "SourceView") -> None:
    broken = [r for r in view.rules.rules if r.failed_in][:_SHOWN]
    known = len(view.rules.rules) + view.rules.left_out
    judged = plural(view.rules.judged, "file")
    say(f"{plural(known, 'rule')}; those that the newest {judged} failed, most often first:")
    rows = [
        (
            r.id,
            r.severity,
            f"{r.broken_in:,}",
            f"{r.failed_in:,}",
            shorten(r.expects, width=_LONGEST),
        )
        for r in broken
    ]
    if rows:
        headers = ("rule", "severity", "broken in", "failed in", "expects")
        print_table(headers, rows, right=("broken in", "failed in"))
    else:
        say("none", style="dim")


def _print_held(view: "SourceView") -> None:
    held = view.held
    of_rule = f" that fail {held.rule}" if held.rule else ""
    place = f", page {held.page} of {held.pages}" if held.pages > 1 else ""
    say(f"{plural(held.total, 'file')} held or split{of_rule}{place}, newest first:")
    for file in held.files:
        _print_file(file)


def _print_file(file: "HeldFile") -> None:
    from dmaic_assets.reports.views.source.files import disposition_words

    line = file.line
    state = disposition_words(line.disposition)
    rows = f"{count(line.quarantined)} of {plural(line.rows, 'row')}"
    say(f"  {line.name}  {state}, {rows}  (dmaic report file {line.key})")
    for violation in file.violations[:2]:
        say(f"    {violation.rule}: {shorten(violation.seen, width=_LONGEST)}", style="dim")
