"""`dmaic hashmap config`: the laboratory's configuration asked for, changed and shown."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, LazyGroup, json_option, section_of
from dmaic_assets.cli.hashmap.laboratory import need_numba
from dmaic_assets.cli.hashmap.run_command import MODES
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.config.options import Config, Option, Value

MEMBERS = section_of(
    "Commands",
    "dmaic_assets.cli.hashmap",
    {
        "config_commands:wizard": "Ask for what matters and write a file.",
        "config_commands:edit": "Change keys of a file.",
        "config_commands:show": "Show every key: what counts, and what it may be.",
    },
)
DEFAULT = Path("hashmaps.toml")
PRESETS = (*MODES, "thresholds")
file_argument = click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), default=DEFAULT
)


@click.group("config", cls=LazyGroup, lazy=MEMBERS)
def config() -> None:
    """Configure trials: the map that they play on, and the watchdog's limits."""


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap config wizard",
        "dmaic hashmap config wizard fast.toml --preset fast-lookup --yes",
    ),
)
@file_argument
@click.option("--preset", type=click.Choice(PRESETS), help="A mode, or the fixed thresholds.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what the preset says.")
@json_option
def wizard(*, file: Path, preset: str | None, yes: bool, is_json: bool) -> None:
    """Ask for each key on a terminal and write a file with what each one means."""
    need_numba()
    from dmaic_assets.hashmaps.config.file import toml_of, values_of
    from dmaic_assets.hashmaps.config.options import OPTIONS, config_of

    if file.exists():
        fix = f"Change it: dmaic hashmap config edit {file} KEY=VALUE"
        raise BadInputError(f"the configuration {file}", "is there already", fix)
    if not yes and (is_json or not sys.stdin.isatty()):
        raise BadInputError("the wizard", "has no terminal to ask on", "Add --yes.")
    told = config_of(_preset(preset))
    if not yes:
        defaults = values_of(told)
        chosen = {o.key: (_asked(o, defaults[o.key]), "the answer") for o in OPTIONS}
        told = config_of(chosen)
    _write(file, toml_of(told))
    _tell(file, told, is_json=is_json)


def _preset(name: str | None) -> "dict[str, tuple[Value, str]]":
    if name is None:
        return {}
    key = "adaptive.policy" if name == "thresholds" else "adaptive.mode"
    return {key: (name, "--preset")}


def _asked(option: "Option", default: "Value") -> "Value":
    """Asks until the answer is one that the key allows."""
    from dmaic_assets.errors import SettingsError
    from dmaic_assets.hashmaps.config.options import allowed, value_of

    shown = "none" if default is None else str(default)
    while True:
        text = f"{option.key}: {option.meaning} ({allowed(option)})"
        answer: str = click.prompt(text, default=shown, err=True)
        try:
            return value_of(option, answer, "the answer")
        except SettingsError as error:
            click.echo(f"{error}. {error.fix}", err=True)


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap config edit hashmaps.toml adaptive.mode=fast-insert",
        "dmaic hashmap config edit hashmaps.toml watchdog.load_factor_warn=none",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE...")
@json_option
def edit(*, file: Path, changes: tuple[str, ...], is_json: bool) -> None:
    """Change keys of a file; what a trial would refuse is refused here, with the file untouched."""
    need_numba()
    from dmaic_assets.hashmaps.config.file import option_of, told_by_file, toml_of
    from dmaic_assets.hashmaps.config.options import config_of

    told = told_by_file(file)
    for change in changes:
        key, sign, value = change.partition("=")
        if not sign:
            raise BadInputError(f"{change!r}", "is no KEY=VALUE", "Write adaptive.mode=adaptive.")
        told[option_of(key.strip(), f"the change {change!r}").key] = (value.strip(), change)
    changed = config_of(told)
    _write(file, toml_of(changed))
    _tell(file, changed, is_json=is_json)


def _write(file: Path, text: str) -> None:
    from dmaic_assets.hashmaps.snapshot.write import replace_file

    replace_file(file, (text.encode(),))


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap config show",
        "dmaic hashmap config show hashmaps.toml --json",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@json_option
def show(*, file: Path | None, is_json: bool) -> None:
    """Show what counts: the environment first, then FILE, then defaults."""
    need_numba()
    from dmaic_assets.hashmaps.config.file import read_config

    _tell(file, read_config(file, os.environ), is_json=is_json)


def _tell(file: Path | None, told: "Config", *, is_json: bool) -> None:
    from dmaic_assets.hashmaps.config.file import values_of
    from dmaic_assets.hashmaps.config.options import OPTIONS, allowed

    values = values_of(told)
    if is_json:
        print_json({"file": str(file) if file else None, "values": cast("Json", values)})
        return
    rows = [
        (o.key, "none" if values[o.key] is None else str(values[o.key]), o.meaning, allowed(o))
        for o in OPTIONS
    ]
    print_table(("key", "value", "means", "may be"), rows)
    if file:
        say(f"{file}")
