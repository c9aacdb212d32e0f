"""`dmaic hashmap tune`: limits of a configuration searched for on a workload."""

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import count, print_json, print_table, progress, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.laboratory import clocks, draw_seeds, measured_costs
from dmaic_assets.cli.hashmap.workload_commands import USES, workload_of
from dmaic_assets.errors import SettingsError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmaic_assets.hashmaps.config.options import Config
    from dmaic_assets.hashmaps.trial.compare import Difference, Side
    from dmaic_assets.hashmaps.trial.tune import Tuned
    from dmaic_assets.hashmaps.workload.workload import Workload

# What is tuned without a file: the fixed thresholds, since measured costs need none.
_DEFAULT = {"ADAPTIVE_POLICY": "thresholds"}
file_path = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap tune workload.csv -o tuned.toml",
        "dmaic hashmap tune workload.csv --config hashmaps.toml --candidates 12 --seconds 10",
        "dmaic hashmap tune orders.csv --column order_id --use dedupe --json | jq .gain",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@click.option("--config", type=file_path, help="Begin here (default: the fixed thresholds).")
@click.option("--candidates", type=click.IntRange(1, 1000), default=24, show_default=True)
@click.option("--pairs", type=click.IntRange(6, 1000), default=40, show_default=True)
@click.option("--seconds", type=click.FloatRange(0, 3600), default=30, show_default=True)
@click.option("--seed", type=int, default=1337, show_default=True, help="Of what is drawn.")
@click.option("-o", "--output", type=file_path, help="Write the configuration as TOML.")
@json_option
def tune(  # noqa: PLR0913 - one for each option
    *,
    file: Path,
    column: str | None,
    use: str,
    config: Path | None,
    candidates: int,
    pairs: int,
    seconds: float,
    seed: int,
    output: Path | None,
    is_json: bool,
) -> None:
    """Search limits of the map's policy for one workload.

    Candidates are played in rounds and the slower half is left out, until one is left. That one
    is compared anew with what was there, in pairs and with a control. It is written only where it
    is proven to be faster; else what was there is. --seconds limits the cpu time.
    """
    refuse_overwriting("--output", output, [path for path in (file, config) if path])
    workload = workload_of(file, column, use)
    import numpy as np

    from dmaic_assets.hashmaps.config.file import read_config, toml_of
    from dmaic_assets.hashmaps.snapshot.write import replace_file
    from dmaic_assets.hashmaps.trial.tune import Search, tune

    base = read_config(config, os.environ if config else {**_DEFAULT, **os.environ})
    _refuse_a_mode(base)
    play, rng = _player(workload, base), np.random.default_rng(seed)
    with progress("tuning", is_quiet=is_json) as advance:
        search = Search(play, rng, clocks().cpu, advance, candidates, pairs, seconds)
        found = tune(base, search)
    if output:
        replace_file(output, (toml_of(found.chosen).encode(),))
    if is_json:
        print_json(_document(found, output, workload))
    else:
        say(f"{file}: {workload.told}")
        _tell(found, output)


def _refuse_a_mode(base: "Config") -> None:
    mode = base.adaptive.mode
    if mode != "adaptive":
        fix = "Tune one whose adaptive.mode is adaptive."
        raise SettingsError("the configuration", f"has the mode {mode!r}, which keeps to it", fix)


def _player(workload: "Workload", base: "Config") -> "Callable[[Config], Side]":
    """Plays of a configuration; costs are measured, where the policy needs them, before any."""
    from dmaic_assets.hashmaps.cost_model import CostTable
    from dmaic_assets.hashmaps.trial.trial import Setting, side_of

    needs = base.adaptive.policy == "costs"
    table = measured_costs() if needs else CostTable("unmeasured", {}, {})
    setting = Setting(base, clocks(), draw_seeds, lambda: table)
    return lambda config: side_of(workload, replace(setting, config=config))


def _document(found: "Tuned", output: Path | None, workload: "Workload") -> Json:
    from dmaic_assets.hashmaps.config.file import values_of

    told = {
        "operations": len(workload),
        "digest": workload.digest,
        "policy": found.base.adaptive.policy,
        "candidates": found.candidates,
        "plays": found.plays,
        "pairs": found.comparison.pairs,
        "is_cut": found.is_cut,
        "changes": {key: list(values) for key, values in found.changes.items()},
        "gain": asdict(found.gain),
        "differences": [asdict(each) for each in found.comparison.differences],
        "control": [asdict(each) for each in found.comparison.control],
        "is_trustworthy": found.comparison.is_trustworthy,
        "is_proven": found.is_proven,
        "values": values_of(found.chosen),
        "file": str(output) if output else None,
    }
    return cast("Json", told)


def _tell(found: "Tuned", output: Path | None) -> None:
    cut = ", cut when the time was over" if found.is_cut else ""
    say(
        f"{count(found.candidates)} candidates, {count(found.plays)} plays{cut};"
        f" the best was compared in {count(found.comparison.pairs)} pairs"
    )
    rows = [(key, str(before), str(after)) for key, (before, after) in found.changes.items()]
    print_table(("key", "there", "best"), rows)
    head = ("metric", "there", "best", "change", "95 % interval", "verdict")
    print_table(head, [_row(each) for each in found.comparison.differences], right=head[1:5])
    told = ", ".join(f"{each.metric} {each.change:+.1%}" for each in found.comparison.control)
    say(f"control, what was there against itself: {told}")
    gain = found.gain
    if found.is_proven:
        say(f"proven: {-gain.change:.1%} less time ({-gain.high:.1%} to {-gain.low:.1%})")
    elif not found.comparison.is_trustworthy:
        say("not proven, the control found a difference: what was there is kept; repeat it")
    else:
        say("no gain is proven: what was there is kept")
    if output:
        say(f"written: {output}")


def _row(found: "Difference") -> tuple[str, ...]:
    return (
        found.metric,
        f"{found.first:,.1f}",
        f"{found.second:,.1f}",
        f"{found.change:+.1%}",
        f"{found.low:+.1%} to {found.high:+.1%}",
        found.verdict,
    )
