"""Runs the main job for a command and reports it: plan, Dagster job in process, exit code.

What belongs here: what all commands of the main job share. Dagster is imported only when the plan
has work.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import Advance, count, print_json, progress, say, seconds
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.at_rest import is_still, keep_standing, standing_at
from dmaic_assets.cli.runs.options import RunOptions, asks_for_all, request_of
from dmaic_assets.cli.runs.render_held import group_document, print_groups, print_notes
from dmaic_assets.cli.runs.render_plan import (
    duplicate_document,
    plan_document,
    print_notices,
    print_plan,
    print_skips,
    removed_document,
    summary_line,
)
from dmaic_assets.cli.runs.render_tally import print_tallies
from dmaic_assets.cli.runs.shown import result_shown
from dmaic_assets.cli.runs.summary import write_summary
from dmaic_assets.cli.runs.tally import line_of_verdict, tallies
from dmaic_assets.cli.runs.timings import Timings, print_timings, timings_document
from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.model import AssetName, Decision, Json, Verdict
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.state.hold_groups import Group, groups_of, shared_rules

if TYPE_CHECKING:
    from dmaic_assets.work.plan.planned import FilePlan, Plan
    from dmaic_assets.work.plan.request import RunRequest
    from dmaic_assets.work.run.bulk import RunResult
    from dmaic_assets.work.run.holders import Holder
    from dmaic_assets.work.run.platform import Platform
    from dmaic_assets.work.run.watch import Progress
    from dmaic_assets.work.state.skipped_changes import Skip

    Report = Callable[[Platform, "Outcome", bool], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command of the main job came to; `result` is None when nothing had to be done.

    `waited_for` names runs of other processes that worked on the same files, `published` runs that
    had been left unpublished. `groups` are those of all held and split files that have one which
    this run judged; `untold` says what people could not be told.
    """

    plan: "Plan"
    result: "RunResult | None"
    waited_for: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """The verdicts of this run by source and SHA-256."""
        cells = self.result.cells if self.result else ()
        return {(v.source, v.file_sha256): v for cell in cells for v in cell.verdicts}

    @property
    def judged(self) -> list[tuple[str, Verdict]]:
        """Names and verdicts of the files that this run judged, in the order of the plan."""
        verdicts = self.verdicts
        keys = ((f.file.path.name, (f.file.source, f.file.sha256)) for f in self.plan.files)
        return [(name, verdicts[key]) for name, key in keys if key in verdicts]

    @property
    def skips(self) -> "tuple[Skip, ...]":
        """The changes that the run could not apply to files that it judged."""
        if self.result is None:
            return ()
        from dmaic_assets.work.state.skipped_changes import skips_of

        return skips_of(self.result.cells)

    @property
    def held(self) -> "list[FilePlan]":
        """The files in scope that are held now, whichever run judged them."""
        verdicts = self.verdicts
        return [f for f in self.plan.files if f.is_in_scope and _decision(f, verdicts) == "reject"]


def run_main_job(
    options: RunOptions,
    *,
    assets: tuple[AssetName, ...],
    sources: tuple[str, ...] = (),
    files: tuple[Path, ...] = (),
    report: "Report | None" = None,
) -> int:
    """Plans, runs what is missing, and reports; the whole of a main job command.

    Args:
        options: What the command line said.
        assets: How far files are taken.
        sources: Only these sources; all when empty.
        files: Only these files; all when empty.
        report: Says how it went; per source and with what is held when None.

    Returns:
        The exit code: `HELD` when a file in scope is held, unless `--exit-zero`.

    Raises:
        BadInputError: A source or file that is not there; options that contradict each other.
        DmaicError: Files could not be worked on; what could be is done and reported.
    """
    timings = Timings()
    timings.stage("looking for changes")
    is_whole = asks_for_all(options) and assets == WORK_ORDER and not (sources or files)
    standing = standing_at(options["project"]) if is_whole else None
    if standing is not None:
        return _reported(Outcome(standing, None), options, timings)
    began_ns = time.time_ns()
    with platform_at(options["project"]) as platform:
        # What plans loads the stores: a project that is as it was found needs none of it.
        from dmaic_assets.work.plan.plan import plan_run

        request = request_of(
            options, platform.settings, assets=assets, sources=sources, files=files
        )
        timings.stage("planning")
        plan = plan_run(platform, request)
        if options["dry_run"]:
            _report_plan(plan, is_json=options["is_json"])
            refuse_left_out(plan)
            return errors.OK
        outcome = execute(platform, request, plan, is_quiet=options["is_json"], timings=timings)
        if report is not None:
            report(platform, outcome, options["is_json"])
            refuse_failures(platform, outcome)
            return _exit_code(outcome, options)
        refusal = _refusal(platform, outcome)
        is_at_rest = is_whole and outcome.result is None and is_still(platform)
    if is_at_rest:
        keep_standing(platform, outcome.plan, began_ns=began_ns)
    return _reported(outcome, options, timings, refusal)


def _reported(
    outcome: Outcome, options: RunOptions, timings: Timings, refusal: DmaicError | None = None
) -> int:
    """Reports an outcome per source, or as one JSON document."""
    stages = timings.stages() if options["timings"] else []
    if options["is_json"]:
        told = timings_document(stages)
        print_json({**outcome_document(outcome), **({"timings": told} if told else {})})
    else:
        print_outcome(outcome)
        if stages:
            print_timings(stages)
    if refusal is not None:
        raise refusal
    return _exit_code(outcome, options)


def _exit_code(outcome: Outcome, options: RunOptions) -> int:
    refuse_left_out(outcome.plan)
    _refuse_nothing(outcome.plan)
    return errors.HELD if outcome.held and not options["exit_zero"] else errors.OK


def refuse_left_out(plan: "Plan") -> None:
    """Ends a command that left sources out; what it did for the others stands.

    Raises:
        BadInputError: A source was refused; names the first, its place and fix.
    """
    from dmaic_assets.work.plan.refused import refusal_of_sources

    refusal = refusal_of_sources(plan.refused)
    if refusal is not None:
        raise refusal


def _refuse_nothing(plan: "Plan") -> None:
    """Ends a command that was given files, and could take none of them.

    Raises:
        BadInputError: There are problems and no files; names the first.
    """
    if plan.problems and not plan.files and not plan.removed and not plan.waiting:
        first, others = plan.problems[0], len(plan.problems) - 1
        more = f" (and {plural(others, 'more problem')})" if others else ""
        raise BadInputError(str(first.path), f"{first.reason}{more}: no file was taken", first.fix)


def execute(
    platform: "Platform",
    request: "RunRequest",
    plan: "Plan",
    *,
    is_quiet: bool,
    timings: Timings | None = None,
) -> Outcome:
    """Runs the Dagster job in process when the plan has work; shows progress on a terminal."""
    from dmaic_assets.work.kept_back.quality_log import restore_shown_mirrors

    at = timings.stage if timings is not None else _ignore
    if plan.is_empty:
        from dmaic_assets.work.alerts.telling import tell_people
        from dmaic_assets.work.run.owed import publish_left

        restore_shown_mirrors(platform)
        published = publish_left(platform)
        return Outcome(plan, None, published=published, untold=tell_people(platform))
    at("starting Dagster")
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_bulk

    with progress("judging files", is_quiet=is_quiet) as advance:
        advance(0, len(plan.work), "starting Dagster")
        tell = partial(_advance, advance)
        watch = BulkWatch(tell, on_stage=at)
        opened, result = execute_bulk(platform, request, plan, watch=watch, on_wait=tell_wait)
    at("summing up")
    if result is not None:
        write_summary(result, platform.paths)
        result = result_shown(platform, result)
    outcome = Outcome(
        opened.plan, result, opened.waited_for, untold=result.untold if result else ()
    )
    return replace(outcome, groups=_groups(platform, outcome))


def _groups(platform: "Platform", outcome: Outcome) -> tuple[Group, ...]:
    """The groups of what the run did not accept whole, with what is held like it from before."""
    odd = [(name, v) for name, v in outcome.judged if v.decision != "accept"]
    if not odd:
        return ()
    from dmaic_assets.reports.views.held import read_held

    new = {(verdict.source, verdict.file_sha256) for _, verdict in odd}
    held = read_held(platform, {source for source, _ in new})
    found = [g for g in held.groups if any((g.source, f.sha256) in new for f in g.files)]
    told = {(group.source, file.sha256) for group in found for file in group.files}
    # A run that only judges leaves files as they were: the ledger does not hold them.
    rest = [(n, v) for n, v in odd if (v.source, v.file_sha256) not in told]
    return (*found, *groups_of(rest))


def tell_wait(holder: "Holder") -> None:
    """Says on standard error whom the command waits for."""
    click.echo(f"waiting for {holder}, which works on the same files", err=True)


def outcome_document(outcome: Outcome) -> dict[str, Json]:
    """Builds the JSON form: every file in scope with its verdict, judged now or known."""
    verdicts = outcome.verdicts
    files: list[Json] = [
        _file_document(f, verdicts.get((f.file.source, f.file.sha256)))
        for f in outcome.plan.files
        if f.is_in_scope
    ]
    result = outcome.result
    failed: list[Json] = [{"file": f, "reason": r} for f, r in (result.errors if result else ())]
    return {
        "run_id": result.run_id if result else None,
        "waited_for": list(outcome.waited_for),
        "published": list(outcome.published),
        "is_null_run": result is None,
        "files": files,
        "held": len(outcome.held),
        "stands_out": [group_document(group) for group in outcome.groups],
        "notes": list[Json](shared_rules(outcome.judged)),
        "totals": _totals(result) if result else {},
        "errors": failed,
        "left": list(result.left) if result else [],
        "removed": [removed_document(arrival) for arrival in outcome.plan.removed],
        "duplicates": [duplicate_document(duplicate) for duplicate in outcome.plan.duplicates],
        "problems": [str(problem) for problem in outcome.plan.problems],
        "waiting": [str(file.path) for file in outcome.plan.waiting],
        "refused": [str(refused) for refused in outcome.plan.refused],
        "untold": list(outcome.untold),
        "skipped_changes": [skip.document() for skip in outcome.skips],
        "elapsed_s": result.elapsed_s if result else 0.0,
    }


def _totals(result: "RunResult") -> dict[str, Json]:
    from dmaic_assets.work.run.bulk import totals_of

    return totals_of(result)


def print_outcome(outcome: Outcome) -> None:
    """Prints what the run did per source, then the files that are held and why."""
    result = outcome.result
    for run_id in outcome.waited_for:
        say(f"waited for run {run_id}, which worked on the same files: dmaic show {run_id}")
    for run_id in outcome.published:
        say(f"published run {run_id}, which had been left: rules, views and mirrors are up to date")
    if result is None:
        say(summary_line(outcome.plan))
    else:
        known = sum(f.is_known for f in outcome.plan.files if f.is_in_scope)
        done = plural(len(outcome.plan.work), "file")
        took = seconds(result.elapsed_s)
        say(f"run {result.run_id}: {done} in {took}, {count(known)} known from before")
        lines = [line_of_verdict(verdict, name) for name, verdict in outcome.judged]
        if lines:
            print_tallies(tallies(lines))
    _print_held(outcome)
    if result is not None and result.left:
        from dmaic_assets.work.run.stopping import left_words

        say(f"stopped early (--fail-fast): {left_words(result.left)}")
    print_skips(outcome.skips)
    print_notices(outcome.plan)
    for trouble in outcome.untold:
        say(f"{trouble} (dmaic alerts)", style="yellow")
    if result is not None:
        say("Look closer: dmaic show latest")


def _ignore(_stage: str) -> None:
    return None


def _advance(advance: Advance, now: "Progress") -> None:
    advance(now.done, now.total, now.name)


def _key(plan: "FilePlan") -> tuple[str, str]:
    return plan.file.source, plan.file.sha256


def _decision(plan: "FilePlan", verdicts: Mapping[tuple[str, str], Verdict]) -> Decision | None:
    verdict = verdicts.get(_key(plan))
    return verdict.decision if verdict else plan.decision


def _print_held(outcome: Outcome) -> None:
    print_groups(outcome.groups, new={sha256 for _, sha256 in outcome.verdicts})
    print_notes(shared_rules(outcome.judged))
    known = [f.file.source for f in outcome.held if _key(f) not in outcome.verdicts]
    if known:
        where = f"in {plural(len(set(known)), 'source')}"
        files = plural(len(known), "file")
        say(f"held since an earlier run: {files} {where}; dmaic status tells why", style="red")


def _report_plan(plan: "Plan", *, is_json: bool) -> None:
    if is_json:
        print_json(plan_document(plan))
    else:
        print_plan(plan)


def refuse_failures(platform: "Platform", outcome: Outcome) -> None:
    """Ends a command whose run could not work on every file; what it could do stands.

    Raises:
        DmaicError: Files could not be worked on; as the first was refused, and how many more.
    """
    refusal = _refusal(platform, outcome)
    if refusal is not None:
        raise refusal


def _refusal(platform: "Platform", outcome: Outcome) -> DmaicError | None:
    if outcome.result is None or not outcome.result.errors:
        return None
    from dmaic_assets.work.run.failed_files import refusal_of_files

    return refusal_of_files(platform, outcome.result.run_id)


def _file_document(plan: "FilePlan", verdict: Verdict | None) -> Json:
    return {
        "source": plan.file.source,
        "path": str(plan.file.path),
        "sha256": plan.file.sha256,
        "is_known": plan.is_known,
        "verdict": verdict.decision if verdict else plan.decision,
        "score": verdict.score if verdict else None,
        "rows": verdict.rows if verdict else None,
        "accepted": verdict.accepted if verdict else None,
        "quarantined": verdict.quarantined if verdict else None,
        "reasons": list(verdict.reasons) if verdict else [],
    }
