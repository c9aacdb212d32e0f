"""`dmaic runs` and `dmaic show`: what happened, read from the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import (
    count,
    print_json,
    print_table,
    say,
    seconds,
    styled,
)
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.gate.ci_forms import CiForm, format_option, print_ci, refuse_both
from dmaic_assets.cli.gate.render_verdict import print_verdict, verdict_document
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.render_held import answer_line, group_document, print_groups
from dmaic_assets.cli.runs.render_tally import print_tallies
from dmaic_assets.cli.runs.tally import FileLine, tallies
from dmaic_assets.cli.tasks.render import print_failed, task_document
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from rich.text import Text

    from dmaic_assets.reports.views.runs import RunEntry, RunFile, RunView
    from dmaic_assets.store.ledger.record.runs import RunRecord
    from dmaic_assets.store.ledger.record.verdicts import VerdictRecord
    from dmaic_assets.work.run.platform import Platform

LATEST = "latest"
_TAGS = "dmaic_assets.cli.runs.tag_commands"
MEMBERS: tuple[LazyCommand, ...] = (
    LazyCommand("tag", f"{_TAGS}:tag", "Name a run that is to stay: pruning never removes it."),
    LazyCommand("untag", f"{_TAGS}:untag", "Take a name away: its run may be pruned again."),
    LazyCommand("tags", f"{_TAGS}:tags", "List the names of runs, those given last first."),
)
# Files that were not accepted whole and are still told one by one; more are grouped.
SHOWN_FILES = 5
# Groups that are printed of one run.
SHOWN_GROUPS = 20
STATUS_STYLES = {
    "succeeded": "green",
    "failed": "bold red",
    "running": "cyan",
    "interrupted": "yellow",
}


@click.group(
    "runs",
    cls=DefaultGroup,
    lazy=MEMBERS,
    default=LazyCommand("runs", "dmaic_assets.cli.runs.history_commands:list_of_runs", ""),
)
def runs() -> None:
    """List the runs, newest first, with what each came to."""


@click.command("runs", cls=ExampleCommand, examples=("dmaic runs", "dmaic runs --limit 5 --json"))
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first."
)
@json_option
@project_option
def list_of_runs(*, limit: int, is_json: bool, project: Path | None) -> None:
    """List the runs, newest first, with what each came to."""
    from dmaic_assets.reports.views.runs import read_runs

    with platform_at(project) as platform:
        found = read_runs(platform, limit=limit).runs
    if is_json:
        print_json([run_document(run) for run in found])
        return
    headers = ("run", "by", "started (UTC)", "took", "status", "files", "held", "rows", "score")
    print_table(
        headers, [_run_row(run) for run in found], right=("took", "files", "held", "rows", "score")
    )


@click.command(
    "show",
    cls=ExampleCommand,
    examples=(
        "dmaic show latest",
        "dmaic show 20261121T0415 --json",
        "dmaic show latest --format junit > dmaic.xml",
    ),
)
@click.argument("run")
@format_option
@json_option
@project_option
def show(*, run: str, form: CiForm | None, is_json: bool, project: Path | None) -> None:
    """Show one run, its files and the rules that they broke.

    RUN is a run id, the beginning of one, a name (`dmaic runs tag`), or `latest`.
    """
    from dmaic_assets.reports.views.runs import read_run
    from dmaic_assets.store.ledger.record.verdicts import verdicts
    from dmaic_assets.store.ledger.tasks.tasks import list_tasks
    from dmaic_assets.work.kept_back.verdicts import without_hidden

    refuse_both(form, is_json=is_json)
    with platform_at(project) as platform:
        run_id = find_run(platform, run).run_id
        view = read_run(platform, run_id)
        # All of every verdict: what a program gets, and a person sees of a few files.
        is_whole = is_json or form is not None or len(view.odd_files) <= SHOWN_FILES
        failed = list_tasks(platform.ledger, run_id=run_id, states=("FAILED",))
        found = sorted(
            verdicts(platform.ledger, run_id=run_id) if is_whole else (),
            key=lambda v: (v.verdict.source, Path(v.path).name),
        )
        shown = without_hidden(platform, [record.verdict for record in found])
        found = [replace(r, verdict=v) for r, v in zip(found, shown, strict=True)]
    if form is not None:
        print_ci(form, [(Path(record.path), record.verdict) for record in found])
        return
    if is_json:
        failures: list[Json] = [task_document(task) for task in failed]
        print_json({**_show_document(view, found), "failed": failures})
        return
    say(run_line(view.run))
    print_tallies(tallies(_line(file) for file in view.files))
    for record in found:
        if record.verdict.decision != "accept":
            print_verdict(record.verdict, Path(record.path))
    if not is_whole:
        print_groups(view.groups, shown=SHOWN_GROUPS, rest=f"dmaic show {run_id} --json")
    for group in view.groups if is_whole else ():
        say(f"{group.source} {group.rule}: {answer_line(group)}")
    print_failed(failed)


def _show_document(view: "RunView", found: "Sequence[VerdictRecord]") -> dict[str, Json]:
    files: list[Json] = [verdict_document(v.verdict, Path(v.path)) for v in found]
    return {
        **run_document(view.run),
        "files": files,
        "groups": [group_document(group) for group in view.groups],
        "phases": to_json(view.phases),
        "artifacts": to_json(view.artifacts),
    }


def _line(file: "RunFile") -> FileLine:
    return FileLine(
        file.source,
        file.name,
        file.decision,
        file.rows,
        file.accepted,
        file.quarantined,
        file.score,
    )


def find_run(platform: "Platform", name: str) -> "RunRecord":
    """Finds a run by a name that it was given, its id, the beginning of it, or `latest`.

    Raises:
        BadInputError: No run, or more than one, is called so.
    """
    from dmaic_assets.store.ledger.record.run_tags import list_tags
    from dmaic_assets.store.ledger.record.runs import get_run, list_runs

    named = next((tag for tag in list_tags(platform.ledger) if tag.name == name), None)
    if named is not None:
        return get_run(platform.ledger, named.run_id)
    known = list_runs(platform.ledger, 1 if name == LATEST else None)
    found = [r for r in known if r.run_id == name] or [
        r for r in known if name == LATEST or r.run_id.startswith(name)
    ]
    if len(found) == 1:
        return found[0]
    culprit = "no such run" if not found else f"the beginning of {len(found)} runs"
    raise BadInputError(name, culprit, "List the runs: dmaic runs")


def run_document(record: "RunEntry") -> dict[str, Json]:
    """Builds the JSON form of a run."""
    return {
        "run_id": record.run_id,
        "by": record.kind,
        "status": record.status,
        "started_at": record.started_at.isoformat(),
        "finished_at": record.finished_at.isoformat() if record.finished_at else None,
        "elapsed_s": record.elapsed_s,
        "git_sha": record.git_sha,
        "parent": record.parent,
        "branch_of": record.branch_of,
        "totals": dict(record.totals),
        "tags": list(record.tags),
    }


def _run_row(record: "RunEntry") -> "tuple[str | Text, ...]":
    totals = record.counts
    return (
        " ".join((record.run_id, *record.tags)),
        record.kind,
        _moment(record.started_at),
        seconds(record.elapsed_s) if record.elapsed_s is not None else "",
        styled(record.status, STATUS_STYLES.get(record.status, "")),
        count(totals.files),
        count(totals.reject),
        count(totals.rows),
        f"{totals.score * 100:.1f}" if totals.score is not None else "",
    )


def run_line(record: "RunEntry") -> str:
    """Says in one line when a run began and how it ended."""
    took = f" in {seconds(record.elapsed_s)}" if record.elapsed_s is not None else ""
    files = f", {plural(record.counts.files, 'file')}" if record.totals else ""
    began = _moment(record.started_at)
    why = f": {record.why}" if record.why else ""
    called = f", called {' and '.join(record.tags)}" if record.tags else ""
    head = f"{record.run_id} ({record.kind}, {began}{called})"
    return f"{head} {record.status}{took}{files}{why}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
