"""`dmaic hashmap tui`: a trial on one screen of the terminal, led by keys."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.framework import ExampleCommand, refuse_overwriting
from dmaic_assets.cli.hashmap.run_command import MODES, file_path, setting_of
from dmaic_assets.cli.hashmap.workload_commands import KINDS, workload_of
from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.trial.trial import Setting
    from dmaic_assets.hashmaps.workload.workload import Workload

# Operations a second that are played: a map fills before one's eyes, and a step is no burden.
RATE = 100_000


@click.command(
    "tui",
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap tui",
        "dmaic hashmap tui workload.csv --mode fast-lookup",
        "dmaic hashmap tui workload.csv --kind swiss --rate 1000000 --snapshot-out now.snapshot",
    ),
)
@click.argument("workload", type=click.Path(path_type=Path), required=False)
@click.option("--config", type=file_path, help="A TOML file (dmaic hashmap config wizard).")
@click.option("--mode", type=click.Choice(MODES), help="What the map is good at (adaptive).")
@click.option("--kind", type=click.Choice(KINDS), help="Keep this index, whatever the mode.")
@click.option(
    "--rate",
    type=click.IntRange(1_000, 5_000_000),
    default=RATE,
    show_default=True,
    help="Operations played a second.",
)
@click.option("--snapshot-out", type=file_path, help="Where the key s saves the map.")
def tui(
    *,
    workload: Path | None,
    config: Path | None,
    mode: str | None,
    kind: str | None,
    rate: int,
    snapshot_out: Path | None,
) -> None:
    """Play a workload before your eyes and lead the map by keys.

    Shows operations a second and p99, the places of the index, the index in use and why, how far
    the next growth and compaction are, alerts, and the last ten events. Without WORKLOAD a made-up
    one is played: two million operations, Zipf 0.9.
    """
    refuse_overwriting("--snapshot-out", snapshot_out, [p for p in (workload, config) if p])
    setting = setting_of(config, mode, kind)
    need_textual()
    if not sys.stdout.isatty():
        fix = "Without one the command run-csv plays a workload."
        raise BadInputError("the screen", "needs a terminal", fix)
    _show(_workload(workload), setting, rate, snapshot_out)


def need_textual() -> None:
    """Refuses to go on without the library that draws the screen.

    Raises:
        BadInputError: Textual is not installed.
    """
    from importlib.util import find_spec

    if find_spec("textual") is None:
        fix = "Install it: pip install 'dmaic-assets[hashmaps]'"
        raise BadInputError("the screen", "needs textual, which is not installed", fix)


def _workload(file: Path | None) -> "Workload":
    from dmaic_assets.hashmaps.workload.generate import Recipe, generate

    if file is not None:
        return workload_of(file, None, "group")
    return generate(Recipe(ops=2_000_000, skew=0.9, key_space=300_000, is_whole=True))


def _show(workload: "Workload", setting: "Setting", rate: int, output: Path | None) -> None:
    from dmaic_assets.cli.hashmap.tui_app import FRAME_S, LiveScreen
    from dmaic_assets.hashmaps.trial.trial import begin

    session = begin(workload, replace(setting, tick=max(int(rate * FRAME_S), 64)), lambda _: None)
    LiveScreen(session, output).run()
