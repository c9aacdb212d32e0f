"""`dmaic report week`: the last days against as many before them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.table.spelled_numbers import percent

if TYPE_CHECKING:
    from dmaic_assets.reports.views.periods import Period, PeriodsView


@click.command(
    "week",
    cls=ExampleCommand,
    examples=(
        "dmaic report week",
        "dmaic report week --days 30",
        "dmaic report week --json | jq .rules",
    ),
)
@click.option(
    "--days",
    type=click.FloatRange(0, 3650, min_open=True),
    default=7.0,
    show_default=True,
    metavar="N",
    help="Compare the last N days with the N before them.",
)
@json_option
@project_option
def week(*, days: float, is_json: bool, project: Path | None) -> int:
    """Show the last days against as many before them.

    A file counts when it was judged in the span; judged more than once, it counts once. Sources
    and rules that got worse come first.
    """
    from dmaic_assets.reports.views.periods import read_periods
    from dmaic_assets.store.codec import to_json

    with platform_at(project) as platform:
        view = read_periods(platform, days=days)
    if is_json:
        print_json(to_json(view))
        return errors.OK
    _print(view)
    return errors.OK


def _print(view: "PeriodsView") -> None:
    before, now = _column(view.before), _column(view.now)
    names = ("files", "accepted", "rows set apart", "held", "rows", "rows not accepted", "score")
    head = ("", f"{view.days:g} days before", f"last {view.days:g} days")
    print_table(head, list(zip(names, before, now, strict=True)), right=head[1:])
    sources = [
        (
            s.source,
            count(s.files_before),
            count(s.files),
            count(s.held_files_before),
            count(s.held_files),
        )
        for s in view.sources
    ]
    if sources:
        headers = ("source", "files before", "files", "held before", "held")
        print_table(headers, sources, right=headers[1:])
    rules = [(r.source, r.rule, count(r.files_before), count(r.files)) for r in view.rules]
    if rules:
        headers = ("source", "rule", "files before", "files")
        print_table(headers, rules, right=headers[2:])
    if view.unread:
        say(
            f"rules of {count(view.unread)} older held and split files were not counted",
            style="dim",
        )


def _column(period: "Period") -> tuple[str, ...]:
    return (
        count(period.files),
        count(period.accepted_files),
        count(period.split_files),
        count(period.held_files),
        count(period.rows),
        count(period.quarantined),
        percent(period.score, digits=2),
    )
