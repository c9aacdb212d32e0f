"""`dmaic report` and `dmaic timeline`: what the phases came to, and when runs were."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import count, print_json, print_table, progress, say
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.phases.report.notebooks import (
    notebook_document,
    run_notebooks,
    run_of,
    tell_notebooks,
    values_of,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.pages import Pages
    from dmaic_assets.process.cycle.publish import Published
    from dmaic_assets.reports.dmaic.needs import Asked
    from dmaic_assets.work.run.platform import Platform

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
# Sources whose most urgent need is told; the page has all.
_MOST_TOLD = 3
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
    examples=(
        "dmaic report",
        "dmaic report --json | jq '.sources[].sigma'",
        "dmaic report --execute",
        "dmaic report --execute --run latest --parameter METRIC=dpmo --timeout 120",
    ),
)
@click.option(
    "--execute", is_flag=True, help="Run the run's notebooks; copies with outputs lie beside them."
)
@click.option("--run", "named", metavar="RUN", help="Of this run, not of the newest with phases.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value for the notebooks, such as METRIC=dpmo; may be repeated.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=600,
    show_default=True,
    help="Seconds that one cell of a notebook may take.",
)
@json_option
@project_option
def report_run(
    *,
    execute: bool,
    named: str | None,
    parameters: tuple[str, ...],
    timeout: int,
    is_json: bool,
    project: Path | None,
) -> int:
    """Show what the phases came to, and where their reports are.

    The source that needs a person most comes first. Reports that are missing or were changed are
    written again; no phase is computed. The pages of sources, of held files, of the fleet, of the
    runs and the overview (data/reports/index.html) are brought up to how things stand now.

    With --execute the run's notebooks are run as well (extra `notebooks`). When one fails the
    others go on, its copy has the traceback, and the exit code is 3.
    """
    from dmaic_assets.process.cycle.executed import need_papermill, refusal_of_notebooks
    from dmaic_assets.process.cycle.publish import notebooks_of

    if execute:
        need_papermill()
    values = values_of(parameters, is_executing=execute)
    with platform_at(project) as platform:
        published, pages = _written(platform, named, is_early=not execute, is_quiet=is_json)
        overview = _overview(platform)
        folder = platform.paths.reports
        notebooks = notebooks_of(platform, published) if execute and published else ()
    executed = run_notebooks(notebooks, values, timeout, is_quiet=is_json)
    if is_json:
        books: list[Json] = [notebook_document(one) for one in executed]
        told = _document(published, pages, folder) | {"overview": str(overview)}
        print_json({**told, **({"notebooks": books} if execute else {})})
    else:
        _print(published, pages, folder)
        say(f"the overview of all sources is {overview}")
        tell_notebooks(executed)
    refusal = refusal_of_notebooks(executed)
    if refusal is not None:
        raise refusal
    return errors.OK


def _written(
    platform: "Platform", named: str | None, *, is_early: bool, is_quiet: bool
) -> "tuple[Published | None, Pages]":
    """Writes reports and pages; without any phase only the pages, where that `is_early` enough.

    Raises:
        BadInputError: No file was judged, no run is called so, or none has phases.
    """
    from dmaic_assets.process.cycle.pages import plan_pages, write_pages
    from dmaic_assets.process.cycle.publish import publish
    from dmaic_assets.process.cycle.run_facts import newest_dmaic_run
    from dmaic_assets.reports.page.links import OVERVIEW_FILE

    plan = plan_pages(platform)
    if named is None and not plan.has_files:
        fix = "Put files into data/incoming/<source>/ and type: dmaic run-all"
        raise BadInputError(str(platform.paths.root), "no file has been judged yet", fix)
    has_phases = named is not None or newest_dmaic_run(platform) is not None
    beside = plan.files | {OVERVIEW_FILE}
    is_without = is_early and not has_phases
    published = None if is_without else publish(platform, run_of(platform, named), beside)
    with progress("pages", is_quiet=is_quiet) as advance:
        return published, write_pages(platform, plan, advance)


def _document(published: "Published | None", pages: "Pages", folder: Path) -> dict[str, Json]:
    from dmaic_assets.process.cycle.publish import PAGE
    from dmaic_assets.reports.dmaic.needs import by_need
    from dmaic_assets.reports.facts import headline_of
    from dmaic_assets.store.codec import to_json

    written = published.written if published else ()
    asked = by_need(published.sources) if published else ()
    sources: list[Json] = [
        {**headline_of(facts).document(), "needs": to_json(needs)} for facts, needs in asked
    ]
    return {
        "run_id": published.run_id if published else None,
        "page": str(folder / PAGE) if published else None,
        "folder": str(folder),
        "files": [ref.path for ref in published.files] if published else [],
        "pages": list(pages.files),
        "written": [*written, *pages.written],
        "removed": list(pages.removed),
        "sources": sources,
    }


def _overview(platform: "Platform") -> Path:
    """Writes the overview; last, since it leads to what was written before."""
    from dmaic_assets.reports.overview.publish import publish_overview
    from dmaic_assets.reports.views.overview import read_overview

    return publish_overview(platform.paths, read_overview(platform))


@click.command("timeline", cls=ExampleCommand, examples=("dmaic timeline", "dmaic timeline --json"))
@json_option
@project_option
def timeline(*, is_json: bool, project: Path | None) -> int:
    """Show all runs from start to finish, newest last."""
    from dmaic_assets.cli.runs.history_commands import run_document
    from dmaic_assets.process.cycle.publish import publish_timeline
    from dmaic_assets.reports.views.runs import read_runs

    with platform_at(project) as platform:
        text = publish_timeline(platform)
        runs = read_runs(platform).runs[::-1]
    if is_json:
        print_json([run_document(run) for run in runs])
    else:
        click.echo(text, nl=False)
    return errors.OK


def _print(published: "Published | None", pages: "Pages", folder: Path) -> None:
    from dmaic_assets.process.cycle.publish import PAGE
    from dmaic_assets.reports.dmaic.needs import by_need

    if published is None:
        say("No run has taken its sources through the phases yet: dmaic run --phase control")
    else:
        _print_sources(by_need(published.sources))
        say(f"run {published.run_id}; the page is {folder / PAGE}")
    kinds = ("fleet.html", "runs.html", "sources/")
    told = ", ".join(str(folder / kind) for kind in kinds)
    say(f"{plural(len(pages.files), 'page')}, {count(len(pages.written))} written now: {told}")


def _print_sources(asked: "Sequence[Asked]") -> None:
    from dmaic_assets.reports.facts import headline_of
    from dmaic_assets.reports.wording import figure, sigma

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
        for h in (headline_of(facts) for facts, _ in asked)
    ]
    right = ("sigma", "DPMO", "rolled yield", "promoted", "alarms")
    print_table(_HEADERS, rows, right=right)
    for facts, needs in [one for one in asked if one[1]][:_MOST_TOLD]:
        first, more = needs[0], len(needs) - 1
        others = f", and {plural(more, 'more thing')}" if more else ""
        say(f"{facts.source} needs a person: {first.word}, {first.heading}{others}")
        if first.command:
            say(f"  {first.command}")
