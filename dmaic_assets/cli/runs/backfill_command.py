"""`dmaic backfill`: takes what waits of sources as history, or shows what that would hold."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, progress, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.main_job import refuse_left_out, run_main_job
from dmaic_assets.cli.runs.options import RunOptions, request_of
from dmaic_assets.cli.runs.render_held import group_document, print_groups, print_notes
from dmaic_assets.cli.runs.render_plan import print_notices, summary_line
from dmaic_assets.cli.runs.shown import rehearsal_shown
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.state.hold_groups import groups_of, shared_rules

if TYPE_CHECKING:
    from dmaic_assets.work.plan.planned import Plan
    from dmaic_assets.work.run.rehearsal import Rehearsal


@click.command(
    "backfill",
    cls=ExampleCommand,
    examples=(
        "dmaic backfill orders --dry-run",
        "dmaic backfill orders",
        "dmaic backfill orders returns --workers 4",
        "dmaic backfill orders --dry-run --json | jq '.stands_out[] | {rule, cause, held}'",
    ),
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Judge all files and show what would be held, by rule and cause; change nothing.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Sources worked on at the same time.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although a file is held (else 4).")
@json_option
@project_option
def backfill(
    sources: tuple[str, ...],
    dry_run: bool,  # noqa: FBT001 - click passes options by name
    workers: int | None,
    exit_zero: bool,  # noqa: FBT001 - as above
    is_json: bool,  # noqa: FBT001 - as above
    project: Path | None,
) -> int:
    """Take the waiting files of sources as history, all at once.

    Files of a new source that arrive together are judged by each other: the rules for each are
    learnt from the others, and what stands out is held. Files that come to a history of four or
    more are judged by that. Without a SOURCE all sources are meant. Exits with 4 when a file is
    held; --dry-run exits with 0.
    """
    options = RunOptions(
        project=project,
        force=False,
        dry_run=dry_run,
        on_conflict=None,
        fail_fast=False,
        workers=workers,
        threshold=None,
        exit_zero=exit_zero,
        timings=False,
        is_json=is_json,
    )
    if dry_run:
        return _shown(options, sources)
    return run_main_job(options, assets=WORK_ORDER, sources=sources)


def _shown(options: RunOptions, sources: tuple[str, ...]) -> int:
    with platform_at(options["project"]) as platform:
        from dmaic_assets.work.plan.plan import plan_run
        from dmaic_assets.work.run.rehearsal import rehearse

        request = request_of(options, platform.settings, assets=WORK_ORDER, sources=sources)
        plan = plan_run(platform, request)
        with progress("judging files", is_quiet=options["is_json"]) as advance:
            found = rehearse(
                platform, plan, request, lambda now: advance(now.done, now.total, now.name)
            )
        found = rehearsal_shown(platform, found)
    if options["is_json"]:
        print_json(_document(plan, found))
    else:
        _print(plan, found, sources)
    refuse_left_out(plan)
    return errors.OK


def _document(plan: "Plan", found: "Rehearsal") -> dict[str, Json]:
    files: list[Json] = [
        {
            "source": verdict.source,
            "name": name,
            "verdict": verdict.decision,
            "rows": verdict.rows,
            "quarantined": verdict.quarantined,
            "reasons": list(verdict.reasons),
        }
        for name, verdict in found.judged
    ]
    return {
        "files": files,
        "held": sum(verdict.decision == "reject" for _, verdict in found.judged),
        "stands_out": [group_document(group) for group in groups_of(found.judged)],
        "notes": list[Json](shared_rules(found.judged)),
        "by_history": list(found.by_history),
        "problems": [str(problem) for problem in plan.problems],
        "waiting": [str(file.path) for file in plan.waiting],
        "refused": [str(refused) for refused in plan.refused],
    }


def _print(plan: "Plan", found: "Rehearsal", sources: tuple[str, ...]) -> None:
    if not found.judged:
        say(summary_line(plan))
        print_notices(plan)
        return
    whole = sum(verdict.decision == "accept" for _, verdict in found.judged)
    say(f"{plural(len(found.judged), 'file')} judged for trial, {whole} would be accepted whole")
    groups = groups_of(found.judged)
    if groups:
        print_groups(groups)
    print_notes(shared_rules(found.judged))
    if found.by_history:
        first, *others = found.by_history
        more = f" and {len(others):,} more" if others else ""
        say(f"judged by the files accepted before, not by each other: {first}{more}")
    print_notices(plan)
    say(f"Nothing was changed. First take them: {' '.join(('dmaic backfill', *sources))}")
