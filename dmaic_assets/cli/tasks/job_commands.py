"""`dmaic job`: tasks, who works on them, and putting right what a crash left behind.

What belongs here: looking at tasks and acting on them. Working on them is `dmaic worker`, their
service levels are in `service_commands`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import bar, count, print_json, print_table, say
from dmaic_assets.cli.framework import (
    ExampleCommand,
    LazyCommand,
    LazyGroup,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.tasks.render import (
    data_text,
    event_document,
    lease_row,
    print_failed,
    state_cell,
    task_document,
    task_name,
)
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.effects.reconcile import Reconciliation

HERE = "dmaic_assets.cli.tasks.job_commands"
SERVICE = "dmaic_assets.cli.tasks.service_commands"
MEMBERS = (
    LazyCommand("status", f"{HERE}:status", "Count tasks by state and list those that failed."),
    LazyCommand("leases", f"{HERE}:leases", "List the tasks that somebody works on now."),
    LazyCommand("show", f"{HERE}:show", "Show one task and everything that happened to it."),
    LazyCommand("retry", f"{HERE}:retry", "Bring failed tasks back with all their attempts."),
    LazyCommand("reconcile", f"{HERE}:reconcile", "Put right what dead workers left behind."),
    LazyCommand("stats", f"{SERVICE}:stats", "Count what happened to tasks and effects."),
    LazyCommand("slo", f"{SERVICE}:slo", "Compare service levels with their targets."),
)
STATE_STYLES = {
    "DONE": "green",
    "FAILED": "bold red",
    "PLANNED": "cyan",
    "SKIPPED_DUPLICATE": "dim",
}


@click.group("job", cls=LazyGroup, lazy=MEMBERS)
def job() -> None:
    """Look at tasks, their leases and service levels."""


@click.command(
    "status",
    cls=ExampleCommand,
    examples=("dmaic job status", "dmaic job status --last 20", "dmaic job status --json"),
)
@click.option("--last", type=click.IntRange(0), default=0, help="Also list the newest tasks.")
@json_option
@project_option
def status(*, last: int, is_json: bool, project: Path | None) -> None:
    """Count tasks by state and list those that failed."""
    from dmaic_assets.store.ledger.tasks.tasks import count_states, list_tasks, newest_tasks

    with platform_at(project) as platform:
        states = count_states(platform.ledger)
        failed = list_tasks(platform.ledger, states=("FAILED",))
        newest = newest_tasks(platform.ledger, last)
    if is_json:
        document: dict[str, Json] = {"states": dict[str, Json](states.items())}
        document["failed"] = [task_document(t) for t in failed]
        print_json({**document, "newest": [task_document(t) for t in newest]})
        return
    total = sum(states.values())
    rows = [
        (state_cell(state), count(number), bar(number / total))
        for state, number in states.items()
        if number
    ]
    print_table(("state", "tasks", ""), rows, right=("tasks",)) if rows else say("No tasks yet.")
    if newest:
        lines = [(str(t.task_id), t.file, state_cell(t.state), t.run_id) for t in newest]
        print_table(("task", "file", "state", "run"), lines, right=("task",))
    print_failed(failed)


@click.command("leases", cls=ExampleCommand, examples=("dmaic job leases",))
@json_option
@project_option
def leases(*, is_json: bool, project: Path | None) -> None:
    """List the tasks that somebody works on now."""
    from dmaic_assets.store.ledger.tasks.tasks import live_tasks

    with platform_at(project) as platform:
        now = platform.clock()
        found = live_tasks(platform.ledger)
    if is_json:
        print_json([task_document(task) for task in found])
        return
    if not found:
        say("Nobody works on anything.")
        return
    headers = ("task", "file", "state", "owner", "attempt", "lease ends in")
    print_table(headers, [lease_row(task, now) for task in found], right=("task", "attempt"))


@click.command(
    "show", cls=ExampleCommand, examples=("dmaic job show 17", "dmaic job show 17 --json")
)
@click.argument("task")
@json_option
@project_option
def show(*, task: str, is_json: bool, project: Path | None) -> None:
    """Show one task and everything that happened to it.

    TASK is the number in `dmaic job status`, or the task's key.
    """
    from dmaic_assets.store.ledger.tasks.events import list_events
    from dmaic_assets.store.ledger.tasks.tasks import get_task

    with platform_at(project) as platform:
        found = get_task(platform.ledger, task_name(task))
        history = list_events(platform.ledger, task_id=found.task_id)
    if is_json:
        print_json({**task_document(found), "history": [event_document(e) for e in history]})
        return
    say(f"task {found.task_id}  {found.file}  {found.state}")
    say(f"  key {found.key}, run {found.run_id or 'none'}, lane {found.lane or 'none'}")
    say(f"  attempt {found.attempts} of {found.max_attempts}")
    if found.error is not None:
        say(f"  {found.why_failed}", style="red")
    rows = [(f"{e.at:%Y-%m-%d %H:%M:%S.%f}"[:-3], e.kind, e.owner, data_text(e)) for e in history]
    print_table(("when (UTC)", "what", "by", ""), rows)


@click.command(
    "retry", cls=ExampleCommand, examples=("dmaic job retry 17", "dmaic job retry 17 18")
)
@click.argument("tasks", nargs=-1, required=True, metavar="TASK...")
@json_option
@project_option
def retry(*, tasks: tuple[str, ...], is_json: bool, project: Path | None) -> None:
    """Bring failed tasks back with all their attempts.

    The next run or worker takes them up. A task that is done stays done.
    """
    from dmaic_assets.store.ledger.tasks.tasks import retry_task

    with platform_at(project) as platform:
        found = [retry_task(platform.ledger, task_name(task)) for task in tasks]
    if is_json:
        print_json([task_document(task) for task in found])
        return
    for task in found:
        say(f"task {task.task_id}  {task.file}  {task.state}")


@click.command(
    "reconcile",
    cls=ExampleCommand,
    examples=("dmaic job reconcile --dry-run", "dmaic job reconcile --json"),
)
@click.option("--dry-run", is_flag=True, help="Tell what would be done; change nothing.")
@json_option
@project_option
def reconcile(*, dry_run: bool, is_json: bool, project: Path | None) -> None:
    """Put right what dead workers left behind.

    Takes back expired leases, undoes effects that were begun and never finished, removes half
    written files and sets aside outputs that no record speaks of. Safe beside working ones.
    """
    from dmaic_assets.work.run.upkeep import put_right

    with platform_at(project) as platform:
        found = put_right(platform, dry_run=dry_run)
    if is_json:
        print_json(_reconciliation_document(found))
        return
    if found.is_clean:
        say("Ledger and disk agree: nothing to put right.", style="green")
        return
    say("Would be put right:" if dry_run else "Put right:")
    rows = [
        (name.replace("_", " "), count(number), _first_of(found, name))
        for name, number in found.counts.items()
        if number
    ]
    print_table(("what", "how many", "such as"), rows, right=("how many",))


def _first_of(found: "Reconciliation", name: str) -> str:
    things: tuple[Path | str, ...] = getattr(found, name)
    return str(things[0])


def _reconciliation_document(found: "Reconciliation") -> dict[str, Json]:
    return {
        "is_dry_run": found.is_dry_run,
        "is_clean": found.is_clean,
        "counts": dict[str, Json](found.counts.items()),
        "expired_leases": list(found.expired_leases),
        "abandoned_effects": list(found.abandoned_effects),
        "interrupted_runs": list(found.interrupted_runs),
        "stale_parts": [str(path) for path in found.stale_parts],
        "unrecorded_files": [str(path) for path in found.unrecorded_files],
        "lost_files": [str(path) for path in found.lost_files],
        "lost_receipts": list(found.lost_receipts),
        "unpublished_runs": list(found.unpublished_runs),
    }
