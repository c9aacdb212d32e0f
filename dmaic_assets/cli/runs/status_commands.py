"""`dmaic status` and `dmaic sources`: how the project and its sources stand now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import count, print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.history_commands import run_document, run_line
from dmaic_assets.cli.runs.render_plan import (
    plan_document,
    print_notices,
    print_skips,
    summary_line,
)
from dmaic_assets.cli.runs.render_tally import print_tallies, score_text
from dmaic_assets.cli.runs.tally import SourceTally, line_of_arrival, tallies, tally
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dmaic_assets.gate.repeated import RepeatedHold
    from dmaic_assets.settings.project import SourceSettings
    from dmaic_assets.store.ledger.record.files import Arrival
    from dmaic_assets.work.run.platform import Platform
    from dmaic_assets.work.state.freshness import Freshness

_LAST_HEADERS = ("criticality", "schedule", "owner", "files come", "next file")


@click.command("status", cls=ExampleCommand, examples=("dmaic status", "dmaic status --json"))
@json_option
@project_option
def status(*, is_json: bool, project: Path | None) -> None:
    """Show how every source stands and what waits to be judged."""
    from dmaic_assets.store.ledger.record.runs import list_runs
    from dmaic_assets.work.people.release_all import most_freeing
    from dmaic_assets.work.plan.plan import plan_run
    from dmaic_assets.work.plan.request import RunRequest
    from dmaic_assets.work.run.owed import left_unpublished
    from dmaic_assets.work.state.freshness import freshness_of
    from dmaic_assets.work.state.held_alike import repeated_holds
    from dmaic_assets.work.state.skipped_changes import skips_now

    with platform_at(project) as platform:
        files = _all_arrivals(platform)
        lines = [line_of_arrival(a) for a in _current(files)]
        last = list_runs(platform.ledger, 1)
        plan = plan_run(platform, RunRequest())
        now = platform.clock()
        standing = tallies(lines)
        fresh = freshness_of(platform, [t.source for t in standing])
        holds = repeated_holds(platform, files)
        freeing = most_freeing(platform, files)
        owed = [note.run_id for note in left_unpublished(platform)]
        skips = skips_now(platform, [t.source for t in standing])
        if is_json:
            sources = _source_documents(standing, fresh, now)
            alike: list[Json] = [hold.document() for hold in holds]
            run = run_document(last[0]) if last else None
            document: Json = {"sources": sources, "held_alike": alike, "last_run": run}
            document |= {"unpublished": list(owed), "held": _held_documents(freeing)}
            document["skipped_changes"] = [skip.document() for skip in skips]
            print_json({**document, "plan": plan_document(plan)})
            return
        say(_project_line(platform))
        print_tallies(lines)
        _print_what_waits(fresh, holds, freeing, now)
        _print_owed(owed)
        print_skips(skips)
        say("last run: " + (run_line(last[0]) if last else "none yet"))
        say(summary_line(plan))
        print_notices(plan)


def _source_documents(
    standing: "Sequence[SourceTally]", fresh: "Sequence[Freshness]", now: "datetime"
) -> list[Json]:
    both = zip(standing, fresh, strict=True)
    return [{**t.document(), "freshness": f.document(now)} for t, f in both]


def _held_documents(freeing: "Sequence[tuple[str, int, str]]") -> list[Json]:
    return [{"source": s, "files": files, "command": c} for s, files, c in freeing]


def _print_what_waits(
    fresh: "Sequence[Freshness]",
    holds: "Sequence[RepeatedHold]",
    freeing: "Sequence[tuple[str, int, str]]",
    now: "datetime",
) -> None:
    for found in fresh:
        if found.overdue_since(now):
            say(f"overdue  {found.sentence(now)}", style="yellow")
    for hold in holds:
        say(f"held alike  {hold.sentence}", style="yellow")
        say(f"  If that is how it is now: {hold.command}")
    for source, held, command in freeing:
        say(f"held  {plural(held, 'file')} of {source}")
        say(f"  If they are fine, this frees most for each rule that gives way: {command}")


def _project_line(platform: "Platform") -> str:
    root = platform.paths.root
    where = "" if root == Path.cwd() else f" in {root}"
    return f"project {platform.settings.dmaic.project}{where}"


def _print_owed(runs: "Sequence[str]") -> None:
    for run_id in runs:
        say(f"owed  run {run_id} is not published: dmaic job reconcile", style="yellow")


@click.command("sources", cls=ExampleCommand, examples=("dmaic sources", "dmaic sources --json"))
@json_option
@project_option
def sources(*, is_json: bool, project: Path | None) -> None:
    """List the sources, their owners, and how they stand."""
    from dmaic_assets.work.state.freshness import freshness_of

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
            source.schedule,
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
    from dmaic_assets.table.read.discovery import landing_folders

    files = _current(_all_arrivals(platform))
    standing = {t.source: t for t in tallies(line_of_arrival(a) for a in files)}
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
    return {
        **standing.document(),
        "files_lie_in": place,
        "glob": source.glob,
        "criticality": source.criticality,
        "schedule": source.schedule,
        "owner": source.owner,
        "description": source.description,
    }


def _due_words(known: "Freshness", now: "datetime") -> str:
    from dmaic_assets.work.state.freshness import short_moment

    if known.late_after is None:
        return ""
    told = short_moment(known.late_after)
    return f"overdue since {told}" if known.overdue_since(now) else f"late after {told}"


def _all_arrivals(platform: "Platform") -> "list[Arrival]":
    from dmaic_assets.store.ledger.record.files import arrivals

    return arrivals(platform.ledger)


def _current(files: "Sequence[Arrival]") -> "list[Arrival]":
    return [a for a in files if a.is_current]
