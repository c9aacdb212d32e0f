"""`dmaic status` and `dmaic sources`: how the project and its sources stand now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.history_commands import run_line
from dmaic_assets.cli.runs.render_plan import (
    plan_document,
    print_notices,
    print_skips,
    summary_line,
)
from dmaic_assets.cli.runs.render_standing import print_standing, status_document
from dmaic_assets.cli.runs.render_tally import print_tallies, score_text
from dmaic_assets.cli.runs.tally import SourceTally, tally, tally_of_counts
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from datetime import datetime

    from dmaic_assets.settings.project import SourceSettings
    from dmaic_assets.work.run.platform import Platform
    from dmaic_assets.work.state.freshness import Freshness

_LAST_HEADERS = ("criticality", "schedule", "owner", "files come", "next file")


@click.command("status", cls=ExampleCommand, examples=("dmaic status", "dmaic status --json"))
@json_option
@project_option
def status(*, is_json: bool, project: Path | None) -> None:
    """Show how every source stands and what waits to be judged.

    What is held or split is told by source, rule and cause, most harmful first, each with the one
    command that answers it.
    """
    from dmaic_assets.reports.views.overview import read_overview
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest
    from dmaic_assets.work.state.skipped_changes import skips_now

    with platform_at(project) as platform:
        view = read_overview(platform)
        plan = plan_run(platform, RunRequest())
        skips = skips_now(platform, [s.source for s in view.sources if s.counts])
        where = _project_line(platform)
    if is_json:
        print_json(
            {
                **status_document(view),
                "skipped_changes": [skip.document() for skip in skips],
                "plan": plan_document(plan),
            }
        )
        return
    say(where)
    print_tallies([tally_of_counts(s.counts) for s in view.sources_by_name if s.counts])
    print_standing(view)
    print_skips(skips)
    say("last run: " + (run_line(view.last_run) if view.last_run else "none yet"))
    say(summary_line(plan))
    print_notices(plan)


def _project_line(platform: "Platform") -> str:
    root = platform.paths.root
    where = "" if root == Path.cwd() else f" in {root}"
    return f"project {platform.settings.dmaic.project}{where}"


@click.command("sources", cls=ExampleCommand, examples=("dmaic sources", "dmaic sources --json"))
@json_option
@project_option
def sources(*, is_json: bool, project: Path | None) -> None:
    """List the sources, their owners, and how they stand."""
    from dmaic_assets.work.state.freshness import declared_schedule, freshness_of

    with platform_at(project) as platform:
        found = sources_of(platform)
        fresh = freshness_of(platform, [source.name for source, _, _ in found])
        now = platform.clock()
    if is_json:
        pairs = zip(found, fresh, strict=True)
        print_json([{**source_document(*s), "freshness": f.document(now)} for s, f in pairs])
        return
    rows = [
        (
            source.name,
            place,
            count(standing.files),
            count(standing.accepted),
            score_text(standing.score),
            source.criticality,
            declared_schedule(source) or "",
            source.owner or "",
            known.cadence.words if known.cadence else "",
            _due_words(known, now),
        )
        for (source, standing, place), known in zip(found, fresh, strict=True)
    ]
    headers = ("source", "files lie in", "files", "rows accepted", "score")
    right = ("files", "rows accepted", "score")
    print_table((*headers, *_LAST_HEADERS), rows, right=right)


def sources_of(platform: "Platform") -> "list[tuple[SourceSettings, SourceTally, str]]":
    """Finds every source that is declared, has a folder, or has a history; by name.

    Returns:
        Its settings, how it stands, and where its files lie: a glob, or a folder of the data
        folder, whose name need not be the source's.
    """
    from dmaic_assets.store.ledger.record.standings import source_counts
    from dmaic_assets.table.read.discovery import landing_folders

    standing = {found.source: tally_of_counts(found) for found in source_counts(platform.ledger)}
    folders = landing_folders(platform.paths.incoming)
    names = sorted({*folders, *standing, *(s.name for s in platform.settings.sources)})
    settings = [platform.settings.source(name) for name in names]
    return [
        (
            source,
            standing.get(source.name) or tally(source.name, []),
            source.glob or f"incoming/{folder.name if folder else source.name}",
        )
        for source in settings
        for folder in (folders.get(source.name),)
    ]


def source_document(source: "SourceSettings", standing: SourceTally, place: str) -> dict[str, Json]:
    """Builds the JSON form of a source; `place` is where its files lie."""
    from dmaic_assets.work.state.freshness import declared_schedule

    return {
        **standing.document(),
        "files_lie_in": place,
        "glob": source.glob,
        "criticality": source.criticality,
        "schedule": declared_schedule(source),
        "owner": source.owner,
        "description": source.description,
    }


def _due_words(known: "Freshness", now: "datetime") -> str:
    from dmaic_assets.work.state.freshness import short_moment

    if known.late_after is None:
        return ""
    told = short_moment(known.late_after)
    return f"overdue since {told}" if known.overdue_since(now) else f"late after {told}"
