"""`dmaic hashmap ab-compare`: two maps on one workload, compared so that chance is kept out."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.console import print_json, print_table, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, refuse_overwriting
from dmaic_assets.cli.hashmap.run_command import setting_of
from dmaic_assets.cli.hashmap.workload_commands import KINDS, USES, workload_of
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.trial.compare import Difference
    from dmaic_assets.hashmaps.trial.trial import Setting

# What a side is: one of the kinds, kept, or a controller that chooses.
SIDES = (*KINDS, "adaptive")


@click.command(
    "ab-compare",
    cls=ExampleCommand,
    examples=(
        "dmaic hashmap ab-compare workload.csv swiss robinhood",
        "dmaic hashmap ab-compare workload.csv swiss adaptive --pairs 80 --output ab.md",
        "dmaic hashmap ab-compare orders.csv swiss linear --column order_id --json | jq .deltas",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("first", type=click.Choice(SIDES))
@click.argument("second", type=click.Choice(SIDES))
@click.option("--column", help="A key column of a file of rows; without it FILE is a workload.")
@click.option("--use", type=click.Choice(USES), default="group", show_default=True)
@click.option("--pairs", type=click.IntRange(6, 1000), default=40, show_default=True)
@click.option("--seed", type=int, default=1337, show_default=True, help="Of the order of rounds.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write Markdown.")
@json_option
def ab_compare(  # noqa: PLR0913 - one for each option
    *,
    file: Path,
    first: str,
    second: str,
    column: str | None,
    use: str,
    pairs: int,
    seed: int,
    output: Path | None,
    is_json: bool,
) -> None:
    """Play a workload on two maps in random pairs and tell how the second differs.

    The first map plays twice in each round: a difference of it from itself says that the machine
    was too busy for the comparison. Maps within 3 % of each other are equivalent.
    """
    refuse_overwriting("--output", output, [file])
    settings = {name: _setting(name) for name in (first, second)}
    workload = workload_of(file, column, use)
    import numpy as np

    from dmaic_assets.hashmaps.trial.compare import compare
    from dmaic_assets.hashmaps.trial.comparison_report import document_of, markdown_of
    from dmaic_assets.hashmaps.trial.trial import side_of

    sides = [side_of(workload, settings[name]) for name in (first, second)]
    found = compare(sides[0], sides[1], pairs, np.random.default_rng(seed))
    if output:
        output.write_text(markdown_of(found, (first, second), workload.told), encoding="utf-8")
    if is_json:
        print_json(cast("Json", document_of(found, (first, second), workload.digest)))
        return
    say(f"{file}: {workload.told}")
    head = ("metric", first, second, "change", "95 % interval", "chance", "verdict")
    print_table(head, [_row(each) for each in found.differences], right=head[1:6])
    told = ", ".join(f"{each.metric} {each.change:+.1%}" for each in found.control)
    say(f"control, {first} against itself: {told}")
    if not found.is_trustworthy:
        say("the control found a difference: repeat it on a quieter machine, or with more --pairs")


def _setting(name: str) -> "Setting":
    return setting_of(None, None, None if name == "adaptive" else name)


def _row(found: "Difference") -> tuple[str, ...]:
    return (
        found.metric,
        f"{found.first:.1f}",
        f"{found.second:.1f}",
        f"{found.change:+.1%}",
        f"{found.low:+.1%} to {found.high:+.1%}",
        f"{found.adjusted:.3g}",
        found.verdict,
    )
