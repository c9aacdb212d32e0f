"""`dmaic config`: the settings in force, and where each comes from."""

import json
from pathlib import Path

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import settings_at
from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.model import Json

_WIDTH = 60  # characters of a value in the table; --json has all


@click.command(
    "config",
    cls=ExampleCommand,
    examples=(
        "dmaic config",
        "dmaic config runs --env production",
        "dmaic config --changed",
        "dmaic config alerts.channels --json",
    ),
)
@click.argument("key", required=False)
@click.option("--changed", "is_changed", is_flag=True, help="Only what somebody wrote.")
@json_option
@project_option
def config(*, key: str | None, is_changed: bool, is_json: bool, project: Path | None) -> None:
    """Show the settings in force and where each comes from.

    KEY is a key, or the beginning of some. A later tier wins: config/dmaic.yaml, the profile that
    --env or DMAIC_ENV names, .env, the environment. No secret is shown.
    """
    from dmaic_assets.settings.in_force import settings_in_force

    settings = settings_at(project)
    every = settings_in_force(settings)
    found = [s for s in every if key is None or f"{s.key}.".startswith(f"{key}.")]
    if key is not None and not found:
        culprit = f"there is no such key{did_you_mean(key, [s.key for s in every])}"
        raise BadInputError(f"key {key}", culprit, "List all keys: dmaic config.")
    shown = [s for s in found if not is_changed or s.origin != "default"]
    values = {s.key: _shown(s.key, s.value) for s in shown}
    if is_json:
        print_json(
            [
                {"file": s.file, "key": s.key, "value": values[s.key], "origin": s.origin}
                for s in shown
            ]
        )
        return
    rows = [(s.key, _spelt(values[s.key]), s.origin) for s in shown]
    print_table(("key", "value", "from"), rows)
    say(f"Profile: {settings.profile}")


def _shown(key: str, value: Json) -> Json:
    if key == "ledger.url" and isinstance(value, str) and value:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        from dmaic_assets.store.ledger.database.store import shown_url

        try:
            return shown_url(make_url(value))
        except (ArgumentError, ValueError):
            # What is no address cannot be told from a secret.
            return "***"
    return value


def _spelt(value: Json) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
