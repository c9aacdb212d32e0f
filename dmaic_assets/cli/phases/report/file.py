"""`dmaic report file`: what a colleague without access needs to know of one file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.reports.views.source.file import FileView

_ENDINGS = (".html", ".md")


@click.command(
    "file",
    cls=ExampleCommand,
    examples=(
        "dmaic report file flights-2013-08.csv",
        "dmaic report file flights-2013-08.csv --into report.html",
        "dmaic report file flights-2013-12.csv --csv rows.csv --rule year+time_hour.derived",
        "dmaic report file 3c849af911e93c70 --json | jq .advice",
    ),
)
@click.argument("file", metavar="FILE")
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report there: NAME.html stands alone, NAME.md is text.",
)
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every failing row there as CSV; no spreadsheet runs its cells.",
)
@click.option("--rule", default="", metavar="R", help="Only rows that fail this rule.")
@json_option
@project_option
def file(
    *,
    file: str,
    into: Path | None,
    csv_path: Path | None,
    rule: str,
    is_json: bool,
    project: Path | None,
) -> int:
    """Tell of one file what came, which rows fail, what to do.

    FILE is a name, SOURCE/NAME, a path, or the beginning of a SHA-256. The report can be sent to
    somebody without access to the project. Rows count from 0, behind the header. Values of columns
    that tell of persons are kept back, in the CSV as well.
    """
    from dmaic_assets.reports.source.file_text import file_markdown
    from dmaic_assets.reports.views.source.file import apart_of, find_file, read_file
    from dmaic_assets.reports.views.source.rows_apart import csv_of
    from dmaic_assets.store.codec import to_json
    from dmaic_assets.store.effect_files import write_bytes

    if into is not None and into.suffix not in _ENDINGS:
        raise BadInputError(f"--into {into}", "has no ending that is known", "Use .html or .md.")
    with platform_at(project) as platform:
        source, sha256 = find_file(platform, file)
        view = read_file(platform, source, sha256, rule=rule)
        if csv_path is not None:
            rows = csv_of(apart_of(platform, source, sha256), rule=rule)
            write_bytes(csv_path, rows)
    if into is not None:
        write_bytes(into, _report(view, into).encode())
    if is_json:
        print_json(to_json(view))
    elif into is None and csv_path is None:
        click.echo(file_markdown(view), nl=False)
    else:
        _say_written(view, into, csv_path)
    return errors.OK


def _report(view: "FileView", into: Path) -> str:
    """The report in the form that the ending asks for; as a page it needs nothing beside itself."""
    from dmaic_assets.reports.page.links import NoLinks
    from dmaic_assets.reports.page.scripts import Library
    from dmaic_assets.reports.source.file_page import file_page
    from dmaic_assets.reports.source.file_text import file_markdown

    return file_markdown(view) if into.suffix == ".md" else file_page(view, NoLinks(), Library())


def _say_written(view: "FileView", into: Path | None, csv_path: Path | None) -> None:
    place = f"{view.source}/{view.line.name}"
    if into is not None:
        say(f"report of {place}: {into}")
    if csv_path is not None:
        say(f"failing rows of {place}: {csv_path}")
        if view.rows_apart.unlisted:
            named = ", ".join(view.rows_apart.unlisted)
            say(f"not among them: rows that fail {named}, which look into other files")
