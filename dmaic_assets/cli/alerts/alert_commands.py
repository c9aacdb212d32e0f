"""`dmaic alerts`, `send` and `test`: what people were told, what waits, and trying a channel."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.alerts.render import (
    alert_document,
    print_alerts,
    print_session,
    session_code,
)
from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import (
    DefaultGroup,
    ExampleCommand,
    LazyCommand,
    json_option,
    project_option,
)
from dmaic_assets.cli.project import platform_at, settings_at
from dmaic_assets.errors import BadInputError, StoreError, did_you_mean
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmaic_assets.settings.alerts import ChannelSettings
    from dmaic_assets.settings.project import Settings

HERE = "dmaic_assets.cli.alerts.alert_commands"
LIST = LazyCommand("alerts", f"{HERE}:list_told", "")
MEMBERS = (
    LazyCommand(
        "channels",
        "dmaic_assets.cli.alerts.channels_command:channels",
        "Show the channels, what they take, and how they stand.",
    ),
    LazyCommand("send", f"{HERE}:send", "Look for what is late or failed, and send what waits."),
    LazyCommand("test", f"{HERE}:test", "Send a test message through channels."),
)
_OFF = "Alerts are off: set alerts.enabled in config/dmaic.yaml (docs/guides/alerts.md)."


@click.group("alerts", cls=DefaultGroup, lazy=MEMBERS, default=LIST)
def alerts() -> None:
    """List what people were told; send what waits; try channels."""


@click.command(
    "alerts",
    cls=ExampleCommand,
    examples=("dmaic alerts", "dmaic alerts --waiting", "dmaic alerts --limit 100 --json"),
)
@click.option("--waiting", "is_waiting", is_flag=True, help="Only those that wait for a channel.")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many at most."
)
@json_option
@project_option
def list_told(*, is_waiting: bool, limit: int, is_json: bool, project: Path | None) -> None:
    """List what people were told; send what waits; try channels.

    Each alert is shown with the channels that told it, and those that still have to.
    """
    from dmaic_assets.store.ledger.record.alerts import alerts_of, list_alerts
    from dmaic_assets.store.ledger.record.deliveries import deliveries_of, waiting_deliveries

    with platform_at(project) as platform:
        if is_waiting:
            keys = [d.alert_key for d in waiting_deliveries(platform.ledger)]
            known = alerts_of(platform.ledger, keys)
            found = sorted(known.values(), key=lambda a: a.raised_at, reverse=True)[:limit]
        else:
            found = list_alerts(platform.ledger, limit=limit)
        told = deliveries_of(platform.ledger, [alert.key for alert in found])
        is_on = platform.settings.is_telling
    if is_json:
        print_json([alert_document(a, [d for d in told if d.alert_key == a.key]) for a in found])
        return
    print_alerts(found, told)
    if not is_on:
        say(_OFF, style="dim")


@click.command(
    "send", cls=ExampleCommand, examples=("dmaic alerts send", "dmaic alerts send --json")
)
@json_option
@project_option
def send(*, is_json: bool, project: Path | None) -> int:
    """Look for what is late or failed, and send what waits.

    Every run does so when it ends. Between runs, have a scheduler call this: nobody else notices
    that a file does not come. Exits with 5 while a channel does not take what waits for it.
    """
    from dmaic_assets.work.alerts.telling import look_and_send

    with platform_at(project) as platform:
        if not platform.settings.is_telling:
            fix = "Set alerts.enabled: true in config/dmaic.yaml."
            raise BadInputError("alerts", "are off", fix)
        session = look_and_send(platform)
    if is_json:
        print_json(session.document())
    else:
        print_session(session)
    return session_code(session)


@click.command(
    "test",
    cls=ExampleCommand,
    examples=("dmaic alerts test", "dmaic alerts test ops", "dmaic alerts test ops --json"),
)
@click.argument("names", metavar="[CHANNEL]...", nargs=-1)
@json_option
@project_option
def test(*, names: tuple[str, ...], is_json: bool, project: Path | None) -> int:
    """Send a test message through channels.

    CHANNEL is a name of config/dmaic.yaml; all when left out. Nothing of it is kept, and it also
    works while alerts are off. Exits with 5 when a channel does not take it.
    """
    settings = settings_at(project)
    chosen = _chosen(settings, names)
    results = [(channel.name, _tried(settings, channel)) for channel in chosen]
    if is_json:
        told: list[Json] = [
            {"channel": n, "is_sent": e is None, "why": str(e) if e else None} for n, e in results
        ]
        print_json(told)
    else:
        for name, error in results:
            say(f"{name}: {'taken' if error is None else error}", style="red" if error else "")
            if error is not None:
                say(f"  {error.fix}", style="dim")
    is_fine = all(error is None for _, error in results)
    return errors.OK if is_fine else StoreError.exit_code


def _chosen(settings: "Settings", names: "Sequence[str]") -> "list[ChannelSettings]":
    known = {channel.name: channel for channel in settings.alerts.channels}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        culprit = f"is not in config/dmaic.yaml{did_you_mean(unknown, list(known))}"
        raise BadInputError(f"channel {unknown}", culprit, f"Use one of: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names)] or list(known.values())


def _tried(settings: "Settings", channel: "ChannelSettings") -> StoreError | None:
    from dmaic_assets.settings.project import utc_clock
    from dmaic_assets.work.alerts.channels import send as send_through
    from dmaic_assets.work.alerts.channels import trial_message

    try:
        send_through(settings, channel, trial_message(settings, utc_clock()))
    except StoreError as error:
        return error
    return None
