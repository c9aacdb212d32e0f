"""`dmaic job stats`, `job slo` and `ledger prune`: how the work goes, and making room."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import (
    bar,
    count,
    print_json,
    print_table,
    say,
    size,
    styled,
)
from dmaic_assets.cli.errors import HELD, OK
from dmaic_assets.cli.framework import (
    ExampleCommand,
    LazyCommand,
    LazyGroup,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from rich.text import Text

    from dmaic_assets.defs.catalog.forget import Forgotten
    from dmaic_assets.store.ledger.tasks.slo import ServiceLevel
    from dmaic_assets.work.run.platform import Platform

LEVEL_STYLES = {"pass": "green", "warning": "yellow", "fail": "bold red", "no data": "dim"}
MEMBERS = (
    LazyCommand(
        "prune",
        "dmaic_assets.cli.tasks.service_commands:prune",
        "Remove old history that no live record needs.",
    ),
    LazyCommand(
        "vacuum",
        "dmaic_assets.cli.tasks.service_commands:vacuum",
        "Give the space of removed rows back to the disk.",
    ),
)


@click.group("ledger", cls=LazyGroup, lazy=MEMBERS)
def ledger() -> None:
    """Look after the ledger."""


@click.command(
    "stats", cls=ExampleCommand, examples=("dmaic job stats", "dmaic job stats --hours 1 --json")
)
@click.option(
    "--hours",
    type=click.FloatRange(0, min_open=True),
    default=24.0,
    show_default=True,
    help="How far back to look.",
)
@json_option
@project_option
def stats(*, hours: float, is_json: bool, project: Path | None) -> None:
    """Count what happened to tasks and effects."""
    from dmaic_assets.store.ledger.tasks.events import list_events
    from dmaic_assets.store.ledger.tasks.tasks import count_states

    with platform_at(project) as platform:
        since = platform.clock() - timedelta(hours=hours)
        kinds = Counter(event.kind for event in list_events(platform.ledger, since=since))
        states = count_states(platform.ledger)
    if is_json:
        events = dict[str, Json](kinds.items())
        tasks = dict[str, Json](states.items())
        print_json({"hours": hours, "events": events, "tasks": tasks})
        return
    say(f"Events of the last {hours:g} hours, of {plural(sum(states.values()), 'task')} in all:")
    most = max(kinds.values(), default=1)
    rows = [(kind.replace("_", " "), count(n), bar(n / most)) for kind, n in kinds.most_common()]
    print_table(("event", "times", ""), rows, right=("times",))


@click.command("slo", cls=ExampleCommand, examples=("dmaic job slo", "dmaic job slo --json"))
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although a level fails (else 4).")
@json_option
@project_option
def slo(*, exit_zero: bool, is_json: bool, project: Path | None) -> int:
    """Compare service levels with their targets.

    Each level has an error budget; only what lies on the wrong side of the target uses it up.
    Exits with 4 when a level fails.
    """
    from dmaic_assets.store.ledger.tasks.slo import service_levels

    with platform_at(project) as platform:
        levels = service_levels(platform.ledger)
    if is_json:
        print_json([_level_document(level) for level in levels])
    else:
        headers = ("level", "meaning", "value", "target", "status", "budget left", "")
        right = ("value", "target", "")
        print_table(headers, [_level_row(level) for level in levels], right=right)
    is_failing = any(level.status == "fail" for level in levels)
    return HELD if is_failing and not exit_zero else OK


@click.command(
    "prune",
    cls=ExampleCommand,
    examples=("dmaic ledger prune --dry-run", "dmaic ledger prune --days 30 --keep-runs 20"),
)
@click.option(
    "--days",
    type=click.FloatRange(0),
    default=90.0,
    show_default=True,
    help="History younger than this stays.",
)
@click.option(
    "--keep-runs",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="The newest runs that stay in any case.",
)
@click.option("--dry-run", is_flag=True, help="Count only; change nothing.")
@json_option
@project_option
def prune(
    *, days: float, keep_runs: int, dry_run: bool, is_json: bool, project: Path | None
) -> None:
    """Remove old history that no live record needs.

    Whatever decides today's results stays, however old it is: arrivals, the newest verdict of
    each file, memo records in use; and so do runs with a name (`dmaic runs tag`). Dagster forgets
    the runs that go, with their events and partitions. The space is given back to the disk.
    """
    from dmaic_assets.store.ledger.record.retention import prune as remove_old
    from dmaic_assets.store.ledger.record.retention import vacuum as give_back

    with platform_at(project) as platform:
        older_than = timedelta(days=days)
        pruned = remove_old(
            platform.ledger, older_than=older_than, keep_runs=keep_runs, dry_run=dry_run
        )
        freed = 0 if dry_run else give_back(platform.ledger)
        forgotten = _forgotten(platform, dry_run=dry_run)
    if is_json:
        rows = dict[str, Json](pruned.rows.items())
        document: dict[str, Json] = {"rows": rows, "files": pruned.files, "is_dry_run": dry_run}
        sizes = {"files_bytes": pruned.size_bytes, "ledger_bytes_freed": freed}
        print_json({**document, **sizes, "dagster": asdict(forgotten)})
        return
    what = "Would remove" if dry_run else "Removed"
    say(f"{what} {plural(pruned.files, 'artifact')} ({size(pruned.size_bytes)}) and these rows:")
    lines = [(name.replace("_", " "), count(number)) for name, number in pruned.rows.items()]
    print_table(("of", "rows"), lines, right=("rows",)) if lines else say("  none")
    if freed:
        say(f"The ledger is {size(freed)} smaller.")
    if forgotten.partitions:
        told = f"{plural(forgotten.runs, 'run')} of {plural(forgotten.partitions, 'partition')}"
        say(f"{what} of Dagster: {told}, {size(forgotten.size_bytes)}.")


def _forgotten(platform: "Platform", *, dry_run: bool) -> "Forgotten":
    """Has Dagster forget the runs that the ledger has no more."""
    from dmaic_assets.defs.catalog.forget import forget_pruned
    from dmaic_assets.store.ledger.record.runs import list_runs

    known = {run.run_id for run in list_runs(platform.ledger, None)}
    return forget_pruned(platform.settings, known, dry_run=dry_run)


@click.command("vacuum", cls=ExampleCommand, examples=("dmaic ledger vacuum",))
@json_option
@project_option
def vacuum(*, is_json: bool, project: Path | None) -> None:
    """Give the space of removed rows back to the disk.

    Waits for those who write and holds up those who want to. `dmaic ledger prune` does it too.
    """
    from dmaic_assets.store.ledger.record.retention import vacuum as give_back

    with platform_at(project) as platform:
        freed = give_back(platform.ledger)
    if is_json:
        print_json({"ledger_bytes_freed": freed})
        return
    say(f"The ledger is {size(freed)} smaller." if freed else "There was nothing to give back.")


def _level_row(level: "ServiceLevel") -> "tuple[str | Text, ...]":
    objective = level.objective
    sign = "≥" if objective.direction == "at least" else "≤"
    return (
        objective.name.replace("_", " "),
        objective.meaning,
        _amount(level.value, objective.unit),
        f"{sign} {_amount(objective.target, objective.unit)}",
        styled(level.status, LEVEL_STYLES[level.status]),
        bar(level.budget_left, width=10),
        percent(level.budget_left, digits=0),
    )


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return percent(value, digits=2) if unit == "share" else f"{value:,.1f} {unit}"


def _level_document(level: "ServiceLevel") -> Json:
    objective = level.objective
    return {
        "name": objective.name,
        "meaning": objective.meaning,
        "value": level.value,
        "unit": objective.unit,
        "target": objective.target,
        "direction": objective.direction,
        "budget": objective.budget,
        "window_s": objective.window.total_seconds(),
        "samples": level.samples,
        "status": level.status,
        "budget_left": level.budget_left,
        "is_alert": level.is_alert,
    }
