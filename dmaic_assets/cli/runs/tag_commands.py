"""`dmaic runs tag`, `untag` and `tags`: names of runs that are to stay."""

import re
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.cli.runs.history_commands import find_run
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

# A name is one word of a command line, and no option.
_NAME = re.compile(r"[A-Za-z0-9][\w.+-]{0,63}")


@click.command(
    "tag",
    cls=ExampleCommand,
    examples=("dmaic runs tag latest audit-2026", "dmaic runs tag 20261121T0415 before-repair"),
)
@click.argument("run")
@click.argument("name")
@json_option
@project_option
def tag(*, run: str, name: str, is_json: bool, project: Path | None) -> None:
    """Name a run that is to stay: pruning never removes it.

    RUN is a run id, the beginning of one, `latest`, or another name of it. A name stands for one
    run; a run may have several. `dmaic show NAME` shows it.
    """
    from dmaic_assets.store.ledger.record.run_tags import tag_run

    if not _NAME.fullmatch(name):
        culprit = "is no name: letters, digits and . _ + - up to 64, the first a letter or digit"
        raise BadInputError(repr(name), culprit, "Write: dmaic runs tag latest audit-2026")
    with platform_at(project) as platform:
        made = tag_run(platform.ledger, find_run(platform, run).run_id, name)
    if is_json:
        print_json({"name": made.name, "run_id": made.run_id})
        return
    say(f"{made.run_id} is called {made.name} and stays")


@click.command("untag", cls=ExampleCommand, examples=("dmaic runs untag audit-2026",))
@click.argument("name")
@json_option
@project_option
def untag(*, name: str, is_json: bool, project: Path | None) -> None:
    """Take a name away: its run may be pruned again."""
    from dmaic_assets.store.ledger.record.run_tags import untag as take_away

    with platform_at(project) as platform:
        gone = take_away(platform.ledger, name)
    if is_json:
        print_json({"name": gone.name, "run_id": gone.run_id})
        return
    say(f"{gone.run_id} is no longer called {gone.name}")


@click.command("tags", cls=ExampleCommand, examples=("dmaic runs tags", "dmaic runs tags --json"))
@json_option
@project_option
def tags(*, is_json: bool, project: Path | None) -> None:
    """List the names of runs, those given last first."""
    from dmaic_assets.store.ledger.record.run_tags import list_tags

    with platform_at(project) as platform:
        found = list_tags(platform.ledger)
    if is_json:
        listed: list[Json] = [
            {"name": t.name, "run_id": t.run_id, "tagged_at": t.tagged_at.isoformat()}
            for t in found
        ]
        print_json({"tags": listed})
        return
    if not found:
        say("No run has a name. Give one: dmaic runs tag latest audit-2026")
        return
    rows = [(t.name, t.run_id, f"{t.tagged_at:%Y-%m-%d %H:%M:%S}") for t in found]
    print_table(("name", "run", "named (UTC)"), rows)
