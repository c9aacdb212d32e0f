"""`dmaic report` and `dmaic timeline`: what the phases came to, and when runs were."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.publish import Published

MEMBERS: tuple[LazyCommand, ...] = (
    LazyCommand(
        "source",
        "dmaic_assets.cli.phases.report.source:source",
        "Show one source: columns, rules, files, what holds them.",
    ),
    LazyCommand(
        "file",
        "dmaic_assets.cli.phases.report.file:file",
        "Tell of one file what came, which rows fail, what to do.",
    ),
    LazyCommand(
        "fleet",
        "dmaic_assets.cli.phases.report.fleet:fleet",
        "Show every CTQ of every source: stable, capable, neither.",
    ),
    LazyCommand(
        "week",
        "dmaic_assets.cli.phases.report.week:week",
        "Show the last days against as many before them.",
    ),
)
_HEADERS = ("source", "sigma", "DPMO", "rolled yield", "top cause", "promoted", "alarms")


@click.group(
    "report",
    cls=DefaultGroup,
    lazy=MEMBERS,
    default=LazyCommand("report", "dmaic_assets.cli.phases.report_commands:report_run", ""),
)
def report() -> None:
    """Show what the phases came to, and where their reports are."""


@click.command(
    "report",
    cls=ExampleCommand,
    examples=("dmaic report", "dmaic report --json | jq '.sources[].sigma'"),
)
@json_option
@project_option
def report_run(*, is_json: bool, project: Path | None) -> int:
    """Show what the phases came to, and where their reports are.

    Reports that are missing or were changed are written again; no phase is computed.
    """
    from dmaic_assets.errors import BadInputError
    from dmaic_assets.process.cycle.publish import PAGE, publish
    from dmaic_assets.process.cycle.run_facts import newest_dmaic_run

    with platform_at(project) as platform:
        run_id = newest_dmaic_run(platform)
        if run_id is None:
            raise BadInputError(
                str(platform.paths.root),
                "no run has taken its sources through the phases yet",
                "Run them: dmaic run --phase control",
            )
        published = publish(platform, run_id)
        page = platform.paths.reports / PAGE
    if is_json:
        print_json(
            {
                "run_id": run_id,
                "page": str(page),
                "folder": str(page.parent),
                "files": [ref.path for ref in published.files],
                "written": list(published.written),
                "sources": [h.document() for h in published.headlines],
            }
        )
        return errors.OK
    _print(published, page)
    return errors.OK


@click.command("timeline", cls=ExampleCommand, examples=("dmaic timeline", "dmaic timeline --json"))
@json_option
@project_option
def timeline(*, is_json: bool, project: Path | None) -> int:
    """Show all runs from start to finish, newest last."""
    from dmaic_assets.cli.runs.history_commands import run_document
    from dmaic_assets.process.cycle.publish import publish_timeline
    from dmaic_assets.store.ledger.record.runs import list_runs

    with platform_at(project) as platform:
        text = publish_timeline(platform)
        runs = list_runs(platform.ledger, None)[::-1]
    if is_json:
        print_json([run_document(run) for run in runs])
    else:
        click.echo(text, nl=False)
    return errors.OK


def _print(published: "Published", page: Path) -> None:
    from dmaic_assets.reports.wording import figure, sigma
    from dmaic_assets.table.spelled_numbers import percent

    rows = [
        (
            h.source,
            sigma(h.sigma, is_bound=h.is_bound),
            figure(h.dpmo),
            percent(h.rolled_throughput_yield),
            h.top_cause,
            figure(h.promoted),
            figure(h.alarms),
        )
        for h in published.headlines
    ]
    right = ("sigma", "DPMO", "rolled yield", "promoted", "alarms")
    print_table(_HEADERS, rows, right=right)
    say(f"run {published.run_id}; the page is {page}")
