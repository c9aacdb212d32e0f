"""`dmaic alerts channels`: who would be told of what, and whether they can be reached."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmaic_assets.settings.alerts import ChannelSettings
    from dmaic_assets.store.ledger.record.deliveries import ChannelState
    from dmaic_assets.work.run.platform import Platform


@click.command(
    "channels",
    cls=ExampleCommand,
    examples=("dmaic alerts channels", "dmaic alerts channels --json"),
)
@json_option
@project_option
def channels(*, is_json: bool, project: Path | None) -> None:
    """Show the channels, what they take, and how they stand.

    A channel that failed several times in a row is left alone for a while (open), then tried with
    one message (half open). Of a variable it is told whether it is set, never what it holds.
    """
    from collections import Counter

    from dmaic_assets.store.ledger.record.deliveries import channel_states, waiting_deliveries

    with platform_at(project) as platform:
        states = channel_states(platform.ledger)
        waiting = Counter(d.channel for d in waiting_deliveries(platform.ledger))
        found = [
            _document(platform, channel, states, waiting[channel.name])
            for channel in platform.settings.alerts.channels
        ]
        is_on = platform.settings.is_telling
    if is_json:
        print_json({"is_enabled": is_on, "channels": list[Json](found)})
        return
    rows = [tuple(_cells(entry)) for entry in found]
    headers = ("channel", "kind", "takes", "stands", "waiting", "last message", "needs")
    print_table(headers, rows, right=("waiting",))
    for entry in found:
        if entry["error"]:
            say(f"{entry['channel']}: {entry['error']}", style="yellow")
    if not is_on:
        say("Alerts are off: set alerts.enabled in config/dmaic.yaml.", style="dim")


def _document(
    platform: "Platform",
    channel: "ChannelSettings",
    states: "Mapping[str, ChannelState]",
    waiting: int,
) -> dict[str, Json]:
    from dmaic_assets.settings.alerts import WebhookChannel
    from dmaic_assets.store.ledger.record.deliveries import ChannelState
    from dmaic_assets.work.alerts.breaker import position_of
    from dmaic_assets.work.alerts.channels import missing_variables, variables_of

    settings = platform.settings
    state = states.get(channel.name, ChannelState(channel.name))
    missing = missing_variables(channel, settings.environment)
    variables: dict[str, Json] = {name: name not in missing for name in variables_of(channel)}
    return {
        "channel": channel.name,
        "kind": channel.form if isinstance(channel, WebhookChannel) else channel.kind,
        "severities": list(settings.alerts.severities_of(channel)),
        "breaker": position_of(state, settings.alerts.breaker, platform.clock()),
        "failures": state.failures,
        "waiting": waiting,
        "sent_at": state.sent_at.isoformat() if state.sent_at else None,
        "failed_at": state.failed_at.isoformat() if state.failed_at else None,
        "error": state.error,
        "variables": variables,
    }


def _cells(entry: dict[str, Json]) -> list[str]:
    severities, variables = entry["severities"], entry["variables"]
    needs = variables.items() if isinstance(variables, dict) else ()
    stands = "works" if not entry["failures"] else f"failing ({entry['breaker']})"
    return [
        str(entry["channel"]),
        str(entry["kind"]),
        ", ".join(map(str, severities)) if isinstance(severities, list) else "",
        stands if entry["sent_at"] or entry["failures"] else "not used yet",
        str(entry["waiting"]),
        str(entry["sent_at"] or "")[:16].replace("T", " "),
        ", ".join(f"{name} ({'set' if is_set else 'not set'})" for name, is_set in needs),
    ]
