"""`dmaic monitor`: the quality board, and where to see the rest of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import print_json
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.phases.since import Since, moment
from dmaic_assets.cli.project import platform_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmaic_assets.work.run.platform import Platform

EXAMPLES = (
    "dmaic monitor",
    "dmaic monitor --since 7d --source orders",
    "dmaic monitor --export",
    "dmaic monitor --json | jq .board.pass_rate",
)


@click.command("monitor", cls=ExampleCommand, examples=EXAMPLES)
@click.option(
    "--since", type=Since(), help="Leave out what was judged before: 24h, 7d, 2w or a date (UTC)."
)
@click.option(
    "--source", "sources", multiple=True, metavar="SOURCE", help="Only this source; repeatable."
)
@click.option("--export", "is_exported", is_flag=True, help="Write dq_report_TIME.json, too.")
@json_option
@project_option
def monitor(
    *,
    since: timedelta | datetime | None,
    sources: "Sequence[str]",
    is_exported: bool,
    is_json: bool,
    project: Path | None,
) -> None:
    """Show how files fare over time, and what breaks.

    A file counts once, by its newest verdict; figures over time count every verdict.
    """
    from dmaic_assets.cli.phases.render_monitor import print_monitor
    from dmaic_assets.reports.monitor.export import report_document, write_export
    from dmaic_assets.reports.views.monitor.read import read_monitor

    with platform_at(project) as platform:
        _refuse_unknown(platform, sources)
        view = read_monitor(
            platform, since=moment(since, platform.clock()), sources=tuple(dict.fromkeys(sources))
        )
        folder = platform.paths.reports
    export = write_export(folder, view) if is_exported else None
    if is_json:
        print_json(report_document(view))
        return
    print_monitor(view, export=export)


def _refuse_unknown(platform: "Platform", sources: "Sequence[str]") -> None:
    """Refuses sources that are not declared, have no folder, and never had a file.

    Raises:
        BadInputError: Names the first of them, and those that it is like.
    """
    from dmaic_assets.errors import BadInputError, did_you_mean
    from dmaic_assets.store.ledger.record.file_queries import newest_sequences
    from dmaic_assets.table.read.discovery import landing_folders

    if not sources:
        return
    known = {s.name for s in platform.settings.sources} | {*newest_sequences(platform.ledger)}
    known |= {*landing_folders(platform.paths.incoming)}
    for name in sources:
        if name not in known:
            near = did_you_mean(name, sorted(known))
            fix = "List the sources: dmaic sources"
            raise BadInputError(f"--source {name}", f"no source is called so{near}", fix)
