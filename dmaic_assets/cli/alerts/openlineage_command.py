"""`dmaic openlineage` and `send`: events of runs that wait for a server, and sending them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.work.run.platform import Platform

HERE = "dmaic_assets.cli.alerts.openlineage_command"
# Events named one by one.
SHOWN = 10


@click.group(
    "openlineage",
    cls=DefaultGroup,
    lazy=(LazyCommand("send", f"{HERE}:send", "Send the events that wait."),),
    default=LazyCommand("openlineage", f"{HERE}:waiting", ""),
)
def openlineage() -> None:
    """Tell which events of OpenLineage wait, and send them."""


@click.command(
    "openlineage",
    cls=ExampleCommand,
    examples=("dmaic openlineage", "dmaic openlineage --json | jq .waiting"),
)
@json_option
@project_option
def waiting(*, is_json: bool, project: Path | None) -> None:
    """Tell which events of OpenLineage wait, and send them.

    Runs keep events when they end (openlineage in config/dmaic.yaml), and a process of its own
    sends them. What the server does not take waits; what it refuses for good is kept aside.
    """
    from dmaic_assets.settings.openlineage import openlineage_of
    from dmaic_assets.work.openlineage.outbox import refused_events, waiting_events

    with platform_at(project) as platform:
        is_on = openlineage_of(platform.settings).enabled
        found = {
            "waiting": [path.stem for path in waiting_events(platform)],
            "refused": [path.stem for path in refused_events(platform)],
        }
    if is_json:
        told: dict[str, Json] = {name: list[Json](names) for name, names in found.items()}
        print_json({"enabled": is_on, **told})
        return
    for name, names in found.items():
        say(f"{plural(len(names), 'event')} {name}")
        for stem in names[:SHOWN]:
            say(f"  {stem}")
        if len(names) > SHOWN:
            say(f"  and {len(names) - SHOWN:,} more (--json lists all)", style="dim")
    if not is_on:
        say("OpenLineage is off: set openlineage.enabled in config/dmaic.yaml.", style="dim")


@click.command(
    "send", cls=ExampleCommand, examples=("dmaic openlineage send", "dmaic openlineage send --json")
)
@json_option
@project_option
def send(*, is_json: bool, project: Path | None) -> int:
    """Send the events that wait.

    Every run has it done when it ends. Exits with 5 while the server does not take what waits.
    """
    from dmaic_assets.work.openlineage.outbox import send_events

    with platform_at(project) as platform:
        _refuse_off(platform)
        session = send_events(platform)
    if is_json:
        print_json(session.document())
    else:
        say(f"{plural(session.sent, 'event')} sent, {session.waiting:,} waiting")
        if session.refused:
            say(f"{plural(session.refused, 'event')} refused by the server", style="yellow")
        if session.why:
            say(session.why, style="red")
    return StoreError.exit_code if session.waiting else errors.OK


def _refuse_off(platform: "Platform") -> None:
    from dmaic_assets.settings.openlineage import openlineage_of

    if not openlineage_of(platform.settings).enabled:
        fix = "Set openlineage.enabled: true in config/dmaic.yaml."
        raise BadInputError("openlineage", "is off", fix)
