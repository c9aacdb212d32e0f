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

    from dmaic_assets.reports.page.links import Links
    from dmaic_assets.work.run.platform import Platform

EXAMPLES = (
    "dmaic monitor --open",
    "dmaic monitor --since 7d --source orders -o week.html",
    "dmaic monitor --export",
    "dmaic monitor --json | jq .board.pass_rate",
)
# The page of a part of the log, beside that of the whole, which other pages link to.
PART_FILE = "monitor-part.html"


@click.command("monitor", cls=ExampleCommand, examples=EXAMPLES)
@click.option(
    "--since", type=Since(), help="Leave out what was judged before: 24h, 7d, 2w or a date (UTC)."
)
@click.option(
    "--source", "sources", multiple=True, metavar="SOURCE", help="Only this source; repeatable."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write the page (default: data/reports/monitor.html; of a part: "
    f"{PART_FILE} there).",
)
@click.option("--open", "is_opened", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--export", "is_exported", is_flag=True, help="Write data/reports/dq_report_TIME.json, too."
)
@json_option
@project_option
def monitor(  # noqa: PLR0913 - one for each option
    *,
    since: timedelta | datetime | None,
    sources: "Sequence[str]",
    output: Path | None,
    is_opened: bool,
    is_exported: bool,
    is_json: bool,
    project: Path | None,
) -> None:
    """Show how files fare over time, and what breaks.

    Prints the board and writes one page that needs nothing beside itself: fifteen sections, among
    them five interactive dashboards. A file counts once, by its newest verdict; figures over time
    count every verdict. With --json the page is written only where --output says.
    """
    from dmaic_assets.cli.phases.render_monitor import print_monitor
    from dmaic_assets.reports.monitor.export import report_document, write_export
    from dmaic_assets.reports.monitor.page import write_monitor
    from dmaic_assets.reports.page.links import MONITOR_FILE
    from dmaic_assets.reports.views.monitor.read import read_monitor

    with platform_at(project) as platform:
        _refuse_unknown(platform, sources)
        view = read_monitor(
            platform, since=moment(since, platform.clock()), sources=tuple(dict.fromkeys(sources))
        )
        folder = platform.paths.reports
    page = output
    if page is None and (is_opened or not is_json):
        page = folder / (PART_FILE if since or sources else MONITOR_FILE)
    if page is not None:
        write_monitor(page, view, _links(page, folder))
    export = write_export(folder, view) if is_exported else None
    if is_json:
        print_json(report_document(view))
    else:
        print_monitor(view, page=page, export=export)
    if is_opened and page is not None:
        _open(page)


def _links(page: Path, folder: Path) -> "Links":
    """Where the page finds others: those beside it, or none where it was put elsewhere."""
    from dmaic_assets.reports.page.links import FileLinks, NoLinks

    if page.resolve().parent != folder.resolve():
        return NoLinks()
    there = (path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return FileLinks(page.name, frozenset({*there, page.name}))


def _open(page: Path) -> None:
    import webbrowser

    if not webbrowser.open(page.resolve().as_uri()):
        click.echo(f"note: no browser was found; open {page}", err=True)


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
